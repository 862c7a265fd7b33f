"""label-studio: a JSON list of tasks with brush strokes in Label Studio's own run-length coding.

Brush, polygon and rectangle results are read. An image is found by the path in its task's ``data``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import quoteattr

import numpy as np

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.class_file import format_color
from segstudio.formats.class_matching import NameMatcher, SourceClass, label_set_of
from segstudio.formats.exchange import Format, LabelledImage, ReadOptions, WriteOptions
from segstudio.formats.export_folder import ExportFolder
from segstudio.formats.image_folder import ImageFolder
from segstudio.formats.index_maps import require_labels
from segstudio.formats.json_files import Json, listing, mapping, read_json, text, whole_number
from segstudio.formats.label_studio_runs import decode_brush, encode_brush
from segstudio.formats.polygon_regions import region_by_corners
from segstudio.formats.region_source import RegionImage, RegionReader, checked_size, polygon_points
from segstudio.formats.regions import Region, regions_of
from segstudio.formats.safe_paths import prepared, safe_relative
from segstudio.formats.sidecar import SIDECAR, find_sidecar

TASKS = "tasks.json"
LABELLING = "labeling_config.xml"
PICTURES = "images"
LOCAL_FILES = "/data/local-files/?d="
FROM_NAME = "label"
TO_NAME = "image"
_SHAPES = {"brushlabels": "brushlabels", "polygonlabels": "polygonlabels", "rectanglelabels": "rectanglelabels"}
_SHAPES_NOT_READ = ("ellipselabels", "keypointlabels", "brush", "polygon", "rectangle", "ellipse", "keypoint")


def open_reader(source: Path, options: ReadOptions) -> RegionReader[Json]:
    """``source``: the JSON file, or a folder with just one. Raises: FormatError: damaged, or not such tasks."""
    path = _find_json(source)
    entries: dict[PurePosixPath, Json] = {}
    names: dict[str, None] = {}
    for number, task in enumerate(listing(read_json(path), path, "file"), start=1):
        place = f"task {number}"
        name = _image_name(mapping(mapping(task, path, place).get("data"), path, place), path, place)
        if name in entries:
            raise FormatError(f"Two tasks are of the image {name}.", path=path, place=place)
        entries[name] = task
        for result in _results(task, path, place):
            names.update(dict.fromkeys(_label_names(result)))
    sidecar = find_sidecar(path.parent)

    def unfold(name: PurePosixPath, task: Json, matcher: NameMatcher, pictures: ImageFolder) -> RegionImage:
        results = _results(task, path, str(name))
        size = _size(task, results, path, name, pictures)
        return RegionImage(size, [partial(_region, each, size, matcher, path, str(name)) for each in results])

    classes = [SourceClass(number, name) for number, name in enumerate(sorted(names))]
    label_set = label_set_of(classes, options, sidecar.label_set if sidecar else None)
    return RegionReader(path, entries, unfold, label_set, options, sidecar=sidecar, order=None)


class LabelStudioWriter:
    """Tasks are written as they come; one result a class."""

    def __init__(self, target: Path, options: WriteOptions) -> None:
        self._folder = ExportFolder(target, options, "label-studio")
        self._options = options
        self._names = {spec.id: spec.name for spec in options.label_set.classes}
        self._count = 0
        self._file = prepared(target, PurePosixPath(TASKS)).open("w", encoding="utf-8")
        self._file.write("[")

    def write(self, image: LabelledImage) -> None:
        require_labels(image.labels, self._options.label_set, image.path)
        self._folder.claim(PICTURES / image.path, image.path, read_as=image.path)
        self._count += 1
        width, height = image.size
        results = [
            self._result(region, image.size, f"{self._count}-{region.class_id}")
            for region in regions_of(image.labels, one_per_class=True)
        ]
        task = {
            "id": self._count,
            "data": {"image": LOCAL_FILES + quote(str(image.path)), "width": width, "height": height},
            "annotations": [{"id": self._count, "result": results, "was_cancelled": False, "ground_truth": False}],
        }
        separator = ",\n" if self._count > 1 else "\n"
        self._file.write(separator + json.dumps(task, ensure_ascii=False, separators=(",", ":")))
        self._folder.copy_picture(image.path, PICTURES / image.path)

    def finish(self) -> None:
        self._file.write("\n]\n")
        self._file.close()
        (self._folder.root / LABELLING).write_text(self._labelling(), encoding="utf-8")
        self._folder.finish()

    def close(self) -> None:
        self._file.close()

    def _result(self, region: Region, size: Size, key: str) -> dict[str, Json]:
        return {
            "id": key,
            "from_name": FROM_NAME,
            "to_name": TO_NAME,
            "type": "brushlabels",
            "original_width": size.width,
            "original_height": size.height,
            "image_rotation": 0,
            "value": {
                "format": "rle",
                "rle": encode_brush(region.whole(size)),
                "brushlabels": [self._names[region.class_id]],
            },
        }

    def _labelling(self) -> str:
        labels = "".join(
            f"    <Label value={quoteattr(spec.name)} background={quoteattr(format_color(spec.color))}/>\n"
            for spec in self._options.label_set.active
        )
        return (
            f'<View>\n  <Image name="{TO_NAME}" value="$image" zoom="true"/>\n'
            f'  <BrushLabels name="{FROM_NAME}" toName="{TO_NAME}">\n{labels}  </BrushLabels>\n</View>\n'
        )


def _find_json(source: Path) -> Path:
    if source.is_file():
        return source
    found = sorted(path for path in source.glob("*.json") if path.name != SIDECAR)
    if len(found) != 1:
        raise FormatError(f"There are {len(found)} JSON files in it: name the one to read.", path=source)
    return found[0]


def _image_name(data: dict[str, Json], path: Path, place: str) -> PurePosixPath:
    """Below the local files' folder where the task says so, otherwise the last part of the address."""
    address = urlsplit(text(data.get("image"), path, place))
    local = parse_qs(address.query).get("d")
    if local:
        return safe_relative(local[0], path, place)
    return safe_relative(PurePosixPath(unquote(address.path).replace("\\", "/")).name, path, place)


