"""Where to look next: the uncertain places of the open image, the next uncertain image, and what it all cost."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from segstudio.domain.arrays import Mask, Origin, OriginMap
from segstudio.domain.changes import (
    Change,
    ImageClosed,
    ImageOpened,
    PredictionChanged,
    ProjectClosed,
)
from segstudio.domain.images import ImageId
from segstudio.domain.prediction import Probabilities
from segstudio.editing.change import DocumentChange
from segstudio.inference.uncertainty import UncertainRegion, margin, uncertain_regions
from segstudio.services.effort import EffortReport, effort_report
from segstudio.services.effort_meter import EffortMeter, kept_share
from segstudio.services.jobs import JobRunner, Lane, Urgency
from segstudio.services.model_slot import ModelSlot
from segstudio.services.open_image import OpenImage
from segstudio.services.review_queue import ReviewOrder, review_queue
from segstudio.services.review_survey import Pair
from segstudio.services.reviewing_blind import BlindVerifying
from segstudio.services.reviewing_survey import ReviewingSurvey
from segstudio.services.workspace import Workspace

MOST_REGIONS = 12
SIDES_A_PICTURE = 8
"""A region's side is this part of the picture's longer one."""

MINIMAL_SIDE = 32


class Reviewing:
    """Lives on the window's thread."""

    def __init__(self, workspace: Workspace, jobs: JobRunner, slot: ModelSlot) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._metered: OpenImage | None = None
        self.meter = EffortMeter()
        self.order = ReviewOrder.BOTH
        self.pair: Pair | None = None
        self.survey = ReviewingSurvey(workspace, jobs, slot)
        self.blind = BlindVerifying(workspace, jobs)
        workspace.subscribe(self._on_change)
        workspace.subscribe_to_edits(self._on_edit)

    def regions(self) -> tuple[UncertainRegion, ...]:
        """The places of the open image that the model is least sure of, the most valuable first."""
        opened = self._workspace.current
        if opened is None or opened.prediction is None or opened.prediction.probabilities is None:
            return ()
        probabilities = opened.prediction.probabilities
        side = max(MINIMAL_SIDE, max(probabilities.image_size) // SIDES_A_PICTURE)
        return tuple(
            uncertain_regions(
                margin(probabilities),
                cell_width=probabilities.cell_width,
                side=side,
                count=MOST_REGIONS,
                done=_done(opened.document.origins, probabilities),
            )
        )

    def ask_queue(self, on_queue: Callable[[tuple[ImageId, ...]], None], *, seed: int = 0) -> None:
        """The images that nobody has corrected yet, the most rewarding first; found off the window's thread."""
        store = self._workspace.store
        if store is None:
            on_queue(())
            return
        order, survey, pair = self.order, self.survey.survey, self.pair
        self._jobs.submit(
            Lane.READ,
            "Ordering the images",
            lambda _task: review_queue(store, order, survey=survey, pair=pair, seed=seed),
            on_result=lambda queue: on_queue(queue) if self._workspace.store is store else None,
            on_error=lambda error: self._workspace.announce_failure("The images could not be ordered.", error),
            urgency=Urgency.SOON,
        )

    def ask_effort(self, on_report: Callable[[EffortReport], None]) -> None:
        """What each image cost so far, worked out off the window's thread."""
        store = self._workspace.store
        if store is None:
            return
        self._jobs.submit(
            Lane.READ,
            "Adding up the effort",
            lambda _task: effort_report(store),
            on_result=lambda report: on_report(report) if self._workspace.store is store else None,
            on_error=lambda error: self._workspace.announce_failure("The effort could not be added up.", error),
            urgency=Urgency.BACKGROUND,
        )

    def ask_next(self, on_next: Callable[[ImageId | None], None]) -> None:
        """The most rewarding image that isn't the open one."""
        opened = self._workspace.current
        here = None if opened is None else opened.record.id
        self.ask_queue(lambda queue: on_next(next((image_id for image_id in queue if image_id != here), None)))

    def _on_change(self, change: Change) -> None:
        match change:
            case ImageOpened():
                self._begin()
            case PredictionChanged(seconds) if seconds is not None:
                self._note_uncertainty()
            case ImageClosed() | ProjectClosed():
                self._end()
            case _:
                pass

    def _begin(self) -> None:
        opened = self._workspace.current
        self._metered = opened
        if opened is not None:
            model = "" if opened.prediction is None else opened.prediction.model_name
            self.meter.begin(opened.record.id, model)

    def _note_uncertainty(self) -> None:
        opened = self._workspace.current
        if opened is None or opened.prediction is None:
            return
        self.meter.use_model(opened.prediction.model_name)
        mean = float(opened.prediction.confidence[::2, ::2].mean()) / 255
        self._workspace.marks.note_uncertainty(opened.record.id, 1.0 - mean)

    def _on_edit(self, change: DocumentChange, *, by_person: bool) -> None:
        if by_person:
            self.meter.note_change(change)

    def _end(self) -> None:
        opened, self._metered = self._metered, None
        if opened is None:
            return
        entry = self.meter.end(kept=self._kept(opened))
        if entry is not None:
            self._workspace.marks.note_effort(entry)

    def _kept(self, opened: OpenImage) -> float | None:
        """Of the pre-label, seen or not."""
        if opened.prediction is not None:
            return kept_share(opened.prediction.labels, opened.document.labels)
        return self.blind.agreement(opened)


def _done(origins: OriginMap, probabilities: Probabilities) -> Mask:
    """bool, shape (h, w): the scores whose middle pixel a person has set or accepted."""
    cell = probabilities.cell_width
    height, width = probabilities.values.shape[1:]
    middle = origins[cell // 2 :: cell, cell // 2 :: cell]
    done = np.zeros((height, width), np.bool_)
    done[: middle.shape[0], : middle.shape[1]] = middle >= Origin.ACCEPTED
    return done
