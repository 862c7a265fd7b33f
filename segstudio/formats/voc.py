"""voc: Pascal VOC's SegmentationClass folder, ``labelmap.txt`` and lists of names. 255 is void.

The stored index is the class id, so that index 0 is a class here; in VOC itself it is called background.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import ClassSpec, Color, LabelSet
from segstudio.domain.errors import FormatError
from segstudio.formats.class_matching import IGNORE_NAMES
from segstudio.formats.exchange import Format, ReadOptions, WriteOptions
from segstudio.formats.export_folder import ExportFolder
from segstudio.formats.index_maps import IndexMapReader, IndexMapWriter, files_below
from segstudio.formats.limits import read_text
from segstudio.formats.safe_paths import prepared
from segstudio.formats.sidecar import find_sidecar
from segstudio.formats.value_table import identity, table_of

MAPS = "SegmentationClass"
PICTURES = "JPEGImages"
LISTS = "ImageSets/Segmentation"
LABEL_MAP_FILE = "labelmap.txt"
_MOST_BYTES = 1_000_000
VOID_NAME = "ignored"
VOID_COLOR: Color = (224, 224, 192)
# The 20 objects of the challenge, in the order of its development kit.
# fmt: off
VOC_NAMES = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus",
    "car", "cat", "chair", "cow", "diningtable", "dog", "horse",
    "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
)
# fmt: on
_LINE = re.compile(r"(?P<name>[^:]+):(?P<color>\d+,\d+,\d+)?(:.*)?\Z")


def voc_colors() -> NDArray[np.uint8]:
    """uint8, shape (256, 3): the challenge's colour map. Three bits of the index go to the top bit of red, green
    and blue, the next three to the bit below (VOCdevkit, ``VOClabelcolormap.m``)."""
    index = np.arange(256)
    colors = np.zeros((256, 3), np.uint8)
    for bit in range(8):
        for channel in range(3):
            colors[:, channel] |= ((((index >> (3 * bit + channel)) & 1) << (7 - bit)) & 255).astype(np.uint8)
    return colors


def open_reader(source: Path, options: ReadOptions) -> IndexMapReader:
    """``source``: the folder that holds ``SegmentationClass``. Raises: FormatError: not such a folder."""
    folder = source / MAPS
    if not folder.is_dir():
        raise FormatError(f"There is no folder {MAPS} in it.", path=source)
    sidecar = find_sidecar(source)
    label_set = options.label_set or (sidecar.label_set if sidecar else _own_classes(source))
    files = {name: folder / name for name in files_below(folder)}
    return IndexMapReader(files, label_set, table_of(identity(label_set), options), options, sidecar)


def open_writer(target: Path, options: WriteOptions) -> IndexMapWriter:
    folder = ExportFolder(target, options, "voc")

    def write_lists(images: Sequence[PurePosixPath]) -> None:
        stems = "".join(f"{image.with_suffix('')}\n" for image in images)
        for name in ("train", "trainval"):
            prepared(target, PurePosixPath(LISTS, f"{name}.txt")).write_text(stems, encoding="utf-8")
        (target / LABEL_MAP_FILE).write_text(_label_map_text(options.label_set), encoding="utf-8")

    return IndexMapWriter(
        folder,
        naming=lambda image: MAPS / image.with_suffix(".png"),
        read_as=lambda name: name.relative_to(MAPS),
        values=identity(options.label_set),
        palette=_palette(),
        finish=write_lists,
        picture_naming=lambda image: PICTURES / image.with_suffix(".jpg"),
    )


def _palette() -> NDArray[np.uint8]:
    colors = voc_colors()
    colors[IGNORE] = VOID_COLOR
    return colors


def _label_map_text(label_set: LabelSet) -> str:
    """Row by row, with rows of no meaning for ids that are missing: CVAT counts the rows."""
    names = {spec.id: spec.name for spec in label_set.classes}
    colors = voc_colors()
    rows = ["# label:color_rgb:parts:actions"]
    for class_id in range(max(names, default=-1) + 1):
        name = names.get(class_id, f"unused {class_id}").replace(":", " ")
        rows.append(f"{name}:{','.join(str(part) for part in colors[class_id])}::")
    rows.append(
        f"{VOID_NAME}:{','.join(str(part) for part in VOID_COLOR)}::"
    )  # datumaro refuses undeclared colours
    return "\n".join(rows) + "\n"


def _own_classes(source: Path) -> LabelSet:
    path = source / LABEL_MAP_FILE
    if not path.is_file():
        return _label_set([(name, None) for name in VOC_NAMES], path)
    rows: list[tuple[str, Color | None]] = []
    for number, line in enumerate(read_text(path, _MOST_BYTES).splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.match(line.strip())
        if found is None:
            raise FormatError("A row is name:red,green,blue:parts:actions.", path=path, place=f"line {number}")
        rows.append((found["name"], _color(found["color"], path, number)))
    return _label_set(rows, path)


def _color(text: str | None, path: Path, line: int) -> Color | None:
    if text is None:
        return None
    red, green, blue = (int(part[:4]) for part in text.split(","))
    if max(red, green, blue) > 255:
        raise FormatError(f"{text} is no colour.", path=path, place=f"line {line}")
    return red, green, blue


def _label_set(rows: list[tuple[str, Color | None]], path: Path) -> LabelSet:
    colors = voc_colors()
    listed = [(i, name, color or colors[i].tolist()) for i, (name, color) in enumerate(rows[:IGNORE])]
    try:
        return LabelSet(
            tuple(
                ClassSpec(i, name, (color[0], color[1], color[2]))
                for i, name, color in listed
                if name.casefold() not in IGNORE_NAMES
            )
        )
    except ValueError as error:
        raise FormatError(str(error), path=path) from error


FORMAT = Format("voc", "Pascal VOC", open_reader, open_writer)