def _results(task: Json, path: Path, place: str) -> list[dict[str, Json]]:
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


def _label_names(result: dict[str, Json]) -> Sequence[str]:
    value = result.get("value")
    names = value.get(_SHAPES[result["type"]], []) if isinstance(value, dict) else []
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _size(
    task: Json, results: list[dict[str, Json]], path: Path, name: PurePosixPath, pictures: ImageFolder
) -> Size:
    """What the results say; they must agree. An image without any needs its picture, or its task's word."""
    place = str(name)
    stated = set()
    for result in results:
        if result.get("image_rotation", 0) != 0:
            raise FormatError(
                "The image was turned in Label Studio: which way up it is can't be known.", path=path, place=place
            )
        sides = (result.get("original_width"), result.get("original_height"))
        stated.add(Size(*(whole_number(side, path, place) for side in sides)))
    data = task["data"]
    if not stated and "width" in data and "height" in data:
        stated.add(Size(*(whole_number(data[side], path, place) for side in ("width", "height"))))
    if len(stated) > 1:
        raise FormatError("Its results disagree on how large the image is.", path=path, place=place)
    size = stated.pop() if stated else pictures.require_size(name)
    return checked_size(size.width, size.height, path, place)


def _region(result: dict[str, Json], size: Size, matcher: NameMatcher, path: Path, place: str) -> Region:
    value = mapping(result.get("value"), path, place)
    names = _label_names(result)
    if len(names) != 1:
        raise FormatError(f"A region has {len(names)} labels, not one.", path=path, place=place)
    class_id = matcher.by_name(names[0], place)
    match result["type"]:
        case "brushlabels":
            return Region(class_id, _brush_mask(value, size, path, place))
        case "polygonlabels":
            flat = [
                number
                for pair in listing(value.get("points"), path, place)
                for number in listing(pair, path, place)
            ]
            points = polygon_points(flat, path, place)
        case _:
            if value.get("rotation", 0) != 0:
                raise FormatError("A turned rectangle is not read.", path=path, place=place)
            box = [value.get(key) for key in ("x", "y", "width", "height")]
            (x, y), (width, height) = polygon_points(box, path, place)
            points = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    scaled = [(x * size.width / 100, y * size.height / 100) for x, y in points]  # shares in percent
    return region_by_corners(class_id, [scaled], size)


def _brush_mask(
    value: dict[str, Json], size: Size, path: Path, place: str
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    numbers = listing(value.get("rle"), path, place)
    if value.get("format") != "rle" or not all(type(number) is int and 0 <= number <= 255 for number in numbers):
        raise FormatError("A brush region is a list of bytes.", path=path, place=place)
    try:
        return decode_brush(np.array(numbers, np.uint8), size.width, size.height)
    except ValueError as error:
        raise FormatError(str(error), path=path, place=place) from error


FORMAT = Format("label-studio", "Label Studio", open_reader, LabelStudioWriter, asks_for_order=True)
