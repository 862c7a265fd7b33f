"""A brush, what it may paint over, and the stroke it leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from segstudio.domain.geometry import Point, Rect


class Tip(StrEnum):
    ROUND = "round"
    SQUARE = "square"


class PaintOver(StrEnum):
    """Which pixels a tool may change; locked classes are kept in every mode."""

    ANYTHING = "anything"
    UNLABELLED = "unlabelled"
    CLASS_UNDER_PRESS = "class under the press"
    CHOSEN_CLASSES = "chosen classes"
    MODEL_PIXELS = "model pixels"


@dataclass(frozen=True, slots=True)
class PaintRule:
    """What a tool may paint over. ``chosen`` counts only in its own mode."""

    over: PaintOver = PaintOver.ANYTHING
    chosen: frozenset[int] = frozenset()
    locked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Brush:
    """Diameter in image pixels, at least 1."""

    diameter: float = 20.0
    tip: Tip = Tip.ROUND

    def __post_init__(self) -> None:
        if not self.diameter >= 1.0:
            raise ValueError(f"A brush is at least one pixel wide, not {self.diameter}.")


@dataclass(frozen=True, slots=True)
class Stroke:
    """A brush dragged through ``points``; class 255 erases to ignore/unlabelled."""

    points: tuple[Point, ...]
    brush: Brush
    class_id: int
    rule: PaintRule = field(default_factory=PaintRule)

    @property
    def bounds(self) -> Rect:
        """Every pixel that the stroke may touch, not clipped to an image."""
        return Rect.around(self.points, margin=self.brush.diameter / 2 + 1)
