"""Labels of many images changed in one go: each keeps its past, so that each can be undone by itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from segstudio.domain.arrays import Origin
from segstudio.domain.errors import ProjectError
from segstudio.domain.images import ImageId, ImageStatus
from segstudio.services.added_classes import take_back_classes
from segstudio.store.batch_log import BatchImage, BatchRun, Outcome
from segstudio.store.label_files import LabelPair
from segstudio.store.project_store import ProjectStore
from segstudio.store.versions import Reason


def replace_labels(
    store: ProjectStore, run: BatchRun, image_id: ImageId, pair: LabelPair, *, pixels_changed: int, reason: Reason
) -> None:
    """Save ``pair`` as a run's result for one image, and note what to go back to. Raises: ProjectError."""
    before = keep_present(store, image_id)
    store.labels.save(image_id, pair.labels, pair.origins, reason=reason)
    store.batches.note(run.id, BatchImage(image_id, Outcome.DONE, pixels_changed, before, ""))


def keep_present(store: ProjectStore, image_id: ImageId) -> int | None:
    """The saved version that holds an image's labels as they are now; None where it has none."""
    if not store.labels.exist(image_id):
        return None
    pair = store.labels.load(image_id)
    return store.labels.keep_version(image_id, pair)


def changed_by(store: ProjectStore, run: BatchRun, image_id: ImageId) -> BatchImage:
    """What the run did to an image. Raises: ProjectError: nothing, or that was taken back."""
    found = next((image for image in run.images if image.image_id == image_id), None)
    if found is None or found.outcome is not Outcome.DONE:
        raise ProjectError(f"This run didn't change {store.record(image_id).relative_path}.")
    return found


def undo_image(store: ProjectStore, run: BatchRun, image_id: ImageId) -> None:
    """Bring back what a run replaced in one image.

    Raises: ProjectError: the run didn't change it, or what it replaced isn't kept any more.
    """
    found = changed_by(store, run, image_id)
    if found.before_version is None:
        store.labels.remove(image_id)
        status = ImageStatus.NEW
    else:
        _, labels, origins = store.labels.load_version(found.before_version)
        store.labels.save(image_id, labels, origins, reason=Reason.RESTORED)
        status = ImageStatus.CORRECTED if (origins == Origin.PERSON).any() else ImageStatus.PRE_LABELLED
    store.index.set_statuses([image_id], status)
    store.batches.note(run.id, BatchImage(image_id, Outcome.UNDONE, 0, None, ""))


@dataclass(frozen=True, slots=True)
class Undone:
    """How many images are as they were, a sentence for each that couldn't be, and what became of classes."""

    images: int
    problems: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def undo_run(store: ProjectStore, run: BatchRun, among: Collection[ImageId] | None = None) -> Undone:
    """Every image of a run that can be undone; with the last of them go the classes that the run added.

    ``among``: these images at most.
    """
    undone, problems = 0, []
    for image in run.images:
        if image.outcome is Outcome.DONE and (among is None or image.image_id in among):
            try:
                undo_image(store, run, image.image_id)
                undone += 1
            except ProjectError as error:
                problems.append(str(error))
    is_all = among is None or not store.batches.run(run.id).changed
    return Undone(undone, tuple(problems), take_back_classes(store, run.id) if is_all else ())
