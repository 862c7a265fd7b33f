"""Whether people accept too much: what is kept of pre-labels they see, against what agrees with hidden ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, variance

from segstudio.store.effort_log import EffortEntry


@dataclass(frozen=True, slots=True)
class AcceptingBias:
    """Means over images, fractions of 1. ``bias``: ``seen`` less ``blind``; ``error``: the half width of its 95 %
    interval, None with fewer than two images on either side."""

    seen_images: int
    seen: float
    blind_images: int
    blind: float
    error: float | None

    @property
    def bias(self) -> float:
        return self.seen - self.blind


def accepting_bias(entries: Sequence[EffortEntry]) -> AcceptingBias | None:
    """None before there is an image on either side. An image's last sitting counts."""
    last = {entry.image_id: entry for entry in entries if entry.kept_share is not None}
    blind_ids = {entry.image_id for entry in entries if entry.is_blind}
    seen = [entry.kept_share for entry in last.values() if entry.image_id not in blind_ids]
    blind = [entry.kept_share for entry in entries if entry.is_blind]
    seen_shares = [share for share in seen if share is not None]
    blind_shares = [share for share in blind if share is not None]
    if not seen_shares or not blind_shares:
        return None
    return AcceptingBias(
        len(seen_shares),
        fmean(seen_shares),
        len(blind_shares),
        fmean(blind_shares),
        _error(seen_shares, blind_shares),
    )


def bias_words(bias: AcceptingBias | None) -> str:
    """What was measured, in a sentence; empty before there is anything."""
    if bias is None:
        return ""
    error = "" if bias.error is None else f" ± {100 * bias.error:.1f}"
    blind = f"{bias.blind_images:,} image{'' if bias.blind_images == 1 else 's'}"
    measured = (
        f"Of a pre-label that is seen {bias.seen:.1%} is kept ({bias.seen_images:,}); with a hidden one "
        f"{bias.blind:.1%} agrees ({blind} labelled blind)"
    )
    if bias.bias <= (bias.error or 0.0):
        return f"{measured}: no sign that too much is accepted ({100 * bias.bias:+.1f}{error} points)."
    return f"{measured}: about {100 * bias.bias:.1f}{error} points too much are accepted."


def _error(first: Sequence[float], second: Sequence[float]) -> float | None:
    if len(first) < 2 or len(second) < 2:
        return None
    return 1.96 * math.sqrt(variance(first) / len(first) + variance(second) / len(second))
