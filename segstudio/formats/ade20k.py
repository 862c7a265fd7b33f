"""ade20k: the 150-class challenge's folders. Stored 0 is unlabelled; class ids are stored plus one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from segstudio.domain.arrays import IGNORE
from segstudio.domain.errors import FormatError
from segstudio.formats.exchange import Format, ReadOptions, WriteOptions
from segstudio.formats.export_folder import ExportFolder
from segstudio.formats.index_maps import (
    IndexMapReader,
    IndexMapWriter,
    files_below,
    named_by_values,
    survey_values,
)
from segstudio.formats.sidecar import find_sidecar
from segstudio.formats.value_table import table_of

MAPS = "annotations"
PICTURES = "images"
SPLIT = "training"
FLAG_FILE = "reduce_zero_label.json"
_MOST_ID = 253  # 254 + 1 would be 255, which readers take for ignore


def open_reader(source: Path, options: ReadOptions) -> IndexMapReader:
    """``source``: the folder that holds ``annotations``, or that folder itself.

    Raises: FormatError: nothing to read, or a damaged class file.
    """
    folder = source / MAPS if (source / MAPS).is_dir() else source
    files = {name: folder / name for name in files_below(folder)}
    sidecar = find_sidecar(source)
    label_set = options.label_set or (sidecar.label_set if sidecar else options.fallback)
    if label_set is None:
        label_set = named_by_values([value - 1 for value in survey_values(files) if 0 < value < IGNORE])
    known = {0: IGNORE, IGNORE: IGNORE} | {class_id + 1: class_id for class_id in label_set.ids}
    return IndexMapReader(files, label_set, table_of(known, options), options, sidecar)


def open_writer(target: Path, options: WriteOptions) -> IndexMapWriter:
    """Raises: FormatError: a class id that plus one is no class any more."""
    largest = max(options.label_set.ids, default=0)
    if largest > _MOST_ID:
        raise FormatError(f"Class {largest} can't be stored plus one: ADE20K holds class ids up to {_MOST_ID}.")
    folder = ExportFolder(target, options, "ade20k")
    names = {str(spec.id + 1): spec.name for spec in options.label_set.classes}
    flag = {"reduce_zero_label": True, "unlabelled": 0, "names": names}

    def write_flag(_images: Sequence[PurePosixPath]) -> None:
        (target / FLAG_FILE).write_text(json.dumps(flag, ensure_ascii=False, indent=1), encoding="utf-8")

    return IndexMapWriter(
        folder,
        naming=lambda image: PurePosixPath(MAPS, SPLIT, image.with_suffix(".png")),
        read_as=lambda name: name.relative_to(MAPS),
        values={class_id: class_id + 1 for class_id in options.label_set.ids} | {IGNORE: 0},
        finish=write_flag,
        picture_naming=lambda image: PurePosixPath(PICTURES, SPLIT, image.with_suffix(".jpg")),
    )


FORMAT = Format("ade20k", "ADE20K", open_reader, open_writer)
