"""Thumbnails for the image list, read on the lane for pictures, after everything that is wanted sooner."""

from __future__ import annotations

from collections.abc import Callable

from segstudio.domain.arrays import RgbImage
from segstudio.domain.images import ImageRecord
from segstudio.domain.task import Progress, Task
from segstudio.services.jobs import JobRunner, Lane, Urgency
from segstudio.services.workspace import Workspace
from segstudio.store.thumbnails import ThumbnailStore


class ThumbnailFetch:
    """Asks the project's store; an image that can't be read simply has no thumbnail."""

    def __init__(self, workspace: Workspace, jobs: JobRunner) -> None:
        self._workspace = workspace
        self._jobs = jobs

    def __call__(self, record: ImageRecord, on_ready: Callable[[RgbImage | None], None]) -> None:
        store = self._workspace.store
        if store is None:
            on_ready(None)
            return

        def work(task: Task[Progress]) -> RgbImage:
            return ThumbnailStore(store).load(record.id, task)

        self._jobs.submit(
            Lane.READ,
            "Thumbnails",
            work,
            on_result=on_ready,
            on_error=lambda _error: on_ready(None),
            on_cancelled=lambda: on_ready(None),
            urgency=Urgency.BACKGROUND,
        )
