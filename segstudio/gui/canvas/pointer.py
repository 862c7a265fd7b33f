"""One thing the hand did on the canvas."""

from __future__ import annotations

from dataclasses import dataclass

from segstudio.domain.geometry import Point


@dataclass(frozen=True, slots=True)
class Pointer:
    """``point`` is in image pixels. ``is_erasing``: Alt or the right button is held; ``is_straight``: Shift.
    ``pressure`` is a pen's, 0 to 1."""

    point: Point
    is_erasing: bool = False
    is_straight: bool = False
    is_double: bool = False
    pressure: float = 1.0
