"""ultralytics-semantic: ``images/`` and ``masks/`` side by side, ``data.yaml`` names the classes; 255 is ignored.

As docs.ultralytics.com/datasets/semantic describes its PNG form.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from segstudio.domain.errors import FormatError
from segstudio.formats.class_matching import SourceClass, label_set_of
from segstudio.formats.data_yaml import DATA_FILE, read_data, write_data
from segstudio.formats.exchange import Format, ReadOptions, WriteOptions
from segstudio.formats.export_folder import ExportFolder
from segstudio.formats.index_maps import IndexMapReader, IndexMapWriter, files_below
from segstudio.formats.safe_paths import safe_relative
from segstudio.formats.sidecar import find_sidecar
from segstudio.formats.value_table import identity, table_of

MASKS = "masks"
PICTURES = "images"
SPLIT = "train"


def open_reader(source: Path, options: ReadOptions) -> IndexMapReader:
    """``source``: the folder that holds ``data.yaml``, or a file like it. Raises: FormatError: not so."""
    data = read_data(source)
    if "masks_dir" not in data.content:
        raise FormatError('It has no "masks_dir": labels given as polygons are read as yolo-seg.', path=data.path)
    folder = data.folder / safe_relative(data.content["masks_dir"], data.path, "masks_dir")
    sidecar = find_sidecar(data.folder)
    classes = [SourceClass(number, name) for number, name in data.names.items()]
    label_set = label_set_of(classes, options, sidecar.label_set if sidecar else None, keeps_numbers=True)
    files = {name: folder / name for name in files_below(folder)}
    return IndexMapReader(files, label_set, table_of(identity(label_set), options), options, sidecar)


def open_writer(target: Path, options: WriteOptions) -> IndexMapWriter:
    folder = ExportFolder(target, options, "ultralytics-semantic")
    names = {spec.id: spec.name for spec in options.label_set.classes}

    def write_names(_images: Sequence[PurePosixPath]) -> None:
        extra = {"masks_dir": MASKS, "train": f"{PICTURES}/{SPLIT}", "val": f"{PICTURES}/{SPLIT}"}
        write_data(target / DATA_FILE, names, extra)

    return IndexMapWriter(
        folder,
        naming=lambda image: PurePosixPath(MASKS, SPLIT, image.with_suffix(".png")),
        read_as=lambda name: name.relative_to(MASKS),
        values=identity(options.label_set),
        finish=write_names,
        picture_naming=lambda image: PurePosixPath(PICTURES, SPLIT, image),
    )


FORMAT = Format("ultralytics-semantic", "Ultralytics semantic", open_reader, open_writer)
