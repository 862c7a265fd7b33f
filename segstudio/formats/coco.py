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
from segstudio.formats.contours import corner_outlines
from segstudio.formats.exchange import Format, LabelledImage, ReadOptions, RegionStyle, WriteOptions
from segstudio.formats.export_folder import ExportFolder
from segstudio.formats.image_folder import ImageFolder
from segstudio.formats.index_maps import require_labels
from segstudio.formats.json_files import Json, listing, mapping, read_json, text, whole_number
from segstudio.formats.keyholes import keyhole
from segstudio.formats.polygon_regions import region_by_corners
from segstudio.formats.region_source import RegionImage, RegionReader, checked_size, polygon_points
from segstudio.formats.regions import Region, RegionMaker, regions_of
from segstudio.formats.run_lengths import columns_of, decode_coco_text, encode_coco
from segstudio.formats.safe_paths import prepared, safe_relative
from segstudio.formats.sidecar import find_sidecar

ANNOTATIONS = PurePosixPath("annotations/instances_default.json")
PICTURES = "images/default"
POLYGON_LOSS = (
    "Polygons follow the borders to within a pixel's fraction; where two of them meet, both cover some pixels."
)


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
    for number, annotation in enumerate(listing(content.get("annotations"), path, "annotations"), start=1):
        place = f"annotation {number}"
        image_id = mapping(annotation, path, place).get("image_id")
        if not isinstance(image_id, int | str) or image_id not in images:
            raise FormatError(f"There is no image {str(image_id)[:60]!r}.", path=path, place=place)
        entries[images[image_id][0]].regions.append(annotation)

    def unfold(_name: PurePosixPath, entry: _Image, matcher: NameMatcher, _pictures: ImageFolder) -> RegionImage:
        makers = [maker for each in entry.regions for maker in _makers(each, entry.size, names, matcher, path)]
        return RegionImage(entry.size, makers)

    folder = path.parent.parent if path.parent.name == ANNOTATIONS.parent.name else path.parent
    sidecar = find_sidecar(folder)
    classes = [SourceClass(number, name) for number, name in names.items()]
    label_set = label_set_of(classes, options, sidecar.label_set if sidecar else None)
    return RegionReader(path, entries, unfold, label_set, options, sidecar=sidecar, order=None)


class CocoWriter:
    """Annotations are written as they come; the two short tables follow at the end."""

    def __init__(self, target: Path, options: WriteOptions) -> None:
        self._folder = ExportFolder(target, options, "coco")
        self._options = options
        self._style = FORMAT.style_of(options)
        self._images: list[dict[str, int | str]] = []
        self._count = 0
        self._file = prepared(target, ANNOTATIONS).open("w", encoding="utf-8")
        self._file.write('{"annotations": [')

    def write(self, image: LabelledImage) -> None:
        require_labels(image.labels, self._options.label_set, image.path)
        self._folder.claim(PICTURES / image.path, image.path, read_as=image.path)
        number = len(self._images) + 1
        width, height = image.size
        self._images.append({"id": number, "file_name": str(image.path), "width": width, "height": height})
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
        """``area`` is that of the mask, ``bbox`` x, y, width, height; single regions are no crowds."""
        rect = region.rect
        if self._style is RegionStyle.POLYGONS:
            outlines = corner_outlines(region.mask, tolerance=self._options.tolerance)
            moved = [keyhole(outline) + np.array([rect.left, rect.top]) for outline in outlines]
            segmentation: Json = [polygon.reshape(-1).tolist() for polygon in moved]
        else:
            counts = encode_coco(region.whole(size))
            segmentation = {"size": [size.height, size.width], "counts": counts}
        return {
            "category_id": region.class_id + 1,
            "segmentation": segmentation,
            "area": int(np.count_nonzero(region.mask)),
            "bbox": [float(value) for value in (rect.left, rect.top, rect.width, rect.height)],
            "iscrowd": 0,
        }


def categories(options: WriteOptions) -> list[Json]:
    return [
        {"id": spec.id + 1, "name": spec.name, "supercategory": "", "isthing": 0, "color": list(spec.color)}
        for spec in options.label_set.classes
    ]


def find_json(source: Path) -> Path:
    """Raises: FormatError: a folder without a COCO file, or with several."""
    if source.is_file():
        return source
    for folder in (source / ANNOTATIONS.parent, source):
        found = sorted(path for path in folder.glob("*.json") if path.name not in ("classes.json", "package.json"))
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(path.name for path in found[:6])
            raise FormatError(f"There are several JSON files ({listed}): name one of them.", path=folder)
    raise FormatError("There is no JSON file in it.", path=source)


def category_names(content: dict[str, Json], path: Path) -> dict[int, str]:
    """Raises: FormatError: no table of categories with numbers and names."""
    names: dict[int, str] = {}
    for number, entry in enumerate(listing(content.get("categories"), path, "categories"), start=1):
        place = f"category {number}"
        key = whole_number(mapping(entry, path, place).get("id"), path, place)
        if key in names:
            raise FormatError(f"The id {key} is there twice.", path=path, place=place)
        names[key] = text(entry.get("name"), path, place)
    return names


def image_table(content: dict[str, Json], path: Path) -> dict[int | str, tuple[PurePosixPath, Size]]:
    """Image id to name and size. Raises: FormatError: an image without one of them, or two with one id or name."""
    table: dict[int | str, tuple[PurePosixPath, Size]] = {}
    for number, entry in enumerate(listing(content.get("images"), path, "images"), start=1):
        place = f"image {number}"
        key = mapping(entry, path, place).get("id")
        if not isinstance(key, int | str) or key in table:
            raise FormatError("An image needs an id of its own.", path=path, place=place)
        width, height = (whole_number(entry.get(side), path, place) for side in ("width", "height"))
        size = checked_size(width, height, path, place)
        table[key] = (safe_relative(entry.get("file_name"), path, place), size)
    if len({name for name, _ in table.values()}) < len(table):
        raise FormatError("Two images have the same file name.", path=path)
    return table


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
    losses={RegionStyle.POLYGONS: POLYGON_LOSS},
)
