"""Proposes a class from a few strokes across the open image, and finds the images that hold more of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from segstudio.domain.arrays import Mask, Origin, RgbImage
from segstudio.domain.changes import ActivityChanged, Change, ModelChanged, ProjectClosed, Told
from segstudio.domain.images import ImageId
from segstudio.domain.task import Progress, Task
from segstudio.services.jobs import Job, JobRunner, Lane, Urgency
from segstudio.services.live_prototypes import Features, Prototypes, learn_prototypes, likeness, proposed_mask
from segstudio.services.live_search import FoundClass, find_class
from segstudio.services.model_slot import ModelSlot
from segstudio.services.review_queue import unfinished
from segstudio.services.workspace import Workspace

if TYPE_CHECKING:
    from segstudio.inference.predictor import Predictor

ACTIVITY = "finding a class"
NAME = "Looking for the class"
LARGEST_PIXELS = 8_000_000


class LiveProposals:
    """Lives on the window's thread. The features of the open image are kept, and what strokes taught about each
    class serves the next images of the sitting."""

    def __init__(self, workspace: Workspace, jobs: JobRunner, slot: ModelSlot) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._slot = slot
        self._features: tuple[ImageId, Features] | None = None
        self._prototypes: dict[int, Prototypes] = {}
        self._job: Job | None = None
        workspace.subscribe(self._on_change)

    def propose(self, class_id: int, on_mask: Callable[[Mask], None]) -> None:
        """``on_mask`` gets where the class seems to be, without what a person has painted."""
        opened = self._workspace.current
        if opened is None:
            return
        image, document = opened.image, opened.document
        if not isinstance(image, np.ndarray) or document.labels.size > LARGEST_PIXELS:
            self._workspace.announce(Told("This picture is too large for that."))
            return
        image_id, labels, origins = opened.record.id, document.labels.copy(), document.origins.copy()
        kept, known = self._features, self._prototypes.get(class_id)
        name = self._workspace.label_set.by_id(class_id).name

        def work(task: Task[Progress]) -> tuple[Features, Prototypes | None, Mask | None]:
            predictor = self._slot.predictor(task)
            features = kept[1] if kept is not None and kept[0] == image_id else _features(predictor, image)
            stride = predictor.info.network.output_stride
            prototypes = learn_prototypes(features, labels, origins, class_id, stride=stride) or known
            if prototypes is None:
                return features, None, None
            mask = proposed_mask(likeness(features, prototypes), labels.shape, stride=stride)
            return features, prototypes, mask & (origins != Origin.PERSON)

        def on_result(result: tuple[Features, Prototypes | None, Mask | None]) -> None:
            features, prototypes, mask = result
            self._features = (image_id, features)
            if prototypes is None or mask is None:
                self._workspace.announce(Told(f"Paint a few strokes of {name} first, then ask again."))
                return
            self._prototypes[class_id] = prototypes
            if self._workspace.is_current(image_id):
                on_mask(mask)

        self._jobs.submit(
            Lane.DEVICE,
            f"Proposing {name}",
            work,
            on_result=on_result,
            on_error=lambda error: self._workspace.announce_failure("The class could not be proposed.", error),
            urgency=Urgency.NOW,
        )

    def search(self, class_id: int, on_found: Callable[[tuple[FoundClass, ...]], None]) -> None:
        """``on_found`` gets the unfinished images that seem to hold the class, the most of it first."""
        store = self._workspace.store
        if store is None or self._job is not None:
            return

        def work(task: Task[Progress]) -> tuple[FoundClass, ...]:
            return find_class(store, self._slot.predictor(task), class_id, unfinished(store), task)

        def on_result(found: tuple[FoundClass, ...]) -> None:
            self._end()
            on_found(found)

        def on_error(error: Exception) -> None:
            self._end()
            self._workspace.announce_failure("The images could not be searched.", error)

        def submit() -> None:
            self._job = self._jobs.submit(
                Lane.DEVICE,
                NAME,
                work,
                on_result=on_result,
                on_error=on_error,
                on_cancelled=self._end,
                on_progress=self._show,
                urgency=Urgency.SOON,
            )

        # Strokes are counted when they reach the label files.
        self._workspace.safekeeping.save_now()
        self._workspace.safekeeping.when_safe(submit)

    def stop(self) -> None:
        if self._job is not None:
            self._job.stop()

    def _show(self, state: Progress) -> None:
        if self._job is not None:
            self._workspace.announce(
                ActivityChanged(ACTIVITY, NAME, state.fraction, state.message, is_running=True)
            )

    def _end(self) -> None:
        self._job = None
        self._workspace.announce(ActivityChanged(ACTIVITY, NAME, 1.0, "", is_running=False))

    def _on_change(self, change: Change) -> None:
        match change:
            case ProjectClosed() | ModelChanged(info=None):
                self.stop()
                self._features = None
                self._prototypes.clear()
            case _:
                pass


def _features(predictor: Predictor, image: RgbImage) -> Features:
    features: Features = predictor.features(image)[0].cpu().numpy()
    return features
