"""What each image cost a person, added up, and what is left."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, variance

import numpy as np

from segstudio.domain.images import ImageId, ImageStatus
from segstudio.services.effort_bias import AcceptingBias, accepting_bias
from segstudio.store.effort_log import EffortEntry
from segstudio.store.image_table import MISSING, STATUS_CODES
from segstudio.store.project_store import ProjectStore

# fmt: off
_STUDENT = (
    math.inf, math.inf, math.inf, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179,
    2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093,
)
# fmt: on
"""The 97.5 % points of Student's t by the number of values, up to ``RECENT_IMAGES``."""

FEWEST_WITH_A_MODEL = 3
RECENT_IMAGES = 20
"""How many of the newest images a forecast rests on: the model of last week says little about the next image."""


@dataclass(frozen=True, slots=True)
class ImageEffort:
    """All sittings on one image together; ``actions`` are strokes and class changes."""

    image_id: ImageId
    path: str
    at: float
    model: str
    strokes: int
    class_changes: int
    pixels_changed: int
    active_seconds: float
    kept_share: float | None

    @property
    def actions(self) -> int:
        return self.strokes + self.class_changes


@dataclass(frozen=True, slots=True)
class ModelEffort:
    """The mean for an image over those that began with one model's pre-label."""

    model: str
    images: int
    actions: float
    active_seconds: float
    pixels_changed: float
    kept_share: float | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is left: ``seconds`` and ``actions``, each with the half width of its 95 % interval; ``next_…`` is for
    the next image alone.

    The error bars are None with fewer than three images to go by.
    """

    images_left: int
    based_on: int
    actions: float
    actions_error: float | None
    seconds: float
    seconds_error: float | None
    next_actions: float = 0.0
    next_actions_error: float | None = None


@dataclass(frozen=True, slots=True)
class EffortReport:
    images: tuple[ImageEffort, ...]
    models: tuple[ModelEffort, ...]
    forecast: Forecast | None
    bias: AcceptingBias | None = None


def effort_report(store: ProjectStore) -> EffortReport:
    """Images in the order in which they were last worked on; the forecast is None before the first finished one."""
    images = _images(store)
    bias = accepting_bias(store.effort.entries())
    return EffortReport(images, _models(images), _forecast(store, images), bias)


def as_json(report: EffortReport) -> dict[str, object]:
    return asdict(report)


def _images(store: ProjectStore) -> tuple[ImageEffort, ...]:
    sittings: dict[ImageId, list[EffortEntry]] = {}
    for entry in store.effort.entries():
        # Taken out and put in again: the order is that of the last sitting.
        sittings[entry.image_id] = [*sittings.pop(entry.image_id, []), entry]
    known = store.table.rows
    return tuple(_together(store, image_id, entries) for image_id, entries in sittings.items() if image_id in known)


def _together(store: ProjectStore, image_id: ImageId, entries: Sequence[EffortEntry]) -> ImageEffort:
    last = entries[-1]
    return ImageEffort(
        image_id=image_id,
        path=str(store.record(image_id).relative_path),
        at=last.at,
        model=next((entry.model for entry in entries if entry.model), ""),
        strokes=sum(entry.strokes for entry in entries),
        class_changes=sum(entry.class_changes for entry in entries),
        pixels_changed=sum(entry.pixels_changed for entry in entries),
        active_seconds=sum(entry.active_seconds for entry in entries),
        kept_share=last.kept_share,
    )


def _models(images: Sequence[ImageEffort]) -> tuple[ModelEffort, ...]:
    grouped: dict[str, list[ImageEffort]] = defaultdict(list)
    for image in images:
        grouped[image.model].append(image)
    return tuple(
        ModelEffort(
            model=model,
            images=len(group),
            actions=fmean(image.actions for image in group),
            active_seconds=fmean(image.active_seconds for image in group),
            pixels_changed=fmean(image.pixels_changed for image in group),
            kept_share=_mean_or_none([image.kept_share for image in group]),
        )
        for model, group in grouped.items()
    )


def _mean_or_none(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _forecast(store: ProjectStore, images: Sequence[ImageEffort]) -> Forecast | None:
    table = store.table
    finished_codes = [STATUS_CODES.index(status) for status in (ImageStatus.CORRECTED, ImageStatus.VERIFIED)]
    is_finished = np.isin(table.statuses, finished_codes)
    left = int(np.count_nonzero(~is_finished & (table.file_states != MISSING)))
    recent = [image for image in images if is_finished[table.rows[image.image_id]]][-RECENT_IMAGES:]
    if not recent:
        return None
    telling = _with_the_newest_model(recent)
    each = [float(image.actions) for image in telling]
    actions, actions_error = _total(each, left)
    seconds, seconds_error = _total([image.active_seconds for image in telling], left)
    following, following_error = _total(each, 1)
    return Forecast(left, len(telling), actions, actions_error, seconds, seconds_error, following, following_error)


def _with_the_newest_model(recent: Sequence[ImageEffort]) -> Sequence[ImageEffort]:
    """What images cost with an older model says little about the next ones, once a few are done with the newer."""
    newest = [image for image in recent if image.model == recent[-1].model]
    return newest if len(newest) >= FEWEST_WITH_A_MODEL else recent


def _total(values: Sequence[float], left: int) -> tuple[float, float | None]:
    """The expected sum of ``left`` more such values, and the half width of its 95 % interval.

    Each new value varies by itself, and the mean that we go by is uncertain as well.
    """
    total = left * fmean(values)
    if len(values) < 3:
        return total, None
    spread = variance(values)
    return total, _STUDENT[len(values)] * math.sqrt(left * spread + left**2 * spread / len(values))
