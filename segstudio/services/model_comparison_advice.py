"""What two models' scores mean for whoever has to decide between them, in sentences."""

from __future__ import annotations

from dataclasses import dataclass

from segstudio.domain.model_info import Scores

SERIOUS_LOSS = 0.03
CLEAR_GAIN = 0.005
FEW_IMAGES = 4
"""Fewer held-out images than this can't tell a difference of a few points from chance."""


@dataclass(frozen=True, slots=True)
class Advice:
    """``suggestion``: what to do and why. ``losses`` and ``gains``: a sentence for each class that changed much,
    the greatest change first. ``adopts``: whether to use the new model; None where there is no clear difference."""

    suggestion: str
    losses: tuple[str, ...]
    gains: tuple[str, ...]
    caution: str
    adopts: bool | None

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(told for told in (self.suggestion, *self.losses, *self.gains, self.caution) if told)

    def __str__(self) -> str:
        return "\n".join(self.sentences)


def advice(before: Scores, after: Scores, *, images: int) -> Advice:
    """``images``: how many were held out."""
    gain = after.mean_iou - before.mean_iou
    losses = _changes(before, after, -1)
    caution = ""
    if images < FEW_IMAGES:
        held = "one image only" if images == 1 else f"{images} images only"
        caution = f"Measured on {held}: a few points may be chance."
    suggestion, adopts = _suggestion(before, gain, has_losses=bool(losses))
    return Advice(suggestion, losses, _changes(before, after, 1), caution, adopts)


def _suggestion(before: Scores, gain: float, *, has_losses: bool) -> tuple[str, bool | None]:
    points = f"{abs(100 * gain):.1f} points of mean IoU"
    if before.mean_iou == 0.0 and gain > 0.0:
        return f"Use it: the current model knows none of these classes, the new one reaches {points}.", True
    if gain >= CLEAR_GAIN and not has_losses:
        return f"Use it: {points} better on what was held out.", True
    if gain >= CLEAR_GAIN:
        return f"{points} better on the whole. Use it if you can live with what got worse.", True
    if gain <= -CLEAR_GAIN:
        return f"Keep the current model: the new one is {points} worse.", False
    return "No clear difference on what was held out.", None


def _changes(before: Scores, after: Scores, sign: int) -> tuple[str, ...]:
    """Classes that both models were measured on; ``sign`` 1: those that gained, -1: those that lost."""
    both = [
        (name, iou - before.class_iou[name]) for name, iou in after.class_iou.items() if name in before.class_iou
    ]
    chosen = sorted(((sign * change, name) for name, change in both if sign * change >= SERIOUS_LOSS), reverse=True)
    word = "better" if sign > 0 else "worse"
    return tuple(f"Class {name} got {word} by {round(100 * change)} points." for change, name in chosen)
