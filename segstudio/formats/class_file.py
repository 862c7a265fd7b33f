"""The class file: JSON with ids, names and colours, or a plain list of names, one a line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import ClassSpec, Color, LabelSet, distinct_color
from segstudio.domain.errors import FormatError
from segstudio.formats.limits import read_bytes

_MOST_BYTES = 10_000_000
_COLOR = re.compile(r"#?([0-9a-fA-F]{6})\Z")


def read_classes(path: Path) -> LabelSet:
    """Raises: FormatError: unreadable, or not a class file."""
    return parse_classes(read_bytes(path, _MOST_BYTES), path)


def parse_classes(data: bytes, path: Path) -> LabelSet:
    """Raises: FormatError: not a class file."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError("A class file is UTF-8 text; this isn't.", path=path) from error
    if not text.lstrip().startswith(("{", "[")):
        return _from_lines(text, path)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"The class file is not valid JSON: {error}.", path=path) from error
    return _from_json(content, path)


def write_classes(path: Path, label_set: LabelSet) -> None:
    """Raises: OSError: the file can't be written."""
    path.write_text(format_classes(label_set), encoding="utf-8")


def format_classes(label_set: LabelSet) -> str:
    """One class a line, so that people can read and compare it."""
    lines = ",\n    ".join(json.dumps(_entry(spec), ensure_ascii=False) for spec in label_set.classes)
    body = f"\n    {lines}\n  " if lines else ""
    return f'{{\n  "classes": [{body}],\n  "ignore": {IGNORE}\n}}\n'


def parse_color(text: object) -> Color | None:
    """``#808080`` as (128, 128, 128); None where it isn't written so."""
    found = _COLOR.match(text) if isinstance(text, str) else None
    if found is None:
        return None
    red, green, blue = bytes.fromhex(found[1])
    return red, green, blue


def format_color(color: Color) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)


def _entry(spec: ClassSpec) -> dict[str, object]:
    entry: dict[str, object] = {"id": spec.id, "name": spec.name, "color": format_color(spec.color)}
    if spec.shortcut is not None:
        entry["shortcut"] = spec.shortcut
    if spec.is_retired:
        entry["retired"] = True
    return entry


def _from_lines(text: str, path: Path) -> LabelSet:
    names = [line.strip() for line in text.splitlines() if line.strip()]
    if not names:
        raise FormatError("The class file is empty: one name a line is needed.", path=path)
    try:
        return LabelSet.from_names(names)
    except ValueError as error:
        raise FormatError(str(error), path=path) from error


def _from_json(content: Any, path: Path) -> LabelSet:  # Any: parsed JSON, judged here
    entries = content.get("classes") if isinstance(content, dict) else content
    if not isinstance(entries, list) or not entries:
        raise FormatError('A class file has a list "classes" with at least one class.', path=path)
    if len(entries) > IGNORE:
        raise FormatError(f"There are {len(entries)} classes; labels of 8 bits hold at most {IGNORE}.", path=path)
    ignore = content.get("ignore", IGNORE) if isinstance(content, dict) else IGNORE
    if ignore != IGNORE:
        raise FormatError(f'"ignore" is {ignore!r}; label maps use {IGNORE} for it.', path=path)
    specs = [_spec(entry, position, path) for position, entry in enumerate(entries)]
    try:
        return LabelSet(tuple(sorted(specs, key=lambda spec: spec.id)))
    except ValueError as error:
        raise FormatError(str(error), path=path) from error


def _spec(entry: Any, position: int, path: Path) -> ClassSpec:  # Any: parsed JSON, judged here
    place = f"class {position + 1}"
    if isinstance(entry, str):
        entry = {"id": position, "name": entry}
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise FormatError('A class has an "id" and a "name".', path=path, place=place)
    class_id = entry.get("id", position)
    if not isinstance(class_id, int) or isinstance(class_id, bool):
        raise FormatError(f"The id {class_id!r} is not a whole number.", path=path, place=place)
    color = parse_color(entry["color"]) if "color" in entry else distinct_color(position)
    if color is None:
        raise FormatError(f"The colour {entry['color']!r} is not written like #808080.", path=path, place=place)
    shortcut = entry.get("shortcut")
    try:
        return ClassSpec(
            class_id,
            entry["name"],
            color,
            shortcut=shortcut if isinstance(shortcut, str) else None,
            is_retired=entry.get("retired") is True,
        )
    except ValueError as error:
        raise FormatError(str(error), path=path, place=place) from error
