"""The finished images of a project, and which of their pixels a person answers for."""

from __future__ import annotations

import numpy as np

from segstudio.domain.arrays import IGNORE, LabelMap, Origin
from segstudio.domain.images import ImageId, ImageStatus
from segstudio.store.image_table import MISSING, STATUS_CODES
from segstudio.store.project_store import ProjectStore


def finished_images(store: ProjectStore) -> tuple[ImageId, ...]:
    """Corrected and verified ones whose files are there."""
    table = store.table
    codes = [STATUS_CODES.index(status) for status in (ImageStatus.CORRECTED, ImageStatus.VERIFIED)]
    rows = np.flatnonzero(np.isin(table.statuses, codes) & (table.file_states != MISSING))
    return tuple(table.record(int(row)).id for row in rows)


def judged_labels(store: ProjectStore, image_id: ImageId) -> LabelMap:
    """Of an image that is corrected in part: 255 where nobody has looked.

    Raises: FormatError, ProjectError: the labels can't be read.
    """
    pair = store.labels.load(image_id)
    if store.record(image_id).status is ImageStatus.VERIFIED:
        return pair.labels
    return np.where(pair.origins >= Origin.ACCEPTED, pair.labels, np.uint8(IGNORE))
