"""label-studio: a JSON list of tasks with brush strokes in Label Studio's own run-length coding.

Brush, polygon and rectangle results are read. An image is found by the path in its task's ``data``.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import quoteattr

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.class_file import format_color
from segstudio.formats.class_matching import NameMatcher, SourceClass, label_set_of
from segstudio.formats.exchange import Format, LabelledImage, ReadOptions, WriteOptions
from segstudio.formats.export_folder import ExportFolder
from segstudio.formats.image_folder import ImageFolder
from segstudio.formats.index_maps import require_labels
from segstudio.formats.json_files import Json, listing, mapping, read_json, text, whole_number
from segstudio.formats.label_studio_results import label_names, result_region, task_results
from segstudio.formats.label_studio_runs import encode_brush
from segstudio.formats.region_source import RegionImage, RegionReader, checked_size
from segstudio.formats.regions import Region, regions_of
from segstudio.formats.safe_paths import prepared, safe_relative
from segstudio.formats.sidecar import SIDECAR, find_sidecar

TASKS = "tasks.json"
LABELLING = "labeling_config.xml"
PICTURES = "images"
LOCAL_FILES = "/data/local-files/?d="
FROM_NAME = "label"
TO_NAME = "image"


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
        for result in task_results(task, path, place):
            names.update(dict.fromkeys(label_names(result)))
    sidecar = find_sidecar(path.parent)

    def unfold(name: PurePosixPath, task: Json, matcher: NameMatcher, pictures: ImageFolder) -> RegionImage:
        results = task_results(task, path, str(name))
        size = _size(task, results, path, name, pictures)
        return RegionImage(size, [partial(result_region, each, size, matcher, path, str(name)) for each in results])

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


FORMAT = Format(
    "label-studio", "Label Studio", open_reader, LabelStudioWriter, asks_for_order=True, has_shapes=True
)
