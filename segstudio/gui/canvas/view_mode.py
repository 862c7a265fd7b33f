"""What lies over the picture."""

from __future__ import annotations

from enum import StrEnum


class ViewMode(StrEnum):
    """``LABELS``: what will be saved; ``PREDICTION``: what the model said; ``DIFFERENCE``: where they disagree, in
    stripes of both classes' colours; ``UNCERTAINTY``: where the model wavered; ``PICTURE``: nothing."""

    LABELS = "labels"
    PREDICTION = "prediction"
    DIFFERENCE = "difference"
    UNCERTAINTY = "uncertainty"
    PICTURE = "picture"
