"""``project.json``: a project's name, image folder, model and classes, as a file that anybody can read.

It is kept apart from the index so that a project whose index is lost still knows its classes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath, PurePosixPath
from typing import cast

from segstudio.domain.classes import ClassSpec, Color, LabelSet
from segstudio.domain.errors import ProjectError
from segstudio.domain.sample_view import AS_SUITS, SampleView
from segstudio.store.atomic_files import replace_bytes

FORMAT = "SegStudio project"
NEWEST_VERSION = 1
LARGEST_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """``image_folder`` is kept twice: relative, so that both may move together, and absolute.

    ``parts``: the files and folders below it that the project is about; empty: everything there.
    """

    name: str
    image_folder: Path
    relative_image_folder: str | None
    label_set: LabelSet
    model: str
    sample_view: SampleView = AS_SUITS
    parts: tuple[str, ...] = ()

    @classmethod
    def new(cls, folder: Path, image_folder: Path, label_set: LabelSet, model: str, name: str) -> ProjectFile:
        return cls(name, image_folder, _relative(image_folder, folder), label_set, model)

    def with_label_set(self, label_set: LabelSet) -> ProjectFile:
        return replace(self, label_set=label_set)

    def with_model(self, model: str) -> ProjectFile:
        return replace(self, model=model)

    def with_sample_view(self, view: SampleView) -> ProjectFile:
        return replace(self, sample_view=view)

    def with_image_folder(self, folder: Path, image_folder: Path) -> ProjectFile:
        return replace(self, image_folder=image_folder, relative_image_folder=_relative(image_folder, folder))

    def find_image_folder(self, folder: Path) -> Path:
        """The image folder as seen from the project at ``folder``, which may have been moved."""
        if self.relative_image_folder is not None:
            beside = Path(os.path.normpath(folder / self.relative_image_folder))
            if beside.is_dir():
                return beside
        return self.image_folder


def write_project_file(path: Path, project: ProjectFile) -> None:
    replace_bytes(path, encode(project).encode())


def read_project_file(path: Path) -> ProjectFile:
    """Raises: ProjectError: the file is absent, damaged, foreign or too new."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ProjectError(f"{path} is far too large for a project's description; it wasn't read.")
        text = path.read_bytes().decode()
    except OSError as error:
        raise ProjectError(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise damaged(path, "it isn't text") from error
    return decode(text, path)


def encode(project: ProjectFile) -> str:
    classes = [
        {
            "id": spec.id,
            "name": spec.name,
            "color": "#{:02x}{:02x}{:02x}".format(*spec.color),
            "shortcut": spec.shortcut,
            "retired": spec.is_retired,
        }
        for spec in project.label_set.classes
    ]
    value = {
        "format": FORMAT,
        "version": NEWEST_VERSION,
        "name": project.name,
        "image_folder": str(project.image_folder),
        "relative_image_folder": project.relative_image_folder,
        "parts": project.parts,
        "model": project.model,
        "sample_view": {
            "channels": project.sample_view.channels,
            "percentiles": project.sample_view.percentiles,
            "page": project.sample_view.page,
        },
        "classes": classes,
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def decode(text: str, path: Path) -> ProjectFile:
    """Raises: ProjectError: damaged, foreign or too new."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise damaged(path, "it isn't JSON") from error
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise ProjectError(f"{path} isn't the description of a SegStudio project; it wasn't touched.")
    version = value.get("version")
    if not isinstance(version, int) or version > NEWEST_VERSION:
        raise ProjectError(f"{path} was made by a newer SegStudio: update SegStudio to open it.")
    try:
        return _decoded(value)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise damaged(path, str(error)) from error


def _decoded(value: Mapping[str, object]) -> ProjectFile:
    classes = tuple(_class(_table(item)) for item in cast("list[object]", value["classes"]))
    relative = value.get("relative_image_folder")
    return ProjectFile(
        name=_text(value["name"]),
        image_folder=Path(_text(value["image_folder"])),
        relative_image_folder=None if relative is None else _text(relative),
        label_set=LabelSet(classes),
        model=_text(value["model"]),
        sample_view=_sample_view(value.get("sample_view")),
        parts=tuple(_part(part) for part in cast("list[object]", value.get("parts") or [])),
    )


def _sample_view(item: object) -> SampleView:
    """Missing in projects made before it could be chosen."""
    if item is None:
        return AS_SUITS
    view = _table(item)
    channels, percentiles = _numbers(view.get("channels"), 3), _numbers(view.get("percentiles"), 2)
    page = view.get("page", 0)
    if type(page) is not int:
        raise ValueError(f"{page!r} is not a page")
    return SampleView(
        None if channels is None else (int(channels[0]), int(channels[1]), int(channels[2])),
        None if percentiles is None else (percentiles[0], percentiles[1]),
        page,
    )


def _table(item: object) -> Mapping[str, object]:
    if not isinstance(item, dict):
        raise ValueError(f"{str(item)[:80]!r} is not a table")
    return item


def _numbers(item: object, count: int) -> list[float] | None:
    if item is None:
        return None
    if not isinstance(item, list) or len(item) != count or not all(type(number) in (int, float) for number in item):
        raise ValueError(f"{item!r} are not {count} numbers")
    return [float(number) for number in item]


def _part(value: object) -> str:
    """Raises: ValueError: it leads out of the image folder."""
    path = PurePosixPath(_text(value))
    if path.is_absolute() or ".." in path.parts or not path.parts or (os.name == "nt" and ":" in str(path)):
        raise ValueError(f"{value!r} lies outside the image folder")
    return path.as_posix()


def _class(item: Mapping[str, object]) -> ClassSpec:
    number = item["id"]
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError(f"the class id {number!r} is not a whole number")
    shortcut = item.get("shortcut")
    return ClassSpec(
        id=number,
        name=_text(item["name"]),
        color=_color(_text(item["color"])),
        shortcut=None if shortcut is None else _text(shortcut),
        is_retired=item.get("retired") is True,
    )


def _color(text: str) -> Color:
    if len(text) != 7 or text[0] != "#":
        raise ValueError(f"{text!r} is not a colour such as #808080")
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"{value!r} is not text")
    return value


def damaged(path: Path, reason: str) -> ProjectError:
    return ProjectError(f"{path} is damaged ({reason}). Type: segstudio project repair {path.parent}")


def _relative(image_folder: Path, folder: Path) -> str | None:
    try:
        return PurePath(os.path.relpath(image_folder, folder)).as_posix()
    except ValueError:  # Windows: another drive
        return None
