"""The learning rate over a run, as a factor of its peak."""

from __future__ import annotations

import math

from segstudio.training.plan import ScheduleKind

POLY_POWER = 0.9  # The exponent of DeepLab and of the DUC-HDC paper.


def rate_factor(progress: float, kind: ScheduleKind, *, warm_up_share: float) -> float:
    """The factor at ``progress``, 0 to 1, of the run: a linear warm-up, then the schedule down to 0."""
    progress = min(max(progress, 0.0), 1.0)
    if progress < warm_up_share:
        return 0.01 + 0.99 * progress / warm_up_share
    after = (progress - warm_up_share) / (1.0 - warm_up_share) if warm_up_share < 1.0 else 1.0
    match kind:
        case ScheduleKind.POLY:
            return float((1.0 - after) ** POLY_POWER)
        case ScheduleKind.COSINE:
            return 0.5 * (1.0 + math.cos(math.pi * after))
        case ScheduleKind.CONSTANT:
            return 1.0
