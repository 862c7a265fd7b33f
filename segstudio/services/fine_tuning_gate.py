"""The gate between a trained candidate and the project: it waits there, is adopted or not, and left again."""

from __future__ import annotations

from segstudio.domain.changes import CandidateChanged, Change, ModelChanged, ProjectClosed, ProjectOpened, Told
from segstudio.services.auto_segmentation import AutoSegmentation
from segstudio.services.fine_tuning_adoption import Adopted, adopt_model, adopted_at, can_go_back, go_back
from segstudio.services.fine_tuning_run import Candidate
from segstudio.services.jobs import JobRunner, Lane
from segstudio.services.workspace import Workspace


class Gate:
    """Lives on the window's thread."""

    def __init__(self, workspace: Workspace, jobs: JobRunner, segmentation: AutoSegmentation) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._segmentation = segmentation
        self.candidate: Candidate | None = None
        self.can_undo_adoption = False
        workspace.subscribe(self._on_change)

    def open_for(self, candidate: Candidate) -> None:
        """It was trained and compared, and waits for a decision."""
        self.candidate = candidate
        self._workspace.announce(CandidateChanged(candidate.file.stem))

    def adopt(self) -> None:
        """The candidate becomes the project's model; ``undo_adoption`` goes back."""
        store, candidate = self._workspace.store, self.candidate
        if store is None or candidate is None:
            return

        def on_result(adopted: Adopted) -> None:
            self._segmentation.use_adopted(adopted.model, since=adopted.since)
            self._look_for_adoption()
            self.discard()
            self._workspace.announce(Told(f"The project's model is now {adopted.model}."))

        self._jobs.submit(
            Lane.DISK,
            "Keeping the new model",
            lambda _task: adopt_model(store, candidate.file),
            on_result=on_result,
            on_error=lambda error: self._workspace.announce_failure("The model could not be adopted.", error),
        )

    def undo_adoption(self) -> None:
        """Go back to the model before the last one adopted; the newer one stays in the project."""
        store = self._workspace.store
        if store is None or not self.can_undo_adoption:
            return

        def on_result(name: str) -> None:
            self._look_for_adoption()
            self._segmentation.set_model(name)
            self._workspace.announce(Told(f"The project's model is {name} again; the newer one is still there."))

        self._jobs.submit(
            Lane.DISK,
            "Going back to the model before",
            lambda _task: go_back(store),
            on_result=on_result,
            on_error=lambda error: self._workspace.announce_failure("There is no way back.", error),
        )

    def discard(self) -> None:
        """Let go of the candidate; the current model stays."""
        candidate, self.candidate = self.candidate, None
        if candidate is not None:
            candidate.file.unlink(missing_ok=True)
            self._workspace.announce(CandidateChanged(None))

    def _look_for_adoption(self) -> None:
        store = self._workspace.store
        self.can_undo_adoption = store is not None and can_go_back(store)

    def _on_change(self, change: Change) -> None:
        match change:
            case ProjectOpened():
                self._look_for_adoption()
                store = self._workspace.store
                self._segmentation.note_adoption(None if store is None else adopted_at(store))
            case ModelChanged(info=None):
                self._look_for_adoption()
            case ProjectClosed():
                self.candidate = None
                self.can_undo_adoption = False
            case _:
                pass
