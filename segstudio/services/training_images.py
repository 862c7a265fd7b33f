"""A project's corrected and verified images, as training takes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import numpy as np

from segstudio.domain.images import ImageId, ImageRecord, ImageStatus
from segstudio.store.image_table import MISSING, STATUS_CODES
from segstudio.store.project_store import ProjectStore
from segstudio.training.fine_tuning import origin_weights
from segstudio.training.held_out import LabelledImage
from segstudio.training.plan import Sample

DONE = (ImageStatus.CORRECTED, ImageStatus.VERIFIED)


def image_counts(store: ProjectStore) -> dict[ImageStatus, int]:
    """How many images that are there have each status."""
    table = store.table
    statuses = table.statuses[table.file_states != MISSING]
    return {status: int(np.count_nonzero(statuses == code)) for code, status in enumerate(STATUS_CODES)}


def training_images(store: ProjectStore, *, includes_corrected: bool = True) -> tuple[LabelledImage, ...]:
    """Every image that a person has worked on, its labels as they lie in the project's files.

    A person's pixels and accepted ones count; what only the model set counts in verified images alone.
    """
    wanted = DONE if includes_corrected else (ImageStatus.VERIFIED,)
    codes = [STATUS_CODES.index(status) for status in wanted]
    table = store.table
    rows = np.flatnonzero(np.isin(table.statuses, codes) & (table.file_states != MISSING))
    classes: dict[ImageId, set[int]] = defaultdict(set)
    for image_id, pixels in store.figures.classes_by_image().items():
        classes[image_id].update(pixels)
    records = [table.record(int(row)) for row in rows]
    return tuple(
        _as_labelled(store, record, frozenset(classes[record.id]))
        for record in records
        if store.has_label_file(record.id)
    )


def save_waiting_labels(store: ProjectStore, check: Callable[[], None]) -> None:
    """Bring the label files up to the journal: training reads the files. ``check`` may raise."""
    for image_id in store.journal.waiting():
        check()
        store.save_journal(image_id)


def _as_labelled(store: ProjectStore, record: ImageRecord, class_ids: frozenset[int]) -> LabelledImage:
    is_verified = record.status is ImageStatus.VERIFIED
    labels, origins = store.label_paths(record.id)
    sample = Sample(
        image=store.image_path(record.id),
        labels=labels,
        weights=origins if origins.is_file() else None,
        weight_table=origin_weights(is_verified=is_verified) if origins.is_file() else None,
        name=record.relative_path.as_posix(),
    )
    return LabelledImage(sample, store.image_size(record.id), class_ids, is_verified, record.split)
