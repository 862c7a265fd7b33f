"""The class file that an export leaves beside its labels: ids, colours, and each image's own name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.class_file import format_classes, parse_classes
from segstudio.formats.json_files import Json, listing, mapping, parse_json, whole_number
from segstudio.formats.limits import read_bytes
from segstudio.formats.safe_paths import safe_relative

SIDECAR = "classes.json"
_MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Sidecar:
    """``images``: what the format calls an image, to the image's own relative path, where the two differ.

    ``sizes``: by the format's name, in formats that don't say how large an image is.
    """

    label_set: LabelSet
    images: Mapping[str, PurePosixPath] = field(default_factory=dict)
    sizes: Mapping[str, Size] = field(default_factory=dict)

    def image_path(self, name: PurePosixPath) -> PurePosixPath:
        return self.images.get(str(name), name)


def write_sidecar(
    folder: Path,
    label_set: LabelSet,
    format_name: str,
    images: Mapping[str, str],
    sizes: Mapping[str, Size],
    *,
    name: str = SIDECAR,
) -> None:
    """Raises: OSError: the file can't be written."""
    extra = {"format": format_name, "written_by": f"SegStudio {_version()}"}
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in extra.items()]
    differing = {key: value for key, value in images.items() if key != value}
    if differing:
        lines.append(f'  "images": {json.dumps(differing, ensure_ascii=False, indent=1)}')
    if sizes:
        lines.append(f'  "sizes": {json.dumps(sizes, ensure_ascii=False)}')
    classes = format_classes(label_set).rstrip().removesuffix("}").rstrip()
    (folder / name).write_text(classes + ",\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def find_sidecar(folder: Path, *, name: str = SIDECAR) -> Sidecar | None:
    """None where there is none. Raises: FormatError: there is one, but it is no class file."""
    path = folder / name
    if not path.is_file():
        return None
    data = read_bytes(path, _MOST_BYTES)
    label_set = parse_classes(data, path)
    if not data.lstrip().startswith(b"{"):
        return Sidecar(label_set)
    content = parse_json(data, path)
    images = mapping(content.get("images", {}), path, "images")
    sizes = mapping(content.get("sizes", {}), path, "sizes")
    return Sidecar(
        label_set,
        {key: safe_relative(value, path, "images") for key, value in images.items()},
        {key: _size(value, path) for key, value in sizes.items()},
    )


def _size(value: Json, path: Path) -> Size:
    sides = listing(value, path, "sizes")
    if len(sides) != 2:
        raise FormatError("A size is width and height.", path=path, place="sizes")
    return Size(whole_number(sides[0], path, "sizes"), whole_number(sides[1], path, "sizes"))


def _version() -> str:
    try:
        return version("segstudio")
    except PackageNotFoundError:
        return "(not installed)"
