"""What the formats with one index picture an image share: their reader and their writer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE, LabelMap
from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.errors import FormatError
from segstudio.formats.exchange import LabelledImage, ReadOptions
from segstudio.formats.export_folder import ExportFolder
from segstudio.formats.image_folder import ImageFolder
from segstudio.formats.indexed_png import decode_indices, encode_grey_map, encode_label_map
from segstudio.formats.limits import read_bytes
from segstudio.formats.regions import present_labels
from segstudio.formats.sidecar import Sidecar
from segstudio.formats.survey import PixelCounts
from segstudio.formats.value_table import ValueTable, are_below, unbroken_count

Naming = Callable[[PurePosixPath], PurePosixPath]


def files_below(folder: Path, suffix: str = ".png") -> list[PurePosixPath]:
    """Relative paths of the files that end so, hidden ones apart, in order.

    Raises: FormatError: no such folder, or no such file in it.
    """
    if not folder.is_dir():
        raise FormatError("There is no such folder.", path=folder)
    relative = (PurePosixPath(path.relative_to(folder).as_posix()) for path in folder.rglob("*"))
    found = sorted(path for path in relative if path.suffix.lower() == suffix and not path.name.startswith("."))
    if not found:
        raise FormatError(f"No *{suffix} file lies in this folder.", path=folder)
    return found


class IndexMapReader:
    """``files``: what the format calls an image, to the file of its index picture."""

    def __init__(
        self,
        files: Mapping[PurePosixPath, Path],
        label_set: LabelSet,
        table: ValueTable,
        options: ReadOptions,
        sidecar: Sidecar | None,
    ) -> None:
        self._label_set = label_set
        self._table = table
        self._pictures = ImageFolder.of(options)
        self._files = {self._image_path(name, sidecar): file for name, file in files.items()}

    @property
    def label_set(self) -> LabelSet:
        return self._label_set

    @property
    def images(self) -> Sequence[PurePosixPath]:
        return tuple(self._files)

    def read(self, path: PurePosixPath) -> LabelledImage:
        file = self._files[path]
        labels = self._table.translated(decode_indices(read_bytes(file), path=file), file)
        image = LabelledImage(path, labels)
        self._pictures.check(path, image.size, file)
        return image

    def count_pixels(self, path: PurePosixPath) -> PixelCounts:
        file = self._files[path]
        return counted_values(decode_indices(read_bytes(file), path=file))

    def class_of(self, key: str) -> int | None:
        return self._table.class_of(int(key))

    def _image_path(self, name: PurePosixPath, sidecar: Sidecar | None) -> PurePosixPath:
        return self._pictures.named(sidecar.image_path(name) if sidecar else name)


class IndexMapWriter:
    """``naming``: an image's path to its index picture's; ``values``: class id to stored value, and 255's.

    ``palette``: uint8, shape (256, 3). Without one the maps are grey: OpenCV, and whoever else converts to grey,
    takes the brightness of a palette's colours for the class.
    """

    def __init__(
        self,
        folder: ExportFolder,
        *,
        naming: Naming,
        read_as: Naming,
        values: Mapping[int, int],
        palette: NDArray[np.uint8] | None = None,
        finish: Callable[[Sequence[PurePosixPath]], None] | None = None,
        picture_naming: Naming | None = None,
    ) -> None:
        self._folder = folder
        self._naming = naming
        self._read_as = read_as
        self._table = ValueTable(values)
        self._palette = palette
        self._finish = finish
        self._picture_naming = picture_naming
        self._written: list[PurePosixPath] = []

    def write(self, image: LabelledImage) -> None:
        target = self._naming(image.path)
        file = self._folder.claim(target, image.path, read_as=self._read_as(target))
        stored = self._table.translated(image.labels, Path(image.path))
        is_grey = self._palette is None
        file.write_bytes(encode_grey_map(stored) if is_grey else encode_label_map(stored, palette=self._palette))
        if self._picture_naming is not None:
            self._folder.copy_picture(image.path, self._picture_naming(image.path))
        self._written.append(image.path)

    def finish(self) -> None:
        self._folder.finish()
        if self._finish is not None:
            self._finish(self._written)

    def close(self) -> None:
        """Nothing is open between images."""


def named_by_values(values: Sequence[int]) -> LabelSet:
    """A class list for maps that came without one: the values found are the names."""
    shown = LabelSet.from_names(str(value) for value in range(max(values, default=0) + 1))
    named = (ClassSpec(spec.id, f"class {spec.id}", spec.color) for spec in shown.classes)
    return LabelSet(tuple(spec for spec in named if spec.id in values))


def survey_values(files: Mapping[PurePosixPath, Path]) -> list[int]:
    """Every value that occurs. Raises: FormatError: one of the files is damaged."""
    counts = np.zeros(65536, np.int64)
    for file in files.values():
        counts += np.bincount(decode_indices(read_bytes(file), path=file).reshape(-1), minlength=65536)
    return [int(value) for value in np.flatnonzero(counts)]


def counted_values(indices: NDArray[np.uint8] | NDArray[np.uint16]) -> PixelCounts:
    counts = np.bincount(indices.reshape(-1))
    return PixelCounts({str(value): int(counts[value]) for value in np.flatnonzero(counts)}, indices.size)


def require_labels(labels: LabelMap, label_set: LabelSet, image: PurePosixPath) -> None:
    """Raises: FormatError: a label that the class list lacks."""
    if are_below(labels, unbroken_count(label_set.ids)):
        return
    is_strange = np.ones(256, np.uint8)
    is_strange[[*label_set.ids, IGNORE]] = 0
    if cv2.LUT(labels, is_strange).any():
        strange = [label for label in present_labels(labels) if is_strange[label]]
        raise FormatError(f"The labels {strange} of {image} are not in the class list.")
