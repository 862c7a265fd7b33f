"""cityscapes: ``gtFine/<split>/<city>/*_gtFine_labelIds.png`` and ``_labelTrainIds.png``.

The ids are those of the reference table where every class has a name of it, and the class ids otherwise.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError
from segstudio.formats.cityscapes_labels import ROWS, UNLABELED_ID, CityscapesLabel, reference_label_set, row_named
from segstudio.formats.exchange import Format, LabelledImage, ReadOptions, WriteOptions
from segstudio.formats.export_folder import ExportFolder
from segstudio.formats.index_maps import IndexMapReader, files_below
from segstudio.formats.indexed_png import encode_grey_map
from segstudio.formats.sidecar import find_sidecar
from segstudio.formats.value_table import ValueTable, identity, table_of

MAPS = "gtFine"
PICTURES = "leftImg8bit"
SPLITS = ("train", "val", "test")
LABEL_IDS = "_gtFine_labelIds.png"
TRAIN_IDS = "_gtFine_labelTrainIds.png"
NO_CITY = "city"


def open_reader(source: Path, options: ReadOptions) -> IndexMapReader:
    """``source``: the folder that holds ``gtFine``, or that folder itself; ``labelIds`` go before ``trainIds``.

    Raises: FormatError: nothing to read, or a damaged class file.
    """
    folder = source / MAPS if (source / MAPS).is_dir() else source
    names = files_below(folder)
    ending = next((end for end in (LABEL_IDS, TRAIN_IDS) if any(str(name).endswith(end) for name in names)), None)
    if ending is None:
        raise FormatError(f"No file ends in {LABEL_IDS} or {TRAIN_IDS}.", path=folder)
    files = {_picture_name(name, ending): folder / name for name in names if str(name).endswith(ending)}
    sidecar = find_sidecar(source)
    label_set = options.label_set or (sidecar.label_set if sidecar else reference_label_set())
    known = _known(label_set, is_train=ending == TRAIN_IDS, is_ours=sidecar is not None)
    return IndexMapReader(files, label_set, table_of(known, options), options, sidecar)


class CityscapesWriter:
    def __init__(self, target: Path, options: WriteOptions) -> None:
        self._folder = ExportFolder(target, options, "cityscapes")
        label_set = options.label_set
        self._label_ids = ValueTable(label_ids(label_set))
        self._train_ids = ValueTable(train_ids(label_set))

    def write(self, image: LabelledImage) -> None:
        base = _base_name(image.path)
        for ending, table in ((LABEL_IDS, self._label_ids), (TRAIN_IDS, self._train_ids)):
            target = PurePosixPath(MAPS, f"{base}{ending}")
            read_as = PurePosixPath(f"{base}_leftImg8bit.png")
            file = self._folder.claim(target, image.path, read_as=read_as)
            stored = table.translated(image.labels, Path(image.path))
            file.write_bytes(encode_grey_map(stored))
        self._folder.copy_picture(image.path, PurePosixPath(PICTURES, f"{base}_leftImg8bit.png"))

    def finish(self) -> None:
        self._folder.finish()

    def close(self) -> None:
        """Nothing is open between images."""


def label_ids(label_set: LabelSet) -> dict[int, int]:
    """Class id, and 255, to the stored ``labelId``."""
    if not _is_reference(label_set):
        return identity(label_set)
    return {class_id: row.label_id for class_id, row in _rows(label_set).items()} | {IGNORE: UNLABELED_ID}


def train_ids(label_set: LabelSet) -> dict[int, int]:
    """Class id, and 255, to the stored ``trainId``; classes that aren't scored are ignored there."""
    if not _is_reference(label_set):
        return {spec.id: rank for rank, spec in enumerate(label_set.classes)} | {IGNORE: IGNORE}
    return {class_id: row.train_id for class_id, row in _rows(label_set).items()} | {IGNORE: IGNORE}


def _known(label_set: LabelSet, *, is_train: bool, is_ours: bool) -> dict[int, int]:
    """Stored value to class id. In others' files only the reference table says what a value is."""
    if is_ours:
        stored = train_ids(label_set) if is_train else label_ids(label_set)
    else:
        rows = _rows(label_set)
        stored = {class_id: row.train_id if is_train else row.label_id for class_id, row in rows.items()}
    known = {value: class_id for class_id, value in stored.items() if IGNORE not in (class_id, value)}
    left_out: dict[int, int] = {}
    if not is_train and (not is_ours or _is_reference(label_set)):
        # What the reference table leaves out of training may be missing from a class list; what it trains may not.
        left_out = {row.label_id: IGNORE for row in ROWS if row.train_id == IGNORE and row.label_id >= 0}
    return left_out | known | {IGNORE: IGNORE}


def _is_reference(label_set: LabelSet) -> bool:
    return len(_rows(label_set)) == len(label_set.classes)


def _rows(label_set: LabelSet) -> dict[int, CityscapesLabel]:
    """The reference table's row of each class that has one; ``unlabeled`` is no class here."""
    rows = {spec.id: row_named(spec.name) for spec in label_set.active}
    return {class_id: row for class_id, row in rows.items() if row is not None and row.label_id > UNLABELED_ID}


def _base_name(image: PurePosixPath) -> PurePosixPath:
    """``<split>/<city>/<name>``: a folder that is no split goes below ``train``."""
    stem = image.with_suffix("").name.removesuffix("_leftImg8bit")
    folders = image.parent.parts
    if not folders or folders[0] not in SPLITS:
        folders = (SPLITS[0], *folders)
    return PurePosixPath(*(folders if len(folders) > 1 else (*folders, NO_CITY)), stem)


def _picture_name(name: PurePosixPath, ending: str) -> PurePosixPath:
    return PurePosixPath(str(name).removesuffix(ending) + "_leftImg8bit.png")


FORMAT = Format("cityscapes", "Cityscapes", open_reader, CityscapesWriter)
