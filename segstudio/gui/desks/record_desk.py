"""What is kept about the project and its images: notes, earlier labels, statistics, models, recovered edits."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QInputDialog, QMessageBox, QWidget

from segstudio.domain.changes import Told
from segstudio.domain.images import ImageId
from segstudio.gui.actions import Actions
from segstudio.gui.workspace_signals import WorkspaceSignals
from segstudio.services.effort import EffortReport, effort_report
from segstudio.services.jobs import Lane, Urgency
from segstudio.services.statistics import ProjectStatistics, project_statistics
from segstudio.services.studio import Studio
from segstudio.store.recovery import RecoveryQuestion

NEEDS_AN_IMAGE = ("note", "versions")
NEEDS_A_PROJECT = (
    "statistics",
    "manage_models",
    "run_batch",
    "undo_batch",
    "export_labels",
    "import_labels",
    "train",
)


class RecordDesk:
    """Dialogs are imported when they are first opened."""

    def __init__(self, window: QWidget, studio: Studio, actions: Actions, signals: WorkspaceSignals) -> None:
        self._window = window
        self._studio = studio
        self._workspace = studio.workspace
        for name, run in (
            ("note", self._on_note),
            ("versions", self._on_versions),
            ("statistics", self._on_statistics),
            ("manage_models", self._on_models),
        ):
            actions.on(name, run)
        signals.image_opened.connect(lambda _change: actions.enable(NEEDS_AN_IMAGE, wanted=True))
        signals.image_closed.connect(lambda _change: actions.enable(NEEDS_AN_IMAGE, wanted=False))
        signals.project_opened.connect(lambda _change: actions.enable(NEEDS_A_PROJECT, wanted=True))
        signals.project_closed.connect(lambda _change: actions.enable(NEEDS_A_PROJECT, wanted=False))
        signals.project_opened.connect(lambda _change: self._ask_about_recovered())
        actions.enable((*NEEDS_AN_IMAGE, *NEEDS_A_PROJECT), wanted=False)

    def _on_note(self) -> None:
        opened = self._workspace.current
        if opened is None:
            return
        image_id = opened.record.id
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle("Note")
        dialog.setLabelText(f"About {opened.record.relative_path.name}")
        dialog.setTextValue(opened.record.note)
        dialog.resize(460, dialog.sizeHint().height())
        dialog.textValueSelected.connect(lambda text: self._workspace.marks.set_note(image_id, text.strip()))
        self._show(dialog)

    def _on_versions(self) -> None:
        from segstudio.gui.dialogs.versions import VersionsDialog

        store, opened = self._workspace.store, self._workspace.current
        if store is None or opened is None:
            return
        self._workspace.safekeeping.save_now()
        dialog = VersionsDialog(
            store.labels.versions(opened.record.id),
            lambda version_id: store.labels.load_version(version_id)[1],
            self._workspace.label_set,
            self._window,
        )
        dialog.restore_asked.connect(self._restore)
        self._show(dialog)

    def _restore(self, version_id: int) -> None:
        store = self._workspace.store
        if store is None or store.is_read_only:
            return
        self._studio.jobs.submit(
            Lane.DISK,
            "Restoring labels",
            lambda _task: store.labels.restore_version(version_id),
            on_result=lambda _image_id: self._workspace.reread(),
            on_error=lambda error: self._workspace.announce_failure("The labels could not be restored.", error),
        )

    def _on_statistics(self) -> None:
        store = self._workspace.store
        if store is None:
            return
        self._studio.jobs.submit(
            Lane.READ,
            "Counting",
            lambda _task: (project_statistics(store), effort_report(store)),
            on_result=lambda found: self._show_statistics(*found),
            on_error=lambda error: self._workspace.announce_failure("The project could not be counted.", error),
            urgency=Urgency.NOW,
        )

    def _show_statistics(self, statistics: ProjectStatistics, effort: EffortReport) -> None:
        from segstudio.gui.dialogs.statistics import StatisticsDialog

        self._show(StatisticsDialog(statistics, effort, self._workspace.label_set, self._window))

    def _on_models(self) -> None:
        from segstudio.gui.dialogs.models import ModelsDialog

        store = self._workspace.store
        if store is None:
            return
        dialog = ModelsDialog(store, self._window)
        dialog.use_asked.connect(self._studio.segmentation.set_model)
        self._show(dialog)

    def _ask_about_recovered(self) -> None:
        """Edits that a crash left behind for an image that has changed since: one question an image."""
        store = self._workspace.store
        for question in () if store is None else store.recovery.questions:
            self._ask(question)

    def _ask(self, question: RecoveryQuestion) -> None:
        box = QMessageBox(
            QMessageBox.Icon.Question, "Edits from before a crash", question.reason, parent=self._window
        )
        edits = f"{question.edits} edit{'' if question.edits == 1 else 's'}"
        box.setInformativeText(f"{question.path}: {edits}. Bring them back?")
        keep = box.addButton("Bring them back", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("Leave them out", QMessageBox.ButtonRole.RejectRole)
        box.finished.connect(lambda _result: self._answer(question.image_id, keeps=box.clickedButton() is keep))
        self._show(box)

    def _answer(self, image_id: ImageId, *, keeps: bool) -> None:
        store = self._workspace.store
        if store is None:
            return
        answer = store.keep_recovered if keeps else store.discard_recovered
        self._studio.jobs.submit(
            Lane.DISK,
            "Recovering edits",
            lambda _task: answer(image_id),
            on_result=lambda _nothing: self._on_answered(),
            on_error=lambda error: self._workspace.announce_failure("The edits could not be brought back.", error),
        )

    def _on_answered(self) -> None:
        self._workspace.reread()
        self._workspace.announce(Told("The edits from before the crash are settled."))

    @staticmethod
    def _show(dialog: QDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
