"""coco: instances (stuff in the same form) as run lengths or polygons in one JSON file.

``categories`` are numbered from class id plus one: 0 confuses many loaders. Holes make keyholes in polygons.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.class_matching import NameMatcher, SourceClass, label_set_of
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
from segstudio.formats.exchange import Format, LabelledImage, ReadOptions, RegionStyle, WriteOptions
from segstudio.formats.export_folder import ExportFolder
from segstudio.formats.image_folder import ImageFolder
from segstudio.formats.index_maps import require_labels
from segstudio.formats.json_files import Json, mapping, read_json, whole_number
from segstudio.formats.keyholes import POLYGON_LOSS, region_polygons
from segstudio.formats.polygon_regions import polygon_points, region_by_corners
from segstudio.formats.region_source import RegionImage, RegionReader
from segstudio.formats.regions import Region, RegionMaker, regions_of
from segstudio.formats.run_lengths import columns_of, decode_coco_text, encode_coco
from segstudio.formats.safe_paths import prepared
from segstudio.formats.sidecar import find_sidecar

INSTANCES = ANNOTATIONS / "instances_default.json"


@dataclass(slots=True)
class _Image:
    size: Size
    regions: list[Json] = field(default_factory=list)


def open_reader(source: Path, options: ReadOptions) -> RegionReader[_Image]:
    """``source``: the JSON file, or a folder with just one. Raises: FormatError: damaged, or not COCO."""
    path = find_json(source)
    content = mapping(read_json(path), path, "file")
    names = category_names(content, path)
    images = image_table(content, path)
    entries = {name: _Image(size) for name, size in images.values()}
    for _, annotation, name, _ in annotated_images(content, images, path):
        entries[name].regions.append(annotation)

    def unfold(_name: PurePosixPath, entry: _Image, matcher: NameMatcher, _pictures: ImageFolder) -> RegionImage:
        makers = [maker for each in entry.regions for maker in _makers(each, entry.size, names, matcher, path)]
        return RegionImage(entry.size, makers)

    sidecar = find_sidecar(folder_of(path))
    classes = [SourceClass(number, name) for number, name in names.items()]
    label_set = label_set_of(classes, options, sidecar.label_set if sidecar else None)
    return RegionReader(path, entries, unfold, label_set, options, sidecar=sidecar, order=None)


class CocoWriter:
    """Annotations are written as they come; the two short tables follow at the end."""

    def __init__(self, target: Path, options: WriteOptions) -> None:
        self._folder = ExportFolder(target, options, "coco")
        self._options = options
        self._style = FORMAT.style_of(options)
        self._images: list[Json] = []
        self._count = 0
        self._file = prepared(target, INSTANCES).open("w", encoding="utf-8")
        self._file.write('{"annotations": [')

    def write(self, image: LabelledImage) -> None:
        require_labels(image.labels, self._options.label_set, image.path)
        self._folder.claim(PICTURES / image.path, image.path, read_as=image.path)
        number = add_image(self._images, image)
        for region in regions_of(image.labels, one_per_class=self._options.one_region_per_class):
            self._count += 1
            entry = {"id": self._count, "image_id": number, **self._annotation(region, image.size)}
            self._file.write((",\n" if self._count > 1 else "\n") + json.dumps(entry))
        self._folder.copy_picture(image.path, PICTURES / image.path)

    def finish(self) -> None:
        tables = {"images": self._images, "categories": categories(self._options)}
        self._file.write("\n],\n" + json.dumps(tables, ensure_ascii=False)[1:] + "\n")
        self._file.close()
        self._folder.finish()

    def close(self) -> None:
        self._file.close()

    def _annotation(self, region: Region, size: Size) -> dict[str, Json]:
        if self._style is RegionStyle.POLYGONS:
            polygons = region_polygons(region, self._options.tolerance)
            segmentation: Json = [polygon.reshape(-1).tolist() for polygon in polygons]
        else:
            counts = encode_coco(region.whole(size))
            segmentation = {"size": [size.height, size.width], "counts": counts}
        return {"category_id": region.class_id + 1, "segmentation": segmentation, **measures(region)}


def _makers(
    annotation: dict[str, Json], size: Size, names: dict[int, str], matcher: NameMatcher, path: Path
) -> Iterator[RegionMaker]:
    place = f"annotation {str(annotation.get('id'))[:40]}"
    name = names.get(whole_number(annotation.get("category_id"), path, place))
    if name is None:
        raise FormatError(f"There is no category {annotation['category_id']}.", path=path, place=place)
    class_id = matcher.by_name(name, place)
    segmentation = annotation.get("segmentation")
    if isinstance(segmentation, list):
        # Each ring is a part of its own: COCO's holes are keyholes.
        for ring in segmentation:
            yield partial(_polygon, class_id, ring, size, path, place)
    else:
        yield partial(_mask, class_id, mapping(segmentation, path, place), size, path, place)


def _polygon(class_id: int, ring: Json, size: Size, path: Path, place: str) -> Region:
    return region_by_corners(class_id, [polygon_points(ring, path, place)], size)


def _mask(class_id: int, stated: dict[str, Json], size: Size, path: Path, place: str) -> Region:
    if stated.get("size") != [size.height, size.width]:
        raise FormatError(
            f"The mask is of height and width {str(stated.get('size'))[:60]}, but the image is "
            f"{size.width} x {size.height}.",
            path=path,
            place=place,
        )
    counts = stated.get("counts")
    try:
        runs = decode_coco_text(counts) if isinstance(counts, str) else _plain_counts(counts)
        mask, left = columns_of(runs, size.width, size.height)
    except ValueError as error:
        raise FormatError(str(error), path=path, place=place) from error
    return Region(class_id, mask, left)


def _plain_counts(counts: Json) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Raises: ValueError: not a list of whole numbers."""
    is_listed = isinstance(counts, list) and all(type(count) is int and 0 <= count < 2**40 for count in counts)
    if not is_listed:
        raise ValueError("The run lengths are no list of whole numbers.")
    return np.array(counts, np.int64)


FORMAT = Format(
    "coco",
    "COCO",
    open_reader,
    CocoWriter,
    styles=(RegionStyle.MASKS, RegionStyle.POLYGONS),
    asks_for_order=True,
    has_shapes=True,
    losses={RegionStyle.POLYGONS: POLYGON_LOSS},
)
