"""hugging-face: a folder with the columns ``image`` and ``label``, ``id2label.json``, and 255 to be ignored.

``datasets`` loads it as an ImageFolder: ``metadata.jsonl`` names the file of each column.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from segstudio.domain.arrays import IGNORE
from segstudio.domain.errors import FormatError
from segstudio.formats.class_matching import SourceClass, label_set_of
from segstudio.formats.exchange import Format, ReadOptions, WriteOptions
from segstudio.formats.export_folder import ExportFolder
from segstudio.formats.index_maps import IndexMapReader, IndexMapWriter
from segstudio.formats.json_files import parse_json, read_json
from segstudio.formats.limits import read_text
from segstudio.formats.safe_paths import safe_relative
from segstudio.formats.sidecar import find_sidecar
from segstudio.formats.value_table import identity, table_of

SPLIT = "train"
LABELS = "labels"
PICTURES = "images"
METADATA = "metadata.jsonl"
NAMES_FILE = "id2label.json"
SETTINGS_FILE = "segmentation.json"


def open_reader(source: Path, options: ReadOptions) -> IndexMapReader:
    """``source``: the folder that holds ``metadata.jsonl``, or ``train/`` with it. Raises: FormatError: not so."""
    table = next((path for path in (source / SPLIT / METADATA, source / METADATA) if path.is_file()), None)
    if table is None:
        raise FormatError(f"There is no {METADATA} in it, nor in {SPLIT}.", path=source)
    files: dict[PurePosixPath, Path] = {}
    for number, line in enumerate(read_text(table).splitlines(), start=1):
        if not line.strip():
            continue
        place = f"line {number}"
        row = parse_json(line, table, place)
        if not isinstance(row, dict):
            raise FormatError("A row names its columns.", path=table, place=place)
        label = safe_relative(row.get("label_file_name"), table, place)
        name = _image_name(row, label, table, place)
        if name in files:
            raise FormatError(f"There is a row of {name} already.", path=table, place=place)
        files[name] = table.parent / label
    sidecar = find_sidecar(source)
    label_set = label_set_of(_classes(source), options, sidecar.label_set if sidecar else None, keeps_numbers=True)
    return IndexMapReader(files, label_set, table_of(_known(source, label_set.ids), options), options, sidecar)


def open_writer(target: Path, options: WriteOptions) -> IndexMapWriter:
    folder = ExportFolder(target, options, "hugging-face")

    def write_tables(images: Sequence[PurePosixPath]) -> None:
        names = {str(spec.id): spec.name for spec in options.label_set.classes}
        (target / NAMES_FILE).write_text(json.dumps(names, ensure_ascii=False, indent=1), encoding="utf-8")
        settings = {"ignore_index": IGNORE, "do_reduce_labels": False}
        (target / SETTINGS_FILE).write_text(json.dumps(settings, indent=1), encoding="utf-8")
        rows = (json.dumps(_row(image, folder), ensure_ascii=False) + "\n" for image in images)
        (target / SPLIT).mkdir(parents=True, exist_ok=True)
        (target / SPLIT / METADATA).write_text("".join(rows), encoding="utf-8")

    return IndexMapWriter(
        folder,
        naming=lambda image: PurePosixPath(SPLIT, LABELS, image.with_suffix(".png")),
        read_as=lambda name: name.relative_to(PurePosixPath(SPLIT, LABELS)),
        values=identity(options.label_set),
        finish=write_tables,
        picture_naming=lambda image: PurePosixPath(SPLIT, PICTURES, image),
    )


def _row(image: PurePosixPath, folder: ExportFolder) -> dict[str, str]:
    label = {"label_file_name": str(LABELS / image.with_suffix(".png"))}
    return {"image_file_name": str(PICTURES / image), **label} if folder.copies_pictures else label


def _image_name(row: dict[str, object], label: PurePosixPath, table: Path, place: str) -> PurePosixPath:
    """The label's own name below its folder: it is there also where the pictures are not."""
    if "image_file_name" in row:
        safe_relative(row["image_file_name"], table, place)
    return PurePosixPath(*label.parts[1:]) if len(label.parts) > 1 else label


def _classes(source: Path) -> list[SourceClass]:
    path = source / NAMES_FILE
    if not path.is_file():
        return []
    content = read_json(path)
    if not isinstance(content, dict) or not all(key.isascii() and key.isdigit() for key in content):
        raise FormatError("It names no classes: keys are numbers written as text.", path=path)
    return [SourceClass(int(key[:6]), str(name)) for key, name in content.items() if int(key[:6]) != IGNORE]


def _known(source: Path, ids: Sequence[int]) -> dict[int, int]:
    """Stored value to class id, by what the folder says of ignored values and of reduced labels."""
    path = source / SETTINGS_FILE
    settings = read_json(path) if path.is_file() else {}
    if not isinstance(settings, dict):
        raise FormatError("It holds no settings.", path=path)
    if settings.get("do_reduce_labels") is True:
        return {class_id + 1: class_id for class_id in ids} | {0: IGNORE, IGNORE: IGNORE}
    ignored = settings.get("ignore_index", IGNORE)
    if not isinstance(ignored, int) or not 0 <= ignored <= 65535:
        raise FormatError(f'"ignore_index" is {ignored!r}.', path=path)
    return {class_id: class_id for class_id in ids} | {ignored: IGNORE}


FORMAT = Format("hugging-face", "Hugging Face folder", open_reader, open_writer)
