"""cvat: CVAT for images 1.1, one ``annotations.xml`` with masks or polygons.

A mask's run lengths go along the rows inside its own box, zeros first; a higher ``z_order`` lies on top.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import quoteattr

import numpy as np
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.class_file import format_color, parse_color
from segstudio.formats.class_matching import NameMatcher, SourceClass, label_set_of
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
from segstudio.formats.polygon_regions import region_by_corners
from segstudio.formats.region_source import RegionImage, RegionReader, checked_size
from segstudio.formats.regions import Region, regions_of
from segstudio.formats.run_lengths import counts_of, mask_of
from segstudio.formats.safe_paths import prepared, safe_relative
from segstudio.formats.sidecar import find_sidecar

ANNOTATIONS = "annotations.xml"
PICTURES = "images"
_SHAPES = ("mask", "polygon", "box")
_SHAPELESS = ("polyline", "points", "cuboid", "ellipse", "skeleton")


@dataclass(slots=True)
class _Image:
    size: Size
    shapes: list[tuple[str, dict[str, str]]] = field(default_factory=list)


def open_reader(source: Path, options: ReadOptions) -> RegionReader[_Image]:
    """``source``: the XML file, or the folder that holds it. Raises: FormatError: damaged, or not CVAT's."""
    path = source / ANNOTATIONS if source.is_dir() else source
    entries, classes = _parse(path)
    sidecar = find_sidecar(path.parent)

    def unfold(name: PurePosixPath, entry: _Image, matcher: NameMatcher, _pictures: ImageFolder) -> RegionImage:
        ordered = sorted(entry.shapes, key=lambda shape: _number(shape[1], "z_order", path, str(name), default=0))
        regions = [partial(_region, kind, given, entry.size, matcher, path, str(name)) for kind, given in ordered]
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


def _parse(path: Path) -> tuple[dict[PurePosixPath, _Image], list[SourceClass]]:
    images: dict[PurePosixPath, _Image] = {}
    classes: list[SourceClass] = []
    try:
        for _, element in iterparse(path, events=("end",), forbid_dtd=True):
            if element.tag == "label":
                name = (element.findtext("name") or "").strip()
                if name:
                    color = parse_color(element.findtext("color"))
                    classes.append(SourceClass(len(classes), name, color))
            elif element.tag == "track":
                raise FormatError("Tracks of videos are not read: export it as images.", path=path)
            elif element.tag == "image":
                name_and_image = _image(element, path)
                if name_and_image[0] in images:
                    raise FormatError(f"The image {name_and_image[0]} is there twice.", path=path)
                images[name_and_image[0]] = name_and_image[1]
                element.clear()
    except DefusedXmlException as error:
        raise FormatError(
            "The XML declares entities or a document type: that is never needed here.", path=path
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise FormatError(f"This is not valid XML: {error}.", path=path) from error
    except OSError as error:
        raise FormatError(f"The file can't be read: {error.strerror or error}.", path=path) from error
    unique = {each.name: each for each in classes}
    return images, list(unique.values())


def _image(element: Element, path: Path) -> tuple[PurePosixPath, _Image]:
    given = dict(element.attrib)
    name = safe_relative(given.get("name"), path, "image")
    width, height = (_number(given, side, path, str(name)) for side in ("width", "height"))
    size = checked_size(width, height, path, str(name))
    shapes = []
    for shape in element:
        if shape.tag in _SHAPELESS:
            raise FormatError(f"A {shape.tag} has no area that could be a label.", path=path, place=str(name))
        if shape.tag in _SHAPES:
            shapes.append((str(shape.tag), dict(shape.attrib)))
    return name, _Image(size, shapes)


def _region(kind: str, given: dict[str, str], size: Size, matcher: NameMatcher, path: Path, place: str) -> Region:
    class_id = matcher.by_name(given.get("label", ""), place)
    if float(given.get("rotation", "0") or "0") != 0:
        raise FormatError("A turned shape is not read.", path=path, place=place)
    if kind == "polygon":
        points = [_pair(part, path, place) for part in given.get("points", "").split(";")]
        return region_by_corners(class_id, [points], size)
    if kind == "box":
        left, top, right, bottom = (_decimal(given.get(key), path, place) for key in ("xtl", "ytl", "xbr", "ybr"))
        return region_by_corners(class_id, [[(left, top), (right, top), (right, bottom), (left, bottom)]], size)
    left, top, width, height = (_number(given, key, path, place) for key in ("left", "top", "width", "height"))
    if left + width > size.width or top + height > size.height:
        raise FormatError("A mask leaves the picture.", path=path, place=place)
    try:
        runs = np.array(given.get("rle", "").split(","), np.int64)
        return Region(class_id, mask_of(runs, width, height), left, top)
    except (ValueError, OverflowError) as error:
        raise FormatError(f"A mask's run lengths are damaged: {error}.", path=path, place=place) from error


def _number(given: dict[str, str], key: str, path: Path, place: str, default: int | None = None) -> int:
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
    losses={RegionStyle.POLYGONS: POLYGON_LOSS},
)
