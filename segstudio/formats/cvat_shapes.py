"""The shapes of CVAT's XML: masks, polygons and boxes from an element's attributes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.class_matching import NameMatcher
from segstudio.formats.polygon_regions import region_by_corners
from segstudio.formats.regions import Region
from segstudio.formats.run_lengths import mask_of

Attributes = dict[str, str]


def shape_region(kind: str, given: Attributes, size: Size, matcher: NameMatcher, path: Path, place: str) -> Region:
    """Raises: FormatError: damaged, turned, or outside the picture."""
    class_id = matcher.by_name(given.get("label", ""), place)
    if _decimal(given.get("rotation") or "0", path, place) != 0:
        raise FormatError("A turned shape is not read.", path=path, place=place)
    if kind == "polygon":
        points = [_pair(part, path, place) for part in given.get("points", "").split(";")]
        return region_by_corners(class_id, [points], size)
    if kind == "box":
        left, top, right, bottom = (_decimal(given.get(key), path, place) for key in ("xtl", "ytl", "xbr", "ybr"))
        return region_by_corners(class_id, [[(left, top), (right, top), (right, bottom), (left, bottom)]], size)
    return _mask_region(class_id, given, size, path, place)


def _mask_region(class_id: int, given: Attributes, size: Size, path: Path, place: str) -> Region:
    """The runs go along the rows of the mask's own box."""
    left, top, width, height = (
        attribute_number(given, key, path, place) for key in ("left", "top", "width", "height")
    )
    if left + width > size.width or top + height > size.height:
        raise FormatError("A mask leaves the picture.", path=path, place=place)
    try:
        runs = np.array(list(map(int, given.get("rle", "").split(","))), np.int64)
        return Region(class_id, mask_of(runs, width, height), left, top)
    except (ValueError, OverflowError) as error:
        raise FormatError(f"A mask's run lengths are damaged: {error}.", path=path, place=place) from error


def attribute_number(given: Attributes, key: str, path: Path, place: str, default: int | None = None) -> int:
    """A negative one only where there is a ``default``. Raises: FormatError: not a whole number."""
    text = given.get(key, "" if default is None else str(default)).strip()
    digits = text.removeprefix("-") if default is not None else text
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise FormatError(f'"{key}" is {text[:40]!r}, not a whole number.', path=path, place=place)
    return int(text)


def _pair(text: str, path: Path, place: str) -> tuple[float, float]:
    x, separator, y = text.partition(",")
    if not separator:
        raise FormatError(f"{text[:40]!r} is no point.", path=path, place=place)
    return _decimal(x, path, place), _decimal(y, path, place)


def _decimal(text: str | None, path: Path, place: str) -> float:
    try:
        value = float(text or "")
    except ValueError as error:
        raise FormatError(f"{str(text)[:40]!r} is no number.", path=path, place=place) from error
    if not abs(value) < 1e7:
        raise FormatError(f"{str(text)[:40]!r} is no coordinate.", path=path, place=place)
    return value
