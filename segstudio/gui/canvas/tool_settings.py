"""What the tools work with: the class, the brush, the rule, and each tool's own numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from segstudio.domain.stroke import Brush, PaintRule
from segstudio.editing.class_algebra import Combination


@dataclass(frozen=True, slots=True)
class ToolOptions:
    """``tolerance`` is a distance of colours, 0 to 255; ``minimum_probability`` a fraction of 1;
    ``superpixel_side`` and ``band_width`` are in image pixels. ``combination``: what an area does to the class."""

    tolerance: int = 24
    is_contiguous: bool = True
    fill_by_color: bool = False
    minimum_probability: float = 0.5
    superpixel_side: int = 24
    compactness: float = 10.0
    band_width: int = 12
    pen_pressure: bool = True
    combination: Combination = Combination.ADD


@dataclass(frozen=True, slots=True)
class ToolSettings:
    class_id: int = 0
    brush: Brush = field(default_factory=Brush)
    rule: PaintRule = field(default_factory=PaintRule)
    options: ToolOptions = field(default_factory=ToolOptions)
