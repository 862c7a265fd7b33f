"""Pre-labels the open image with the model, off the window's thread, and writes the answer where it may."""

from __future__ import annotations

from collections.abc import Callable

from segstudio.domain.arrays import IGNORE, Origin
from segstudio.domain.changes import (
    ActivityChanged,
    Change,
    ImageClosed,
    ImageOpened,
    ModelChanged,
    PredictionChanged,
    ProjectClosed,
    ProjectOpened,
    Told,
)
from segstudio.domain.errors import ModelError
from segstudio.domain.images import ImageId, ImageStatus
from segstudio.domain.model_info import ModelInfo
from segstudio.domain.prediction import Prediction
from segstudio.domain.project import ProjectInfo
from segstudio.domain.task import Progress, Task
from segstudio.editing.document import LabelDocument
from segstudio.services.answer_writing import AnswerWriter
from segstudio.services.class_matching import in_project_classes, match_classes
from segstudio.services.jobs import Job, JobRunner, Lane, Urgency
from segstudio.services.model_slot import ModelSlot
from segstudio.services.open_image import OpenImage
from segstudio.services.picture_prediction import predict_picture
from segstudio.services.workspace import Workspace
from segstudio.store.model_store import DEFAULT_MODEL, find_model

ACTIVITY = "segmentation"
MOST_NAMED = 5
LARGEST_AUTOMATIC_PIXELS = 100_000_000
"""Above this a pre-label takes minutes on any processor, so it waits until somebody asks for it."""


