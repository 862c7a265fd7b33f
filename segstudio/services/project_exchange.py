"""A project's labels into other formats and out of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError, ProjectError
from segstudio.domain.geometry import Size
from segstudio.domain.images import ImageId, ImageStatus
from segstudio.domain.task import Progress, Task
from segstudio.formats.exchange import LabelledImage, Reader
from segstudio.services.image_changes import replace_labels
from segstudio.store.batch_log import IMPORT
from segstudio.store.label_files import LabelPair
from segstudio.store.layout import name_key
from segstudio.store.project_store import ProjectStore
from segstudio.store.versions import Reason


class ProjectReader:
    """A project as a source of labelled images, for ``exchange.export_labels``."""

    def __init__(self, store: ProjectStore, image_ids: Iterable[ImageId]) -> None:
        """Images without labels are left out. Raises: ProjectError: none of them has labels."""
        self._store = store
        self._ids = {
            store.record(image_id).relative_path: image_id for image_id in image_ids if store.labels.exist(image_id)
        }
        if not self._ids:
            raise ProjectError(f"No image of the project {store.folder} that was asked for has labels yet.")

    @property
    def label_set(self) -> LabelSet:
        return self._store.info.label_set

    @property
    def images(self) -> Sequence[PurePosixPath]:
        return tuple(self._ids)

    def read(self, path: PurePosixPath) -> LabelledImage:
        return LabelledImage(path, self._store.labels.load(self._ids[path]).labels)


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """``run_id`` undoes it; ``unmatched`` are the source's images that the project doesn't have."""

    run_id: int
    images: int
    new_classes: tuple[str, ...]
    unmatched: tuple[str, ...]


def import_labels(store: ProjectStore, reader: Reader, task: Task[Progress]) -> ImportSummary:
    """Take a source's labels as a person's. Classes are matched by name; those that the project lacks are added.

    Everything is read and checked before anything is written.
    Raises: FormatError: an image is damaged or of another size. ProjectError: nothing fits. CancelledError.
    """
    pairs, unmatched = match_images(store, reader)
    if not pairs:
        raise ProjectError(
            f"None of the {len(reader.images)} images of the source is in the project; the first is "
            f"{reader.images[0] if reader.images else 'missing'}. Names are compared with their folders."
        )
    used = _check(store, reader, pairs, task)
    label_set, table, added = _merged_classes(store.info.label_set, reader.label_set, used)
    run = store.batches.start(IMPORT, [image_id for _, image_id in pairs])
    if added:
        store.batches.note_added_classes(run.id, added)
        store.set_label_set(label_set)
    for done, (path, image_id) in enumerate(pairs):
        task.report(Progress(len(pairs) + done, 2 * len(pairs), f"Taking over {path}"))
        labels = table[reader.read(path).labels]
        origins = np.where(labels == IGNORE, np.uint8(Origin.NOBODY), np.uint8(Origin.PERSON))
        pixels = int(np.count_nonzero(labels != IGNORE))
        pair = LabelPair(labels, origins)
        replace_labels(store, run, image_id, pair, pixels_changed=pixels, reason=Reason.IMPORTED)
    store.index.set_statuses([image_id for _, image_id in pairs], ImageStatus.CORRECTED)
    store.batches.finish(run.id)
    return ImportSummary(run.id, len(pairs), tuple(added.values()), tuple(str(path) for path in unmatched))


def match_images(
    store: ProjectStore, reader: Reader
) -> tuple[list[tuple[PurePosixPath, ImageId]], list[PurePosixPath]]:
    """The source's images that the project has, and the others.

    By path; where the source doesn't know the suffix, or has another one, by the path without it.

    Raises: FormatError: several images of one side go with one of the other.
    """
    by_path, by_stem = {}, defaultdict(list)
    for record in store.records:
        by_path[name_key(str(record.relative_path))] = record.id
        by_stem[name_key(str(record.relative_path.with_suffix("")))].append(record.id)
    pairs: list[tuple[PurePosixPath, ImageId]] = []
    unmatched = []
    for path in reader.images:
        image_id = by_path.get(name_key(str(path)))
        if image_id is None:
            twins = by_stem.get(name_key(str(path))) or by_stem.get(name_key(str(path.with_suffix("")))) or []
            if len(twins) > 1:
                raise FormatError(f"{path} may be any of {len(twins)} images of the project that differ in suffix.")
            image_id = twins[0] if twins else None
        if image_id is None:
            unmatched.append(path)
        else:
            pairs.append((path, image_id))
    _refuse_doubles(pairs)
    return pairs, unmatched


def _refuse_doubles(pairs: Sequence[tuple[PurePosixPath, ImageId]]) -> None:
    first: dict[ImageId, PurePosixPath] = {}
    for path, image_id in pairs:
        if image_id in first:
            raise FormatError(f"{first[image_id]} and {path} are both for one image of the project.")
        first[image_id] = path


def _check(
    store: ProjectStore, reader: Reader, pairs: Sequence[tuple[PurePosixPath, ImageId]], task: Task[Progress]
) -> set[int]:
    """The values that occur. Raises: FormatError: damaged, or not of its image's size."""
    used = np.zeros(256, np.bool_)
    for done, (path, image_id) in enumerate(pairs):
        task.report(Progress(done, 2 * len(pairs), f"Checking {path}"))
        labels = reader.read(path).labels
        size = store.image_size(image_id)
        if labels.shape != (size.height, size.width):
            found = Size(labels.shape[1], labels.shape[0])
            raise FormatError(
                f"{path}: the labels are {found.width} x {found.height} pixels, the image {size.width} x "
                f"{size.height}. Nothing was imported."
            )
        used |= np.bincount(labels.reshape(-1), minlength=256) > 0
    return {int(value) for value in np.flatnonzero(used) if value != IGNORE}


def _merged_classes(
    own: LabelSet, source: LabelSet, used: set[int]
) -> tuple[LabelSet, np.ndarray[tuple[int], np.dtype[np.uint8]], dict[int, str]]:
    """The project's classes with those it lacked, each value's class, and the names of the new ones by id."""
    table = np.full(256, IGNORE, np.uint8)
    added = {}
    for value in sorted(used):
        if value not in source:
            raise FormatError(f"The labels hold the value {value}, which the source's class list doesn't name.")
        spec = source.by_id(value)
        match = own.by_name(spec.name)
        if match is None:
            is_taken = any(spec.color == other.color for other in own.active)
            own = own.with_class(spec.name, None if is_taken else spec.color)
            match = own.classes[-1]
            added[match.id] = match.name
        table[value] = match.id
    return own, table, added
