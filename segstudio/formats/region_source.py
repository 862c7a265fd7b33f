"""What the formats that list regions share: entries by image, read into label maps one image at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Generic, TypeVar

import numpy as np

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.class_matching import ClassMatcher, NameCollector, NameMatcher
from segstudio.formats.exchange import LabelledImage, OverlapOrder, ReadOptions
from segstudio.formats.image_folder import ImageFolder
from segstudio.formats.limits import require_pixels
from segstudio.formats.regions import RegionMaker, are_apart, made, paint
from segstudio.formats.sidecar import Sidecar
from segstudio.formats.survey import PixelCounts

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class RegionImage:
    """What makes the regions of one image, in the file's order, and the image's size."""

    size: Size
    regions: Sequence[RegionMaker]


class RegionReader(Generic[Entry]):
    """``entries``: what the format calls an image, to what ``unfold`` makes regions of.

    ``order``: the format's own rule for overlaps; None where it has none and the user must say.
    """

    def __init__(
        self,
        source: Path,
        entries: Mapping[PurePosixPath, Entry],
        unfold: Callable[[PurePosixPath, Entry, NameMatcher, ImageFolder], RegionImage],
        label_set: LabelSet,
        options: ReadOptions,
        *,
        sidecar: Sidecar | None,
        order: OverlapOrder | None,
    ) -> None:
        self._source = source
        self._label_set = label_set
        self._options = options
        self._unfold = unfold
        self._order = options.overlap or order
        self._matcher = ClassMatcher(label_set, options, source)
        self._pictures = ImageFolder.of(options)
        self._entries: dict[PurePosixPath, Entry] = {}
        for name, entry in entries.items():
            path = self._pictures.named(sidecar.image_path(name) if sidecar else name)
            if path in self._entries:
                raise FormatError(f"Two images are called {path}.", path=source)
            self._entries[path] = entry

    @property
    def label_set(self) -> LabelSet:
        return self._label_set

    @property
    def images(self) -> Sequence[PurePosixPath]:
        return tuple(self._entries)

    def read(self, path: PurePosixPath) -> LabelledImage:
        found = self._unfold(path, self._entries[path], self._matcher, self._pictures)
        self._pictures.check(path, found.size, self._source)
        labels = paint(
            found.regions,
            found.size,
            order=self._order,
            label_set=self._label_set,
            uncovered=self._options.uncovered,
            path=self._source,
            place=str(path),
        )
        return LabelledImage(path, labels)

    def count_pixels(self, path: PurePosixPath) -> PixelCounts:
        collector = NameCollector()
        found = self._unfold(path, self._entries[path], collector, self._pictures)
        by_name: dict[str, int] = {}
        for region in made(found.regions, found.size, self._source, str(path)):
            name = collector.names[region.class_id]
            by_name[name] = by_name.get(name, 0) + int(np.count_nonzero(region.mask))
        overlaps = not are_apart(found.regions, found.size, path=self._source, place=str(path))
        return PixelCounts(by_name, found.size.width * found.size.height, overlaps)

    def class_of(self, key: str) -> int | None:
        return self._matcher.class_of(key)


def checked_size(width: int, height: int, path: Path, place: str) -> Size:
    """Raises: FormatError: no pixels, or more than may be read as a whole."""
    size = Size(width, height)
    try:
        require_pixels(size, path, file_bytes=path.stat().st_size if path.is_file() else None)
    except FormatError as error:
        raise FormatError(f"{place}: {error}") from error
    return size
