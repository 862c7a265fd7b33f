"""supervisely: ``meta.json`` and, in each dataset's ``ann`` folder, one JSON file an image; later objects on top.

A bitmap is a PNG of its own box, deflated, in base64; ``origin`` is the box's column and row.
"""

from __future__ import annotations

import base64
import json
import zlib
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np

from segstudio.formats.class_file import format_color, parse_color
from segstudio.formats.class_matching import NameMatcher, SourceClass, label_set_of
from segstudio.formats.contours import centre_outline
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
from segstudio.formats.index_maps import require_labels
from segstudio.formats.json_files import Json, listing, mapping, read_json, text, whole_number
from segstudio.formats.mask_png import encode_palette_mask
from segstudio.formats.region_source import RegionImage, RegionReader, checked_size
from segstudio.formats.regions import Region, regions_of
from segstudio.formats.sidecar import find_sidecar
from segstudio.formats.supervisely_objects import object_region

META = "meta.json"
ANNOTATIONS = "ann"
PICTURES = "img"
NESTED = "datasets"
DATASET = "dataset"
POLYGON_LOSS = "Polygons run through the middle of the border's pixels, to within a fraction of one."


def open_reader(source: Path, options: ReadOptions) -> RegionReader[Path]:
    """``source``: the project's folder. Raises: FormatError: damaged, or not Supervisely's."""
    meta = source / META
    classes = _classes(mapping(read_json(meta), meta, "file"), meta)
    entries: dict[PurePosixPath, Path] = {}
    for path in sorted(source.rglob(f"{ANNOTATIONS}/**/*.json")):
        relative = PurePosixPath(path.relative_to(source).as_posix())
        entries[_image_name(relative)] = path
    sidecar = find_sidecar(source)
    label_set = label_set_of(classes, options, sidecar.label_set if sidecar else None)
    return RegionReader(source, entries, _unfold, label_set, options, sidecar=sidecar, order=OverlapOrder.LISTED)


class SuperviselyWriter:
    def __init__(self, target: Path, options: WriteOptions) -> None:
        self._folder = ExportFolder(target, options, "supervisely")
        self._options = options
        self._is_masks = FORMAT.style_of(options) is RegionStyle.MASKS
        self._kind = "bitmap" if self._is_masks else "polygon"
        self._names = {spec.id: spec.name for spec in options.label_set.classes}
        self._count = 0

    def write(self, image: LabelledImage) -> None:
        require_labels(image.labels, self._options.label_set, image.path)
        dataset = _dataset(image.path)
        target = dataset / ANNOTATIONS / f"{image.path.name}.json"
        file = self._folder.claim(target, image.path, read_as=_image_name(target))
        width, height = image.size
        # Parts of a polygon hang together by sides: a hole can't lie around pixels of its own part then.
        objects = [self._object(region) for region in regions_of(image.labels, by_corners=self._is_masks)]
        content = {"description": "", "tags": [], "size": {"height": height, "width": width}, "objects": objects}
        file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        self._folder.copy_picture(image.path, dataset / PICTURES / image.path.name)

    def finish(self) -> None:
        self._folder.finish()
        classes = [
            {
                "title": spec.name,
                "shape": self._kind,
                "color": format_color(spec.color).upper(),
                "geometry_config": {},
                "id": spec.id + 1,
                "hotkey": "",
            }
            for spec in self._options.label_set.classes
        ]
        content = {"classes": classes, "tags": [], "projectType": "images"}
        (self._folder.root / META).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")

    def close(self) -> None:
        """Nothing is open between images."""

    def _geometry(self, region: Region) -> dict[str, Json]:
        corner = np.array([region.left, region.top])
        if self._is_masks:
            data = base64.b64encode(zlib.compress(encode_palette_mask(region.mask))).decode("ascii")
            return {"bitmap": {"data": data, "origin": corner.tolist()}}
        outline = centre_outline(region.mask, tolerance=self._options.tolerance)
        exterior, *interior = ((ring + corner).tolist() for ring in (outline.outer, *outline.holes))
        return {"points": {"exterior": exterior, "interior": interior}}

    def _object(self, region: Region) -> dict[str, Json]:
        self._count += 1
        return {
            "id": self._count,
            "classId": region.class_id + 1,
            "classTitle": self._names[region.class_id],
            "geometryType": self._kind,
            "description": "",
            "tags": [],
            **self._geometry(region),
        }


def _dataset(image: PurePosixPath) -> PurePosixPath:
    """Sub-folders are datasets within datasets."""
    first, *others = image.parent.parts or (DATASET,)
    return PurePosixPath(first, *(part for each in others for part in (NESTED, each)))


def _image_name(annotation: PurePosixPath) -> PurePosixPath:
    """``_dataset`` undone; any other folders but ``ann`` and ``datasets`` are kept."""
    folders = annotation.parent.parts
    if folders[-1] == ANNOTATIONS and all(part == NESTED for part in folders[1:-1:2]):
        folders = folders[:-1:2]
    else:
        folders = tuple(part for part in folders if part not in (ANNOTATIONS, NESTED))
    return PurePosixPath(*folders, annotation.name.removesuffix(".json"))


def _classes(content: dict[str, Json], path: Path) -> list[SourceClass]:
    classes = []
    for number, entry in enumerate(listing(content.get("classes"), path, "classes")):
        place = f"class {number + 1}"
        name = text(mapping(entry, path, place).get("title"), path, place)
        classes.append(SourceClass(number, name, parse_color(entry.get("color"))))
    return classes


def _unfold(_name: PurePosixPath, path: Path, matcher: NameMatcher, _pictures: ImageFolder) -> RegionImage:
    content = mapping(read_json(path), path, "file")
    stated = mapping(content.get("size"), path, "size")
    width, height = (whole_number(stated.get(side), path, "size") for side in ("width", "height"))
    size = checked_size(width, height, path, "size")
    objects = listing(content.get("objects"), path, "objects")
    return RegionImage(
        size,
        [partial(object_region, each, f"object {i}", size, matcher, path) for i, each in enumerate(objects, 1)],
    )


FORMAT = Format(
    "supervisely",
    "Supervisely",
    open_reader,
    SuperviselyWriter,
    styles=(RegionStyle.MASKS, RegionStyle.POLYGONS),
    has_shapes=True,
    losses={RegionStyle.POLYGONS: POLYGON_LOSS},
)
