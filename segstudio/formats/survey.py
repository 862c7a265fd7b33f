"""What a source holds before anybody has said what it means: pixels of each value, colour or name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class PixelCounts:
    """Of one image. ``by_key``: pixels of each value ("11"), colour ("#808080") or class name, as ``mapping`` in
    ``ReadOptions`` names them; where shapes overlap, pixels count for each. ``total``: the image's own."""

    by_key: Mapping[str, int]
    total: int
    overlaps: bool = False


@runtime_checkable
class SurveyedReader(Protocol):
    """A reader that can also tell what its source holds."""

    def count_pixels(self, path: PurePosixPath) -> PixelCounts:
        """``path`` is one of ``images``. Raises: FormatError: damaged."""
        ...

    def class_of(self, key: str) -> int | None:
        """What ``read`` makes of a key: a class id of ``label_set``, 255 for ignore; None where it doesn't know."""
        ...
