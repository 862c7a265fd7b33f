"""What lies over the picture."""

from __future__ import annotations

from enum import StrEnum


class ViewMode(StrEnum):
    """``LABELS``: what will be saved; ``PREDICTION``: what the model said; ``DIFFERENCE``: where they disagree, in
    stripes of both classes' colours; ``UNCERTAINTY``: where the model wavered; ``CHANCE``: how likely it finds the
    active class; ``PICTURE``: nothing."""

    LABELS = "labels"
    PREDICTION = "prediction"
    DIFFERENCE = "difference"
    UNCERTAINTY = "uncertainty"
    CHANCE = "chance"
    PICTURE = "picture"
