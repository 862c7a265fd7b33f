"""numpy: one ``.npy`` file an image, uint8 of shape (H, W), with a class file beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.lib.format import header_data_from_array_1_0, write_array_header_1_0
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.exchange import Format, LabelledImage, ReadOptions, WriteOptions
from segstudio.formats.export_folder import ExportFolder
from segstudio.formats.image_folder import ImageFolder
from segstudio.formats.index_maps import counted_values, files_below, named_by_values, require_labels
from segstudio.formats.limits import require_pixels
from segstudio.formats.sidecar import find_sidecar
from segstudio.formats.survey import PixelCounts
from segstudio.formats.value_table import identity, mapped_values, table_of


class NumpyReader:
    """``source``: a folder, or a single file."""

    def __init__(self, source: Path, options: ReadOptions) -> None:
        folder = source.parent if source.is_file() else source
        names = [PurePosixPath(source.name)] if source.is_file() else files_below(folder, ".npy")
        sidecar = find_sidecar(folder)
        self._pictures = ImageFolder.of(options)
        self._files = {
            self._pictures.named(sidecar.image_path(name) if sidecar else name.with_suffix(".png")): folder / name
            for name in names
        }
        named = options.label_set or (sidecar.label_set if sidecar else options.fallback)
        self._label_set = named or self._own_classes(options)
        self._table = table_of(identity(self._label_set), options)

    @property
    def label_set(self) -> LabelSet:
        return self._label_set

    @property
    def images(self) -> Sequence[PurePosixPath]:
        return tuple(self._files)

    def read(self, path: PurePosixPath) -> LabelledImage:
        file = self._files[path]
        image = LabelledImage(path, self._table.translated(read_indices(file), file))
        self._pictures.check(path, image.size, file)
        return image

    def count_pixels(self, path: PurePosixPath) -> PixelCounts:
        return counted_values(read_indices(self._files[path]))

    def class_of(self, key: str) -> int | None:
        return self._table.class_of(int(key))

    def _own_classes(self, options: ReadOptions) -> LabelSet:
        values: set[int] = set()
        for file in self._files.values():
            values.update(np.unique(read_indices(file)).tolist())
        mapped = mapped_values(options)
        return named_by_values([value for value in sorted(values) if value not in mapped and value < IGNORE])


class NumpyWriter:
    def __init__(self, target: Path, options: WriteOptions) -> None:
        self._folder = ExportFolder(target, options, "numpy")

    def write(self, image: LabelledImage) -> None:
        require_labels(image.labels, self._folder.label_set, image.path)
        name = image.path.with_suffix(".npy")
        with self._folder.claim(name, image.path, read_as=name).open("wb") as file:
            # As np.save, which takes twice as long: it goes through a second, C-level file.
            labels = np.ascontiguousarray(image.labels)
            write_array_header_1_0(file, header_data_from_array_1_0(labels))
            file.write(labels.data)

    def finish(self) -> None:
        self._folder.finish()

    def close(self) -> None:
        """Nothing is open between images."""


def read_indices(path: Path) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """Raises: FormatError: not whole numbers of 0 to 65535 in rows and columns; pickled objects are never read."""
    try:
        # Mapped, not read: a header that promises more than the file holds is found out before memory is taken.
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except OSError as error:
        raise FormatError(f"The file can't be read: {error.strerror or error}.", path=path) from error
    except Exception as error:  # a damaged header ends in any of NumPy's, tokenize's and struct's errors
        raise FormatError(f"This is not a .npy file, or it is damaged ({str(error)[:200]}).", path=path) from error
    if not isinstance(array, np.ndarray) or array.ndim != 2 or array.dtype.kind not in "uib":
        raise FormatError("A label map is whole numbers in rows and columns.", path=path)
    require_pixels(Size(array.shape[1], array.shape[0]), path)
    if array.dtype in (np.uint8, np.bool_):
        return np.array(array, np.uint8)
    if array.min() < 0 or array.max() > 65535:
        raise FormatError("The values are not all from 0 to 65535.", path=path)
    return np.array(array, np.uint16)


FORMAT = Format("numpy", "NumPy arrays", NumpyReader, NumpyWriter)