class AutoSegmentation:
    """Lives on the window's thread; the network runs on the device lane, on a snapshot.

    ``withholds`` is asked whether an answer that nobody has asked for is kept from the person.
    """

    def __init__(self, workspace: Workspace, jobs: JobRunner, slot: ModelSlot) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._slot = slot
        self._job: Job | None = None
        self._answers = AnswerWriter(workspace, jobs)
        self._announced: ModelInfo | None = None
        self._model_since: float | None = None
        self.is_automatic = True
        self.withholds: Callable[[ImageId, Prediction], bool] = _never
        workspace.subscribe(self._on_change)

    @property
    def is_running(self) -> bool:
        return self._job is not None

    def run(self, *, over_person: bool = False) -> None:
        """Ask the model about the open image; one undo step. A person's pixels stay, unless ``over_person``."""
        opened = self._workspace.current
        if opened is None:
            self._workspace.announce(Told("Open an image first."))
            return
        self._start(opened, is_over_person=over_person)

    def stop(self) -> None:
        """Drop the answer that is under way, if there is one."""
        self._answers.drop()
        if self._job is not None:
            self._job.stop()
            self._job = None
            self._workspace.announce(ActivityChanged(ACTIVITY, "Pre-labelling", None, "Stopped", is_running=False))

    def _on_change(self, change: Change) -> None:
        match change:
            case ProjectOpened(info):
                self._on_project_opened(info)
            case ImageOpened():
                self._on_image_opened()
            case ImageClosed() | ProjectClosed():
                self.stop()
            case _:
                pass

    def set_model(self, name: str) -> None:
        """Use another model from now on: a bundled one's name, or one of the project's own."""
        store = self._workspace.store
        try:
            self._choose(name)
        except ModelError as error:
            self._workspace.announce_failure("", error)
            return
        if store is not None and not store.is_read_only:
            store.set_model(name)
        self._workspace.announce(ModelChanged(name, None, ""))

    def use_adopted(self, name: str, *, since: float) -> None:
        """The project's model is another one: what it hasn't pre-labelled is pre-labelled anew when it opens."""
        self.set_model(name)
        self.renew(since)

    def renew(self, since: float) -> None:
        """The model answers better than before ``since``: images that no person has touched are asked about again,
        the open one now, others when they open."""
        self.note_adoption(since)
        opened = self._workspace.current
        if opened is not None and self._may_ask(opened) and _waits_for_a_person(opened):
            self._start(opened, is_over_person=False, is_asked=False)

    def note_adoption(self, since: float | None) -> None:
        """Pre-labels made before ``since``, in seconds since 1970, are an older model's."""
        self._model_since = since

    def set_device(self, device: str) -> None:
        """auto, cpu, cuda or one of several GPUs; the next question goes there."""
        if self._slot.path is not None:
            self.stop()
            self._slot.choose(self._slot.path, device=device)

    def _choose(self, name: str) -> None:
        """Raises: ModelError: there is no such model."""
        project = self._workspace.project
        self.stop()
        self._slot.choose(find_model(name, None if project is None else project.folder))

    def _on_project_opened(self, info: ProjectInfo) -> None:
        self._model_since = None
        try:
            self._choose(info.model)
            self._workspace.announce(ModelChanged(info.model, None, ""))
        except ModelError as error:
            self._slot.choose(find_model(DEFAULT_MODEL))
            self._workspace.announce(Told(f"{error} The model {DEFAULT_MODEL} is used instead."))

    def _on_image_opened(self) -> None:
        self.stop()
        opened = self._workspace.current
        if opened is not None and self._may_ask(opened) and self._is_due(opened):
            self._start(opened, is_over_person=False, is_asked=False)

    def _may_ask(self, opened: OpenImage) -> bool:
        """Whether the model may answer without being asked."""
        is_small = opened.document.labels.size <= LARGEST_AUTOMATIC_PIXELS
        return self.is_automatic and is_small and not self._workspace.is_read_only

    def _is_due(self, opened: OpenImage) -> bool:
        """Nobody has labelled it; or only an older model has."""
        match opened.record.status:
            case ImageStatus.NEW:
                return _is_untouched(opened.document)
            case ImageStatus.PRE_LABELLED if _is_untouched(opened.document):
                return True
            case ImageStatus.PRE_LABELLED if self._model_since is not None and self._workspace.store is not None:
                table = self._workspace.store.table
                is_older = bool(table.labelled_at[table.rows[opened.record.id]] < self._model_since)
                return is_older and _waits_for_a_person(opened)
            case _:
                return False

    def _start(self, opened: OpenImage, *, is_over_person: bool, is_asked: bool = True) -> None:
        self.stop()
        record, image = opened.record, opened.image
        name = f"Pre-labelling {record.relative_path.name}"
        label_set = self._workspace.label_set

        def work(task: Task[Progress]) -> Prediction | None:
            predictor = self._slot.answering(task)
            table = match_classes(predictor.info.label_set, label_set)
            if (table[list(predictor.info.channel_map.class_ids)] == IGNORE).all():
                return None
            return in_project_classes(predict_picture(predictor, image, task), table)

        def on_result(prediction: Prediction | None) -> None:
            self._finished(job)
            self._announce_model()
            if prediction is None:
                self._tell_that_it_knows_no_class()
            elif not is_asked and (_is_too_late(opened) or self.withholds(record.id, prediction)):
                return
            elif self._workspace.is_current(record.id):
                self._answers.write(record.id, prediction, is_over_person=is_over_person)

        def on_error(error: Exception) -> None:
            self._finished(job)
            self._workspace.announce_failure(f"{record.relative_path.name} could not be pre-labelled.", error)

        job = self._jobs.submit(
            Lane.DEVICE,
            name,
            work,
            on_result=on_result,
            on_error=on_error,
            on_cancelled=lambda: self._finished(job),
            on_progress=lambda state: self._show(job, name, state),
            urgency=Urgency.NOW,
        )
        self._job = job
        self._workspace.announce(ActivityChanged(ACTIVITY, name, None, "", is_running=True))

    def _tell_that_it_knows_no_class(self) -> None:
        project = self._workspace.project
        if project is None:
            return
        active = project.label_set.active
        names = ", ".join(spec.name for spec in active[:MOST_NAMED])
        names += f" and {len(active) - MOST_NAMED} more" if len(active) > MOST_NAMED else ""
        sentence = (
            f"The model {project.model} knows none of this project's classes ({names}). Correct a few images, then "
            "teach it in the panel Train: it pre-labels the next ones."
        )
        self._workspace.announce(PredictionChanged(None, remark=sentence))
        self._workspace.announce(Told(sentence))

    def _show(self, job: Job, name: str, state: Progress) -> None:
        if self._job is job:
            self._workspace.announce(
                ActivityChanged(ACTIVITY, name, state.fraction, state.message, is_running=True)
            )

    def _finished(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self._workspace.announce(ActivityChanged(ACTIVITY, "Pre-labelling", 1.0, "", is_running=False))

    def _announce_model(self) -> None:
        predictor = self._slot.loaded
        if predictor is not None and predictor.info is not self._announced:
            self._announced = predictor.info
            self._workspace.announce(ModelChanged(predictor.info.name, predictor.info, predictor.device_name))


def _never(_image_id: ImageId, _prediction: Prediction) -> bool:
    return False


def _waits_for_a_person(opened: OpenImage) -> bool:
    """Nothing in it is a person's, whatever a model has said."""
    is_open = opened.record.status in (ImageStatus.NEW, ImageStatus.PRE_LABELLED)
    return is_open and not (opened.document.origins >= Origin.ACCEPTED).any()


def _is_too_late(opened: OpenImage) -> bool:
    """A better answer for an image that a person has begun to correct meanwhile."""
    return opened.prediction is not None and not _waits_for_a_person(opened)


def _is_untouched(document: LabelDocument) -> bool:
    return not document.origins.any()
