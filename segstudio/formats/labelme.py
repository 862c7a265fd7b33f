"""labelme: one JSON file an image, beside the image, with polygons or masks; later shapes lie on top.

Polygons have no holes there: larger shapes come first and what lies in their holes is painted over them.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np

from segstudio.domain.arrays import IGNORE
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.class_matching import NameMatcher, SourceClass, label_set_of
from segstudio.formats.contours import centre_border
from segstudio.formats.exchange import (
    Format,
    LabelledImage,
    OverlapOrder,
    ReadOptions,
    RegionStyle,
    WriteOptions,
)
from segstudio.formats.export_folder import ExportFolder
from segstudio.formats.image_folder import ImageFolder
from segstudio.formats.index_maps import files_below, require_labels
from segstudio.formats.json_files import Json, listing, mapping, read_json, text, whole_number
from segstudio.formats.labelme_shapes import shape_region
from segstudio.formats.mask_png import encode_mask
from segstudio.formats.region_source import RegionImage, RegionReader, checked_size
from segstudio.formats.regions import Region, regions_of
from segstudio.formats.sidecar import find_sidecar

IGNORE_NAME = "__ignore__"
# Not .json: labelme and its converters take every JSON file of a folder for labels.
SIDECAR_NAME = "classes.txt"
LABELS_FILE = "labels.txt"
VERSION = "5.5.0"
POLYGON_LOSS = "Polygons follow the borders to within a pixel's fraction, and shapes of no area are left out."


def open_reader(source: Path, options: ReadOptions) -> RegionReader[Path]:
    """``source``: a folder of JSON files, or one of them. Raises: FormatError: damaged, or not LabelMe."""
    folder = source.parent if source.is_file() else source
    names = [PurePosixPath(source.name)] if source.is_file() else files_below(folder, ".json")
    sidecar = find_sidecar(folder, name=SIDECAR_NAME)
    entries: dict[PurePosixPath, Path] = {}
    classes: set[str] = set()
    for name in names:
        content = mapping(read_json(folder / name), folder / name, "file")
        entries[_image_name(name, content, folder / name)] = folder / name
        classes.update(_class_names(content, folder / name))
    listed = [SourceClass(number, name) for number, name in enumerate(sorted(classes))]
    own = label_set_of(listed, options, sidecar.label_set if sidecar else None)
    return RegionReader(source, entries, _unfold, own, options, sidecar=sidecar, order=OverlapOrder.LISTED)


class LabelMeWriter:
    def __init__(self, target: Path, options: WriteOptions) -> None:
        self._folder = ExportFolder(target, options, "labelme", sidecar=SIDECAR_NAME)
        self._options = options
        names = {spec.id: spec.name for spec in options.label_set.classes} | {IGNORE: IGNORE_NAME}
        self._names = {class_id: json.dumps(name, ensure_ascii=False) for class_id, name in names.items()}

    def write(self, image: LabelledImage) -> None:
        require_labels(image.labels, self._options.label_set, image.path)
        file = self._folder.claim(image.path.with_suffix(".json"), image.path, read_as=image.path)
        if FORMAT.style_of(self._options) is RegionStyle.MASKS:
            shapes = [self._mask_shape(region) for region in regions_of(image.labels)]
        else:
            shapes = self._polygon_shapes(image)
        width, height = image.size
        content: dict[str, Json] = {
            "version": VERSION,
            "flags": {},
            "imagePath": image.path.name,
            "imageData": None,
            "imageHeight": height,
            "imageWidth": width,
        }
        lines = ",\n".join(shapes)
        text = f'{json.dumps(content, ensure_ascii=False)[:-1]}, "shapes": [\n{lines}\n]}}\n'
        file.write_text(text, encoding="utf-8")
        self._folder.copy_picture(image.path, image.path)

    def finish(self) -> None:
        self._folder.finish()
        names = [IGNORE_NAME, *(spec.name for spec in self._options.label_set.active)]
        (self._folder.root / LABELS_FILE).write_text("\n".join(names) + "\n", encoding="utf-8")

    def close(self) -> None:
        """Nothing is open between images."""

    def _polygon_shapes(self, image: LabelledImage) -> list[str]:
        """Outer borders; ignore only where it would be painted over by what lies around it.

        Largest box first: that of what lies in a hole is always the smaller one.
        """
        found = [
            region
            for region in regions_of(image.labels, by_corners=False, with_ignore=True)
            if region.class_id != IGNORE or not _touches_border(region, image.size)
        ]
        return [self._polygon_shape(region) for region in sorted(found, key=lambda each: -each.rect.area)]

    def _polygon_shape(self, region: Region) -> str:
        border = centre_border(region.mask, tolerance=self._options.tolerance)
        points = (border + np.array([region.left, region.top])).tolist()
        return self._shape(region, "polygon", points, "null")

    def _mask_shape(self, region: Region) -> str:
        rect = region.rect
        corners = [[rect.left, rect.top], [rect.right - 1, rect.bottom - 1]]  # both inclusive
        data = base64.b64encode(encode_mask(region.mask)).decode("ascii")
        return self._shape(region, "mask", corners, f'"{data}"')

    def _shape(self, region: Region, shape_type: str, points: list[list[int]], mask: str) -> str:
        """A line of JSON, put together by hand: an image has hundreds. Whole numbers in lists read the same."""
        return (
            f'{{"label": {self._names[region.class_id]}, "points": {points}, "group_id": null, "description": "", '
            f'"shape_type": "{shape_type}", "flags": {{}}, "mask": {mask}}}'
        )


def _touches_border(region: Region, size: Size) -> bool:
    rect = region.rect
    return rect.left == 0 or rect.top == 0 or rect.right == size.width or rect.bottom == size.height


def _image_name(name: PurePosixPath, content: dict[str, Json], path: Path) -> PurePosixPath:
    """The JSON file's own name with the picture's suffix: ``imagePath`` may lead anywhere and is not followed."""
    if "shapes" not in content:
        raise FormatError("This is no LabelMe file: it has no shapes.", path=path)
    image_path = PurePosixPath(text(content.get("imagePath"), path, "imagePath").replace("\\", "/"))
    return name.with_suffix(image_path.suffix)


def _class_names(content: dict[str, Json], path: Path) -> Iterator[str]:
    for number, shape in enumerate(listing(content.get("shapes"), path, "shapes"), start=1):
        place = f"shape {number}"
        yield text(mapping(shape, path, place).get("label"), path, place)


def _unfold(_name: PurePosixPath, path: Path, matcher: NameMatcher, _pictures: ImageFolder) -> RegionImage:
    content = mapping(read_json(path), path, "file")
    width, height = (whole_number(content.get(side), path, side) for side in ("imageWidth", "imageHeight"))
    size = checked_size(width, height, path, "file")
    shapes = listing(content.get("shapes"), path, "shapes")
    return RegionImage(
        size, [partial(shape_region, shape, f"shape {i}", size, matcher, path) for i, shape in enumerate(shapes, 1)]
    )


FORMAT = Format(
    "labelme",
    "LabelMe",
    open_reader,
    LabelMeWriter,
    styles=(RegionStyle.POLYGONS, RegionStyle.MASKS),
    has_shapes=True,
    losses={RegionStyle.POLYGONS: POLYGON_LOSS},
)
