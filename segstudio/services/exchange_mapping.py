"""What the user said a value, colour or name of a source becomes, in words, as class ids."""

from __future__ import annotations

from collections.abc import Iterable

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError


def parse_mapping(lines: Iterable[str], label_set: LabelSet | None) -> dict[str, int]:
    """``11=ignore``, ``#808080=road``, ``void=7``: the part before the last ``=`` is the source's.

    Raises: FormatError: not written so, or no such class.
    """
    mapping = {}
    for line in lines:
        key, separator, target = line.rpartition("=")
        if not separator or not key.strip() or not target.strip():
            raise FormatError(f"{line!r} is not a mapping like 11=ignore or void=road.")
        mapping[key.strip()] = class_named(target.strip(), label_set)
    return mapping


def class_named(text: str, label_set: LabelSet | None) -> int:
    """A class's name or id, or ``ignore``. Raises: FormatError: no such class."""
    if text.casefold() == "ignore":
        return IGNORE
    spec = label_set.by_name(text) if label_set else None
    if spec is not None:
        return spec.id
    is_id = text.isascii() and text.isdigit() and len(text) <= 3 and int(text) < IGNORE
    if is_id and (label_set is None or int(text) in label_set):
        return int(text)
    if not label_set:
        raise FormatError(f"There is no class {text!r}. Without a class file only ids are known.")
    names = [spec.name for spec in label_set.active]
    listed = ", ".join(names[:20]) + (" ..." if len(names) > 20 else "")
    raise FormatError(f"There is no class {text!r}; there are {listed}.")
