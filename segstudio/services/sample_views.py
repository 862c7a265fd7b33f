"""How the project's 16-bit, float and many-channel images are shown, and what happens when that is changed."""

from __future__ import annotations

from segstudio.domain.changes import Change, ImageClosed, ImageOpened, PictureChanged
from segstudio.domain.sample_view import AS_SUITS, SampleView
from segstudio.domain.task import Progress, Task
from segstudio.services.jobs import Job, JobRunner, Lane, Urgency
from segstudio.services.open_image import OpenImage
from segstudio.services.picture_loading import Picture, let_go, load_picture
from segstudio.services.workspace import Workspace


class SampleViews:
    """Lives on the window's thread; the picture is read anew on a lane, its labels and their undo stay."""

    def __init__(self, workspace: Workspace, jobs: JobRunner) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._job: Job | None = None
        workspace.subscribe(self._on_change)

    @property
    def view(self) -> SampleView:
        """Of the open project."""
        project = self._workspace.project
        return AS_SUITS if project is None else project.sample_view

    def use(self, view: SampleView) -> None:
        """Show the project's images so from now on, and give them so to its model.

        Raises: ProjectError: the project can't be written.
        """
        store = self._workspace.store
        if store is None or view == self.view:
            return
        store.set_sample_view(view)
        if self._workspace.current is not None:
            self._renew(self._workspace.current)

    def _on_change(self, change: Change) -> None:
        match change:
            case ImageClosed():
                self._stop()
            case ImageOpened():
                opened = self._workspace.current
                # An image left a moment ago is kept as it was shown then.
                if opened is not None and opened.view != self.view and opened.kind.can_be_changed:
                    self._renew(opened)
            case _:
                pass

    def _stop(self) -> None:
        if self._job is not None:
            self._job.stop()
            self._job = None

    def _renew(self, opened: OpenImage) -> None:
        """The newest wish counts."""
        self._stop()
        store, image_id, view = self._workspace.store, opened.record.id, self.view
        if store is None or not opened.kind.can_be_changed:
            return

        def read(task: Task[Progress]) -> Picture:
            task.check()
            return load_picture(store, image_id)

        def on_result(picture: Picture) -> None:
            if self._workspace.current is not opened or view != self.view:
                let_go(picture)
                return
            old, opened.image, opened.view = opened.image, picture, view
            opened.halves = ()
            self._workspace.announce(PictureChanged(opened.record))
            let_go(old)

        self._job = self._jobs.submit(
            Lane.READ,
            f"Reading {opened.record.relative_path.name}",
            read,
            on_result=on_result,
            on_error=lambda error: self._workspace.announce_failure("The picture could not be read again.", error),
            urgency=Urgency.NOW,
        )
