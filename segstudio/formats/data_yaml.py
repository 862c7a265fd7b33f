"""``data.yaml``, in which Ultralytics' formats name their folders and classes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from segstudio.domain.errors import FormatError
from segstudio.formats.limits import read_text

DATA_FILE = "data.yaml"
_MOST_BYTES = 200_000  # PyYAML takes a second for each


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML has no types
    """Without aliases: nested ones unfold to more than any memory holds."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


@dataclass(frozen=True, slots=True)
class DataFile:
    """``content``: the whole file as parsed; ``names``: number to class name."""

    path: Path
    content: Mapping[str, Any]  # Any: parsed YAML, judged by who uses it
    names: Mapping[int, str]

    @property
    def folder(self) -> Path:
        return self.path.parent


def read_data(source: Path) -> DataFile:
    """``source``: the file, or the folder that holds it. Raises: FormatError: there is none, or it is damaged."""
    path = source / DATA_FILE if source.is_dir() else source
    try:
        content = _parse(read_text(path, _MOST_BYTES))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FormatError(f"This is not valid YAML: {first}.", path=path) from error
    if not isinstance(content, dict):
        raise FormatError("It holds no settings.", path=path)
    return DataFile(path, content, _names(content.get("names"), path))


def write_data(path: Path, names: Mapping[int, str], settings: Mapping[str, str]) -> None:
    """Gaps in the numbers get names of no meaning: the classes are counted from 0.

    Raises: OSError: the file can't be written.
    """
    count = max(names, default=-1) + 1
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in settings.items()]
    lines += [f"nc: {count}", "names:"]
    for number in range(count):
        lines.append(f"  {number}: {json.dumps(names.get(number, f'unused {number}'), ensure_ascii=False)}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _parse(text: str) -> object:
    return yaml.load(text, Loader=_Loader)


def _names(value: object, path: Path) -> dict[int, str]:
    listed = dict(enumerate(value)) if isinstance(value, list) else value
    if not isinstance(listed, dict) or not listed:
        raise FormatError('It has no "names".', path=path)
    if not all(isinstance(key, int) and 0 <= key < 255 for key in listed):
        raise FormatError('The numbers of "names" are not 0 to 254.', path=path)
    return {key: str(name) for key, name in listed.items()}
