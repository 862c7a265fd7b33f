"""index-png: a folder of palette PNGs, one an image, with a class file beside them."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

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
from segstudio.formats.value_table import identity, mapped_values, table_of


def open_reader(source: Path, options: ReadOptions) -> IndexMapReader:
    """``source``: a folder, or a single map. Raises: FormatError: nothing to read, or a damaged class file."""
    folder = source.parent if source.is_file() else source
    names = [PurePosixPath(source.name)] if source.is_file() else files_below(folder)
    files = {name: folder / name for name in names}
    sidecar = find_sidecar(folder)
    label_set = options.label_set or (sidecar.label_set if sidecar else options.fallback)
    if label_set is None:
        mapped = mapped_values(options)
        own = [value for value in survey_values(files) if value < 255 and value not in mapped]
        label_set = named_by_values(own + [value for value in mapped.values() if value < 255])
    return IndexMapReader(files, label_set, table_of(identity(label_set), options), options, sidecar)


def open_writer(target: Path, options: WriteOptions) -> IndexMapWriter:
    return IndexMapWriter(
        ExportFolder(target, options, "index-png"),
        naming=lambda image: image.with_suffix(".png"),
        read_as=lambda name: name,
        values=identity(options.label_set),
        palette=options.label_set.color_table(),
    )


FORMAT = Format("index-png", "Index PNG and class file", open_reader, open_writer)
