"""Label Studio's results: which of a task's count, and the brush strokes, polygons and rectangles they hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from segstudio.domain.arrays import Mask
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.class_matching import NameMatcher
from segstudio.formats.json_files import Json, listing, mapping
from segstudio.formats.label_studio_runs import decode_brush
from segstudio.formats.polygon_regions import point_pairs, polygon_points, region_by_corners
from segstudio.formats.regions import Region

_SHAPES = ("brushlabels", "polygonlabels", "rectanglelabels")
_SHAPES_NOT_READ = ("ellipselabels", "keypointlabels", "brush", "polygon", "rectangle", "ellipse", "keypoint")


def task_results(task: Json, path: Path, place: str) -> list[dict[str, Json]]:
    """The shapes of the task's one annotation, or of its one prediction where nobody has annotated."""
    made = [each for each in _dicts(task.get("annotations", []), path, place) if not each.get("was_cancelled")]
    made = made or _dicts(task.get("predictions", []), path, place)
    if len(made) > 1:
        raise FormatError(f"It has {len(made)} annotations: which one is meant?", path=path, place=place)
    results = _dicts(made[0].get("result", []), path, place) if made else []
    for result in results:
        if result.get("type") in _SHAPES_NOT_READ:
            raise FormatError(f"Results of the kind {result['type']} are not read.", path=path, place=place)
    return [result for result in results if result.get("type") in _SHAPES]


def _dicts(value: Json, path: Path, place: str) -> list[dict[str, Json]]:
    return [mapping(each, path, place) for each in listing(value, path, place)]


def label_names(result: dict[str, Json]) -> Sequence[str]:
    """Of a shape; none where it isn't written as it should be."""
    value = result.get("value")
    names = value.get(result["type"], []) if isinstance(value, dict) else []
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def result_region(result: dict[str, Json], size: Size, matcher: NameMatcher, path: Path, place: str) -> Region:
    """Raises: FormatError: damaged, of several classes or none, turned, or of another size."""
    value = mapping(result.get("value"), path, place)
    names = label_names(result)
    if len(names) != 1:
        raise FormatError(f"A region has {len(names)} labels, not one.", path=path, place=place)
    class_id = matcher.by_name(names[0], place)
    match result["type"]:
        case "brushlabels":
            return Region(class_id, _brush_mask(value, size, path, place))
        case "polygonlabels":
            points = point_pairs(value.get("points"), path, place)
        case _:
            if value.get("rotation", 0) != 0:
                raise FormatError("A turned rectangle is not read.", path=path, place=place)
            box = [value.get(key) for key in ("x", "y", "width", "height")]
            (x, y), (width, height) = polygon_points(box, path, place)
            points = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    scaled = [(x * size.width / 100, y * size.height / 100) for x, y in points]  # shares in percent
    return region_by_corners(class_id, [scaled], size)


def _brush_mask(value: dict[str, Json], size: Size, path: Path, place: str) -> Mask:
    numbers = listing(value.get("rle"), path, place)
    if value.get("format") != "rle" or not all(type(number) is int and 0 <= number <= 255 for number in numbers):
        raise FormatError("A brush region is a list of bytes.", path=path, place=place)
    try:
        return decode_brush(np.array(numbers, np.uint8), size.width, size.height)
    except ValueError as error:
        raise FormatError(str(error), path=path, place=place) from error
