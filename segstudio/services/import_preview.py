"""What a source of labels holds, before anything of it is taken in; and what each of its classes becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.task import Progress, Task
from segstudio.formats.exchange import LabelledImage, Reader

LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class FoundClass:
    """A class of the source and its share of the pixels looked at, a fraction of 1."""

    spec: ClassSpec
    share: float


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """``looked_at`` of ``images`` were read, evenly spread; ``unlabelled``: the share of pixels without a class."""

    images: int
    looked_at: int
    classes: tuple[FoundClass, ...]
    unlabelled: float


def preview_import(reader: Reader, task: Task[Progress]) -> ImportPreview:
    """Raises: FormatError: an image can't be read. CancelledError."""
    step = max(1, -(-len(reader.images) // LOOKED_AT))
    chosen = reader.images[::step]
    counts = np.zeros(256, np.int64)
    for done, path in enumerate(chosen):
        task.report(Progress(done, len(chosen), str(path)))
        counts += np.bincount(reader.read(path).labels.reshape(-1), minlength=256)
    total = max(int(counts.sum()), 1)
    classes = tuple(FoundClass(spec, int(counts[spec.id]) / total) for spec in reader.label_set.active)
    return ImportPreview(len(reader.images), len(chosen), classes, int(counts[IGNORE]) / total)


class MappedReader:
    """Another reader's images with its classes turned into a project's, as a user has chosen."""

    def __init__(self, reader: Reader, own: LabelSet, chosen: Mapping[int, int | None]) -> None:
        """``chosen``: each class id of the source to one of ``own``'s or 255; None makes a new class of it."""
        self._reader = reader
        self._table = np.full(256, IGNORE, np.uint8)
        for source_id, target in chosen.items():
            if target is None:
                spec = reader.label_set.by_id(source_id)
                own = own.with_class(spec.name, spec.color)
                self._table[source_id] = own.classes[-1].id
            else:
                self._table[source_id] = target
        self._label_set = own

    @property
    def label_set(self) -> LabelSet:
        return self._label_set

    @property
    def images(self) -> Sequence[PurePosixPath]:
        return self._reader.images

    def read(self, path: PurePosixPath) -> LabelledImage:
        return LabelledImage(path, self._table[self._reader.read(path).labels])
