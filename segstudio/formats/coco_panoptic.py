"""coco-panoptic: one PNG an image whose colour is the segment's number, and a JSON file that says what each is.

A segment's number is red + 256 green + 65536 blue; 0 is unlabelled. Here every class is one segment an image.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE, read_only
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.class_matching import ClassMatcher, SourceClass, label_set_of
from segstudio.formats.coco_tables import (
    ANNOTATIONS,
    PICTURES,
    add_image,
    annotated_images,
    categories,
    category_names,
    find_json,
    folder_of,
    image_table,
    measures,
)
from segstudio.formats.exchange import Format, LabelledImage, ReadOptions, WriteOptions
from segstudio.formats.export_folder import ExportFolder
from segstudio.formats.image_files import read_image
from segstudio.formats.image_folder import ImageFolder
from segstudio.formats.index_maps import require_labels
from segstudio.formats.json_files import Json, listing, mapping, read_json, whole_number
from segstudio.formats.regions import regions_of
from segstudio.formats.safe_paths import prepared, safe_relative
from segstudio.formats.sidecar import find_sidecar
from segstudio.formats.survey import PixelCounts

SEGMENTS = ANNOTATIONS / "panoptic_default.json"
MAPS = SEGMENTS.with_suffix("")
_PLACE = "segments_info"


@dataclass(frozen=True, slots=True)
class _Entry:
    file: Path
    size: Size
    segments: Sequence[Json]


class PanopticReader:
    """``source``: the JSON file, or a folder with just one. The PNGs lie in the folder of the JSON's name."""

    def __init__(self, source: Path, options: ReadOptions) -> None:
        self._path = find_json(source)
        content = mapping(read_json(self._path), self._path, "file")
        self._names = category_names(content, self._path)
        folder = self._path.with_suffix("")
        if not folder.is_dir():
            raise FormatError(f"The folder of its PNGs, {folder.name}, is not beside it.", path=self._path)
        sidecar = find_sidecar(folder_of(self._path))
        classes = [SourceClass(number, name) for number, name in self._names.items()]
        self._label_set = label_set_of(classes, options, sidecar.label_set if sidecar else None)
        self._matcher = ClassMatcher(self._label_set, options, self._path)
        self._pictures = ImageFolder.of(options)
        self._uncovered = options.uncovered
        self._entries: dict[PurePosixPath, _Entry] = {}
        images = image_table(content, self._path)
        for place, entry, name, size in annotated_images(content, images, self._path):
            file = folder / safe_relative(entry.get("file_name"), self._path, place)
            segments = listing(entry.get("segments_info"), self._path, place)
            own = self._pictures.named(sidecar.image_path(name) if sidecar else name)
            self._entries[own] = _Entry(file, size, segments)

    @property
    def label_set(self) -> LabelSet:
        return self._label_set

    @property
    def images(self) -> Sequence[PurePosixPath]:
        return tuple(self._entries)

    def read(self, path: PurePosixPath) -> LabelledImage:
        entry = self._entries[path]
        numbers = _numbers(entry)
        known, labels = np.unique(numbers, return_inverse=True)
        segments = {number: self._matcher.by_name(name, _PLACE) for number, name in self._segments(entry)}
        classes = {0: self._uncovered} | segments
        strange = [number for number in known.tolist() if number not in classes]
        if strange:
            raise FormatError(f"The segment {strange[0]} is not in the JSON file.", path=entry.file)
        table = np.array([classes[number] for number in known.tolist()], np.uint8)
        image = LabelledImage(path, read_only(table[labels].reshape(numbers.shape)))
        self._pictures.check(path, image.size, entry.file)
        return image

    def count_pixels(self, path: PurePosixPath) -> PixelCounts:
        numbers = _numbers(self._entries[path])
        found, counts = np.unique(numbers, return_counts=True)
        pixels = dict(zip(found.tolist(), counts.tolist(), strict=True))
        by_name: dict[str, int] = {}
        for number, name in self._segments(self._entries[path]):
            by_name[name] = by_name.get(name, 0) + pixels.get(number, 0)
        return PixelCounts(by_name, numbers.size)

    def class_of(self, key: str) -> int | None:
        return self._matcher.class_of(key)

    def _segments(self, entry: _Entry) -> Iterator[tuple[int, str]]:
        """Each segment's number and the name of its category. Raises: FormatError: a damaged table."""
        for stated in entry.segments:
            segment = mapping(stated, self._path, _PLACE)
            category = whole_number(segment.get("category_id"), self._path, _PLACE)
            if category not in self._names:
                raise FormatError(f"There is no category {category}.", path=self._path, place=_PLACE)
            yield whole_number(segment.get("id"), self._path, _PLACE), self._names[category]


def _numbers(entry: _Entry) -> NDArray[np.int32]:
    """Of each pixel's segment, shape (H, W). Raises: FormatError: damaged, or of another size than the image."""
    rgb = read_image(entry.file).astype(np.int32)
    if rgb.shape[:2] != (entry.size.height, entry.size.width):
        raise FormatError("The map's size is not that of its image.", path=entry.file)
    return rgb[..., 0] + 256 * rgb[..., 1] + 65536 * rgb[..., 2]


class PanopticWriter:
    def __init__(self, target: Path, options: WriteOptions) -> None:
        self._folder = ExportFolder(target, options, "coco-panoptic")
        self._options = options
        self._images: list[Json] = []
        self._annotations: list[str] = []

    def write(self, image: LabelledImage) -> None:
        require_labels(image.labels, self._options.label_set, image.path)
        name = image.path.with_suffix(".png")
        file = self._folder.claim(MAPS / name, image.path, read_as=image.path)
        red = np.where(image.labels == IGNORE, 0, image.labels + np.uint8(1)).astype(np.uint8)
        blank = np.zeros_like(red)
        _, data = cv2.imencode(".png", np.dstack((blank, blank, red)))
        file.write_bytes(data.tobytes())
        number = add_image(self._images, image)
        segments = [
            {
                "id": region.class_id + 1,
                "category_id": region.class_id + 1,
                **measures(region),
            }
            for region in regions_of(image.labels, one_per_class=True)
        ]
        entry = {"image_id": number, "file_name": str(name), "segments_info": segments}
        self._annotations.append(json.dumps(entry, ensure_ascii=False))
        self._folder.copy_picture(image.path, PICTURES / image.path)

    def finish(self) -> None:
        tables = {"images": self._images, "categories": categories(self._options)}
        listed = ",\n".join(self._annotations)
        text = json.dumps(tables, ensure_ascii=False)[:-1] + f',\n"annotations": [\n{listed}\n]}}\n'
        prepared(self._folder.root, SEGMENTS).write_text(text, encoding="utf-8")
        self._folder.finish()

    def close(self) -> None:
        """Nothing is open between images."""


FORMAT = Format("coco-panoptic", "COCO panoptic", PanopticReader, PanopticWriter, has_shapes=True)
