"""Numbers about a project: images and pixels for each class, their balance, progress over time."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from segstudio.domain.arrays import IGNORE
from segstudio.domain.images import ImageId, ImageStatus
from segstudio.store.image_table import MISSING, SPLIT_CODES, STATUS_CODES
from segstudio.store.project_store import ProjectStore


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """``share`` is the class's part of all pixels that have a class."""

    id: int
    name: str
    is_retired: bool
    images: int
    pixels: int
    share: float


@dataclass(frozen=True, slots=True)
class DayFigures:
    """How many images had each status at the end of a day (local time, ``YYYY-MM-DD``)."""

    day: str
    pre_labelled: int
    corrected: int
    verified: int


@dataclass(frozen=True, slots=True)
class ProjectStatistics:
    """``balance``, entropy over its maximum: 1 where all classes have as many pixels, 0 where one has all."""

    images: int
    missing: int
    labelled: int
    statuses: Mapping[str, int]
    splits: Mapping[str, int]
    labelled_pixels: int
    ignored_pixels: int
    balance: float
    classes: tuple[ClassFigures, ...]
    progress: tuple[DayFigures, ...]


def project_statistics(store: ProjectStore) -> ProjectStatistics:
    """From what the index keeps; no label file is read."""
    table = store.table
    totals = store.figures.class_totals()
    pixels = sum(count for class_id, (_, count) in totals.items() if class_id != IGNORE)
    classes = tuple(
        ClassFigures(spec.id, spec.name, spec.is_retired, images, count, count / pixels if pixels else 0.0)
        for spec in store.info.label_set.classes
        for images, count in (totals.get(spec.id, (0, 0)),)
        if images or not spec.is_retired
    )
    return ProjectStatistics(
        images=len(table),
        missing=int((table.file_states == MISSING).sum()),
        labelled=int((table.labelled_at == table.labelled_at).sum()),
        statuses={status.value: int((table.statuses == code).sum()) for code, status in enumerate(STATUS_CODES)},
        splits={split.value: int((table.splits == code).sum()) for code, split in enumerate(SPLIT_CODES)},
        labelled_pixels=pixels,
        ignored_pixels=totals.get(IGNORE, (0, 0))[1],
        balance=_balance([figures.share for figures in classes]),
        classes=classes,
        progress=_progress(store),
    )


def as_json(statistics: ProjectStatistics) -> dict[str, object]:
    return asdict(statistics)


def _balance(shares: list[float]) -> float:
    if len(shares) < 2 or not any(shares):
        return 0.0
    return -sum(share * math.log(share) for share in shares if share > 0) / math.log(len(shares))


def _progress(store: ProjectStore) -> tuple[DayFigures, ...]:
    current: dict[ImageId, ImageStatus] = {}
    counts: Counter[ImageStatus] = Counter()
    days: dict[str, DayFigures] = {}
    latest = 0.0
    for at, image_id, status in store.figures.status_changes():
        # The log is in order; a clock that jumped back must not put today before yesterday.
        latest = max(latest, at)
        counts[status] += 1
        if image_id in current:
            counts[current[image_id]] -= 1
        current[image_id] = status
        day = time.strftime("%Y-%m-%d", time.localtime(latest))
        days[day] = DayFigures(
            day, counts[ImageStatus.PRE_LABELLED], counts[ImageStatus.CORRECTED], counts[ImageStatus.VERIFIED]
        )
    return tuple(days.values())
