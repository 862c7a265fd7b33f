"""What a project has to learn from: its corrected and verified images."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from segstudio.domain.arrays import IGNORE
from segstudio.domain.images import ImageId, ImageRecord, ImageStatus, Split
from segstudio.domain.task import Progress, Task
from segstudio.store.image_table import MISSING, STATUS_CODES
from segstudio.store.project_store import ProjectStore
from segstudio.training.fine_tuning import origin_weights
from segstudio.training.held_out import LabelledImage
from segstudio.training.plan import Sample

ClassPixels = Mapping[ImageId, Mapping[int, int]]


def image_counts(store: ProjectStore) -> dict[ImageStatus, int]:
    """How many images that are there have each status."""
    table = store.table
    statuses = table.statuses[table.file_states != MISSING]
    return {status: int(np.count_nonzero(statuses == code)) for code, status in enumerate(STATUS_CODES)}


def training_images(
    store: ProjectStore, task: Task[Progress], *, includes_corrected: bool = True
) -> tuple[LabelledImage, ...]:
    """Every verified, and corrected, image that isn't for testing and has a pixel to learn from.

    What waits in the journal is saved first, for training reads the label files: ten thousand images needn't be
    in memory. Raises: FormatError, ProjectError: labels can't be read. CancelledError.
    """
    wanted = {ImageStatus.VERIFIED} | ({ImageStatus.CORRECTED} if includes_corrected else set())
    codes = [STATUS_CODES.index(status) for status in wanted]
    table = store.table
    rows = np.flatnonzero(np.isin(table.statuses, codes) & (table.file_states != MISSING))
    _save_waiting(store, task)
    class_pixels = store.figures.classes_by_image()
    images = []
    for done, row in enumerate(rows):
        task.report(Progress(done, len(rows), "Collecting corrected images"))
        record = table.record(int(row))
        if record.split is not Split.TEST and store.labels.has_file(record.id):
            images.append(_labelled_image(store, record, class_pixels))
    return tuple(image for image in images if image.class_ids)


def _save_waiting(store: ProjectStore, task: Task[Progress]) -> None:
    if store.is_read_only:
        return
    for image_id in store.labels.journal.waiting():
        task.check()
        store.labels.save_journal(image_id)


def _labelled_image(store: ProjectStore, record: ImageRecord, class_pixels: ClassPixels) -> LabelledImage:
    is_verified = record.status is ImageStatus.VERIFIED
    labels, origins = store.labels.paths(record.id)
    weights = origin_weights(is_verified=is_verified)
    has_origins = origins.is_file()
    sample = Sample(
        image=store.image_path(record.id),
        labels=labels,
        weights=origins if has_origins else None,
        weight_table=weights if has_origins else None,
        name=record.relative_path.as_posix(),
        view=store.info.sample_view,
    )
    seen = frozenset(class_pixels.get(record.id, {})) - {IGNORE}
    taught = seen if is_verified or not has_origins else _taught_classes(store, record.id, weights)
    return LabelledImage(sample, store.image_size(record.id), taught, is_verified, record.split)


def _taught_classes(store: ProjectStore, image_id: ImageId, weights: tuple[float, ...]) -> frozenset[int]:
    """Of an image that a person corrected in part: the classes of the pixels that count."""
    pair = store.labels.load(image_id)
    counted = [origin for origin, weight in enumerate(weights) if weight > 0]
    return frozenset(np.unique(pair.labels[np.isin(pair.origins, counted)]).tolist()) - {IGNORE}
