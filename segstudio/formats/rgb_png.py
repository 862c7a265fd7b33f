"""rgb-png: a folder of colour pictures, one an image; the colour is the class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE, RgbImage, read_only
from segstudio.domain.classes import ClassSpec, Color, LabelSet
from segstudio.domain.errors import FormatError
from segstudio.formats.class_file import format_color, parse_color
from segstudio.formats.class_matching import unknown_keys
from segstudio.formats.exchange import Format, LabelledImage, ReadOptions, WriteOptions
from segstudio.formats.export_folder import ExportFolder
from segstudio.formats.image_files import read_image
from segstudio.formats.image_folder import ImageFolder
from segstudio.formats.index_maps import files_below, require_labels
from segstudio.formats.sidecar import Sidecar, find_sidecar
from segstudio.formats.survey import PixelCounts

_UNKNOWN = -1
_IGNORE_COLORS: tuple[Color, ...] = ((255, 255, 255), (0, 0, 0), (224, 224, 192), (1, 1, 1))


def ignore_color(label_set: LabelSet) -> Color:
    """White, or the first of a few others that no class has."""
    taken = {spec.color for spec in label_set.classes}
    return next(color for color in (*_IGNORE_COLORS, *_greys()) if color not in taken)


def color_codes(rgb: RgbImage) -> NDArray[np.int32]:
    """Red, green and blue as one number, shape (H, W)."""
    red, green, blue = (rgb[..., channel].astype(np.int32) for channel in range(3))
    return (red << 16) | (green << 8) | blue


class RgbPngReader:
    def __init__(self, files: Mapping[PurePosixPath, Path], options: ReadOptions, sidecar: Sidecar | None) -> None:
        self._pictures = ImageFolder.of(options)
        self._files = {
            self._pictures.named(sidecar.image_path(name) if sidecar else name): file
            for name, file in files.items()
        }
        named = options.label_set or (sidecar.label_set if sidecar else options.fallback)
        self._label_set = named or _label_set_of_colors(files, options)
        self._table = _table(self._label_set, options)

    @property
    def label_set(self) -> LabelSet:
        return self._label_set

    @property
    def images(self) -> Sequence[PurePosixPath]:
        return tuple(self._files)

    def read(self, path: PurePosixPath) -> LabelledImage:
        file = self._files[path]
        codes = color_codes(read_image(file))
        found = self._table[codes]
        if found.min() == _UNKNOWN:
            strange = [f"#{code:06x}" for code in np.unique(codes[found == _UNKNOWN]).tolist()]
            raise unknown_keys("colour", strange, file)
        image = LabelledImage(path, read_only(found.astype(np.uint8)))
        self._pictures.check(path, image.size, file)
        return image

    def count_pixels(self, path: PurePosixPath) -> PixelCounts:
        codes, counts = np.unique(color_codes(read_image(self._files[path])), return_counts=True)
        named = (f"#{code:06x}" for code in codes.tolist())
        return PixelCounts(dict(zip(named, counts.tolist(), strict=True)), int(counts.sum()))

    def class_of(self, key: str) -> int | None:
        color = parse_color(key)
        class_id = _UNKNOWN if color is None else int(self._table[_code(color)])
        return None if class_id == _UNKNOWN else class_id


class RgbPngWriter:
    def __init__(self, target: Path, options: WriteOptions) -> None:
        self._folder = ExportFolder(target, options, "rgb-png")
        colors = options.label_set.color_table()
        colors[IGNORE] = ignore_color(options.label_set)
        self._blue_first = np.ascontiguousarray(colors[:, ::-1])  # as OpenCV writes them
        _require_different(options.label_set)

    def write(self, image: LabelledImage) -> None:
        require_labels(image.labels, self._folder.label_set, image.path)
        name = image.path.with_suffix(".png")
        file = self._folder.claim(name, image.path, read_as=name)
        _, data = cv2.imencode(".png", self._blue_first[image.labels])
        file.write_bytes(data.tobytes())

    def finish(self) -> None:
        self._folder.finish()

    def close(self) -> None:
        """Nothing is open between images."""


def open_reader(source: Path, options: ReadOptions) -> RgbPngReader:
    """``source``: a folder, or a single map. Raises: FormatError: nothing to read, or a damaged class file."""
    folder = source.parent if source.is_file() else source
    names = [PurePosixPath(source.name)] if source.is_file() else files_below(folder)
    return RgbPngReader({name: folder / name for name in names}, options, find_sidecar(folder))


def _table(label_set: LabelSet, options: ReadOptions) -> NDArray[np.int16]:
    """The class id of each of the 2**24 colours."""
    _require_different(label_set)
    table = np.full(1 << 24, _UNKNOWN, np.int16)
    table[_code(ignore_color(label_set))] = IGNORE
    for spec in label_set.classes:
        table[_code(spec.color)] = spec.id
    for key, class_id in options.mapping.items():
        color = parse_color(key)
        if color is None:
            raise FormatError(f"{key!r} is mapped, but the keys of this format are colours like #808080.")
        table[_code(color)] = class_id
    return table


def _label_set_of_colors(files: Mapping[PurePosixPath, Path], options: ReadOptions) -> LabelSet:
    """A class list for pictures that came without one: the colours found are the names; white is ignore."""
    codes: set[int] = set()
    for file in files.values():
        codes.update(np.unique(color_codes(read_image(file))).tolist())
        if len(codes) > IGNORE:
            raise FormatError(f"Over {IGNORE} colours: these are no classes, or blurred ones.", path=file)
    mapped = {parse_color(key) for key in options.mapping}
    colors = [(code >> 16, code >> 8 & 255, code & 255) for code in sorted(codes)]
    kept = [color for color in colors if color not in mapped and color != _IGNORE_COLORS[0]]
    return LabelSet(tuple(ClassSpec(i, format_color(color), color) for i, color in enumerate(kept)))


def _require_different(label_set: LabelSet) -> None:
    owners: dict[Color, str] = {}
    for spec in label_set.classes:
        other = owners.setdefault(spec.color, spec.name)
        if other != spec.name:
            raise FormatError(
                f"The classes {other!r} and {spec.name!r} share the colour {format_color(spec.color)}: "
                "where colours are the labels, each class needs its own."
            )


def _code(color: Color) -> int:
    return color[0] << 16 | color[1] << 8 | color[2]


def _greys() -> list[Color]:
    return [(grey, grey, grey) for grey in range(2, 255)]


FORMAT = Format("rgb-png", "Colour PNG", open_reader, RgbPngWriter)
