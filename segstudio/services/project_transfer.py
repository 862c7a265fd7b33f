"""Export and import of the open project's labels while the window stays in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from segstudio.domain.changes import ActivityChanged, Told
from segstudio.domain.images import ImageId
from segstudio.domain.task import Progress, Task
from segstudio.formats.exchange import ReadOptions, WriteOptions
from segstudio.services.exchange import export_labels
from segstudio.services.exchange_report import ExportReport
from segstudio.services.jobs import Job, JobRunner, Lane, Urgency
from segstudio.services.project_exchange import ImportSummary, ProjectReader, import_labels
from segstudio.services.project_source import open_for_project
from segstudio.services.workspace import Workspace

Outcome = TypeVar("Outcome")

ACTIVITY = "transfer"


class ProjectTransfer:
    """Lives on the window's thread; one transfer at a time, behind everything more urgent."""

    def __init__(self, workspace: Workspace, jobs: JobRunner) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._job: Job | None = None

    @property
    def is_running(self) -> bool:
        return self._job is not None

    def stop(self) -> None:
        if self._job is not None:
            self._job.stop()

    def export(
        self,
        image_ids: Sequence[ImageId],
        format_name: str,
        output: Path,
        options: WriteOptions,
        on_report: Callable[[ExportReport], None],
    ) -> None:
        """Write the labels of those images that have any, and read them back."""
        store = self._workspace.store
        if store is None or self.is_running:
            return
        self._workspace.safekeeping.save_now()

        def work(task: Task[Progress]) -> ExportReport:
            return export_labels(ProjectReader(store, image_ids), format_name, output, options, task)

        self._run("Exporting labels", work, on_report)

    def take_in(
        self,
        format_name: str,
        source: Path,
        options: ReadOptions,
        on_summary: Callable[[ImportSummary], None],
    ) -> None:
        """Nothing changes until all of it has been read and found valid. Classes go by the options' label set."""
        store = self._workspace.store
        if store is None or store.is_read_only or self.is_running:
            return
        self._workspace.forget_kept_images()

        def work(task: Task[Progress]) -> ImportSummary:
            return import_labels(store, open_for_project(store, format_name, source, options), task)

        def on_result(summary: ImportSummary) -> None:
            self._workspace.reread()
            on_summary(summary)

        self._run("Importing labels", work, on_result)

    def _run(
        self, name: str, work: Callable[[Task[Progress]], Outcome], on_result: Callable[[Outcome], None]
    ) -> None:
        def done(outcome: Outcome) -> None:
            self._end(name)
            on_result(outcome)

        def failed(error: Exception) -> None:
            self._end(name)
            self._workspace.announce_failure(f"{name} failed.", error)

        def stopped() -> None:
            self._end(name)
            self._workspace.announce(Told(f"{name} was stopped; nothing was changed."))

        self._job = self._jobs.submit(
            Lane.READ,
            name,
            work,
            on_result=done,
            on_error=failed,
            on_cancelled=stopped,
            on_progress=lambda state: self._show(name, state),
            urgency=Urgency.BACKGROUND,
        )
        self._show(name, Progress(0, 0))

    def _show(self, name: str, state: Progress) -> None:
        if self.is_running:
            self._workspace.announce(
                ActivityChanged(ACTIVITY, name, state.fraction, state.message, is_running=True)
            )

    def _end(self, name: str) -> None:
        self._job = None
        self._workspace.announce(ActivityChanged(ACTIVITY, name, 1.0, "", is_running=False))
