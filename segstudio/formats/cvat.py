"""cvat: CVAT for images 1.1, one ``annotations.xml`` with masks or polygons.

A mask's run lengths go along the rows inside its own box, zeros first; a higher ``z_order`` lies on top.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path, PurePosixPath
from xml.sax.saxutils import quoteattr

from segstudio.formats.class_file import format_color
from segstudio.formats.class_matching import NameMatcher, label_set_of
from segstudio.formats.cvat_shapes import shape_region
from segstudio.formats.cvat_xml import CvatImage, parse_annotations
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
from segstudio.formats.keyholes import POLYGON_LOSS, region_polygons
from segstudio.formats.region_source import RegionImage, RegionReader
from segstudio.formats.regions import Region, regions_of
from segstudio.formats.run_lengths import counts_of
from segstudio.formats.safe_paths import prepared
from segstudio.formats.sidecar import find_sidecar

ANNOTATIONS = "annotations.xml"
PICTURES = "images"


def open_reader(source: Path, options: ReadOptions) -> RegionReader[CvatImage]:
    """``source``: the XML file, or the folder that holds it. Raises: FormatError: damaged, or not CVAT's."""
    path = source / ANNOTATIONS if source.is_dir() else source
    entries, classes = parse_annotations(path)
    sidecar = find_sidecar(path.parent)

    def unfold(name: PurePosixPath, entry: CvatImage, matcher: NameMatcher, _pictures: ImageFolder) -> RegionImage:
        place = str(name)
        regions = [partial(shape_region, *shape, entry.size, matcher, path, place) for shape in entry.shapes]
        return RegionImage(entry.size, regions)

    label_set = label_set_of(classes, options, sidecar.label_set if sidecar else None)
    return RegionReader(path, entries, unfold, label_set, options, sidecar=sidecar, order=OverlapOrder.LISTED)


class CvatWriter:
    """Images are written as they come."""

    def __init__(self, target: Path, options: WriteOptions) -> None:
        self._folder = ExportFolder(target, options, "cvat")
        self._options = options
        self._is_masks = FORMAT.style_of(options) is RegionStyle.MASKS
        self._names = {spec.id: spec.name for spec in options.label_set.classes}
        self._count = 0
        self._file = prepared(target, PurePosixPath(ANNOTATIONS)).open("w", encoding="utf-8")
        self._file.write('<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n')
        self._file.write(self._meta())

    def write(self, image: LabelledImage) -> None:
        require_labels(image.labels, self._options.label_set, image.path)
        self._folder.claim(PICTURES / image.path, image.path, read_as=image.path)
        width, height = image.size
        opening = _tag("image", id=str(self._count), name=str(image.path), width=str(width), height=str(height))
        self._file.write(f"  {opening}>\n")
        for region in regions_of(image.labels, one_per_class=not self._is_masks):
            self._file.write(self._shapes(region))
        self._file.write("  </image>\n")
        self._count += 1
        self._folder.copy_picture(image.path, PICTURES / image.path)

    def finish(self) -> None:
        self._file.write("</annotations>\n")
        self._file.close()
        self._folder.finish()

    def close(self) -> None:
        self._file.close()

    def _meta(self) -> str:
        kind = "mask" if self._is_masks else "polygon"
        labels = "".join(
            f"        <label>\n          <name>{_escaped(spec.name)}</name>\n"
            f"          <color>{format_color(spec.color)}</color>\n"
            f"          <type>{kind}</type>\n          <attributes></attributes>\n        </label>\n"
            for spec in self._options.label_set.classes
        )
        return (
            "  <meta>\n    <task>\n      <name>SegStudio</name>\n      <mode>annotation</mode>\n"
            f"      <labels>\n{labels}      </labels>\n    </task>\n  </meta>\n"
        )

    def _shapes(self, region: Region) -> str:
        common = {"label": self._names[region.class_id], "source": "manual", "occluded": "0"}
        rect = region.rect
        if self._is_masks:
            box = {"left": rect.left, "top": rect.top, "width": rect.width, "height": rect.height}
            placed = {key: str(value) for key, value in box.items()}
            runs = ", ".join(str(run) for run in counts_of(region.mask).tolist())
            return f"    {_tag('mask', **common, rle=runs, **placed, z_order='0')}></mask>\n"
        lines = ""
        for polygon in region_polygons(region, self._options.tolerance):
            points = ";".join(f"{x:.2f},{y:.2f}" for x, y in polygon.tolist())
            lines += f"    {_tag('polygon', **common, points=points, z_order='0')}></polygon>\n"
        return lines


def _tag(element: str, /, **attributes: str) -> str:
    return f"<{element} " + " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


FORMAT = Format(
    "cvat",
    "CVAT for images 1.1",
    open_reader,
    CvatWriter,
    styles=(RegionStyle.MASKS, RegionStyle.POLYGONS),
    has_shapes=True,
    losses={RegionStyle.POLYGONS: POLYGON_LOSS},
)
