"""CVAT's XML file: its classes, and the size and shapes of each image."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.class_file import parse_color
from segstudio.formats.class_matching import SourceClass
from segstudio.formats.cvat_shapes import Attributes, attribute_number
from segstudio.formats.region_source import checked_size
from segstudio.formats.safe_paths import safe_relative

_SHAPES = ("mask", "polygon", "box")
_SHAPELESS = ("polyline", "points", "cuboid", "ellipse", "skeleton")


@dataclass(slots=True)
class CvatImage:
    """``shapes``: kind and attributes of each, the one that lies on top last."""

    size: Size
    shapes: list[tuple[str, Attributes]] = field(default_factory=list)


def parse_annotations(path: Path) -> tuple[dict[PurePosixPath, CvatImage], list[SourceClass]]:
    """Images by name, and the classes. Raises: FormatError: damaged, or not CVAT for images."""
    images: dict[PurePosixPath, CvatImage] = {}
    classes: list[SourceClass] = []
    try:
        for _, element in iterparse(path, events=("end",), forbid_dtd=True):
            if element.tag == "label":
                label = (element.findtext("name") or "").strip()
                if label:
                    classes.append(SourceClass(len(classes), label, parse_color(element.findtext("color"))))
            elif element.tag == "track":
                raise FormatError("Tracks of videos are not read: export it as images.", path=path)
            elif element.tag == "image":
                name, image = _image(element, path)
                if name in images:
                    raise FormatError(f"The image {name} is there twice.", path=path)
                images[name] = image
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


def _image(element: Element, path: Path) -> tuple[PurePosixPath, CvatImage]:
    given = dict(element.attrib)
    name = safe_relative(given.get("name"), path, "image")
    width, height = (attribute_number(given, side, path, str(name)) for side in ("width", "height"))
    size = checked_size(width, height, path, str(name))
    shapes = []
    for shape in element:
        if shape.tag in _SHAPELESS:
            raise FormatError(f"A {shape.tag} has no area that could be a label.", path=path, place=str(name))
        if shape.tag in _SHAPES:
            shapes.append((str(shape.tag), dict(shape.attrib)))
    shapes.sort(key=lambda shape: attribute_number(shape[1], "z_order", path, str(name), default=0))
    return name, CvatImage(size, shapes)
