"""Finds formats by name: the table of our own, and those that other packages add.

A package adds one through an entry point of the group ``segstudio.formats`` that names a ``Format``.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from segstudio.domain.errors import FormatError
from segstudio.formats.exchange import Format

ENTRY_POINT_GROUP = "segstudio.formats"

_MODULES = {
    "index-png": "index_png",
    "rgb-png": "rgb_png",
    "voc": "voc",
    "cityscapes": "cityscapes",
    "ade20k": "ade20k",
    "coco": "coco",
    "coco-panoptic": "coco_panoptic",
    "labelme": "labelme",
    "cvat": "cvat",
    "label-studio": "label_studio",
    "yolo-seg": "yolo_seg",
    "ultralytics-semantic": "ultralytics_semantic",
    "supervisely": "supervisely",
    "hugging-face": "hugging_face",
    "numpy": "numpy_arrays",
}


def format_names() -> tuple[str, ...]:
    """Our own, most wanted first, then those that other packages add. Loads none of them."""
    return (*_MODULES, *sorted(set(_added()) - set(_MODULES)))


def find_format(name: str) -> Format:
    """Raises: FormatError: no format of that name, or another package's that can't be loaded."""
    if name in _MODULES:
        # Loaded when asked for: a command that names its formats in `--help` needs none of them.
        found = import_module(f"segstudio.formats.{_MODULES[name]}").FORMAT
    elif name in _added():
        found = _load_added(_added()[name])
    else:
        raise FormatError(f"There is no format {name!r}; there are {', '.join(format_names())}.")
    if not isinstance(found, Format):
        raise FormatError(f"What is registered as the format {name!r} is none.")
    return found


def _added() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=ENTRY_POINT_GROUP)}


def _load_added(point: EntryPoint) -> object:
    try:
        return point.load()
    except Exception as error:  # another package's code may raise anything
        raise FormatError(f"The format {point.name!r} of another package can't be loaded: {error}.") from error
