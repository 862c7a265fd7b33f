"""SegStudio: pixel-accurate semantic labels, pre-labelled by a network that learns from corrections.

import segstudio
model = segstudio.load_model("streets")
prediction = model.predict(rgb_uint8)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segstudio.domain.prediction import Prediction
    from segstudio.inference.models import load_model

__all__ = ["Prediction", "load_model"]


def __getattr__(name: str) -> object:
    """The public names, imported when first asked for: torch takes its time, and most of the app does without."""
    if name == "load_model":
        from segstudio.inference.models import load_model  # here, because it imports torch

        return load_model
    if name == "Prediction":
        from segstudio.domain.prediction import Prediction  # here, like the other public name

        return Prediction
    raise AttributeError(f"module 'segstudio' has no attribute {name!r}")
