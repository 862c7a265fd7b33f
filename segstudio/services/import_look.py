"""A look at labels before they are imported: what they hold, and one image as it would be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from segstudio.domain.errors import FormatError, SegStudioError
from segstudio.domain.task import Progress, Task
from segstudio.formats.exchange import Reader, ReadOptions
from segstudio.services.exchange_survey import SourceSurvey, survey_source
from segstudio.services.import_preview import ImportPreview, preview_import
from segstudio.services.jobs import Job, JobRunner, Lane, Urgency
from segstudio.services.project_source import open_for_project
from segstudio.services.workspace import Workspace
from segstudio.store.project_store import ProjectStore

Answer = TypeVar("Answer")

SURVEY, PREVIEW = "Looking at the labels", "Preview of an import"


class ImportLook:
    """Lives on the window's thread. A newer question takes the place of an older one, whose answer is dropped."""

    def __init__(self, workspace: Workspace, jobs: JobRunner) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._asked: dict[str, Job] = {}

    def survey(
        self,
        format_name: str,
        source: Path,
        options: ReadOptions,
        *,
        on_survey: Callable[[SourceSurvey], None],
        on_error: Callable[[Exception], None],
        on_progress: Callable[[Progress], None],
    ) -> None:
        """What an import would bring. The project's images give names and sizes."""
        store = self._workspace.store
        if store is None:
            return

        def work(task: Task[Progress]) -> SourceSurvey:
            return survey_source(_opened(store, format_name, source, options), task)

        self._ask(SURVEY, work, on_survey, on_error, on_progress)

    def preview(
        self,
        format_name: str,
        source: Path,
        options: ReadOptions,
        *,
        on_preview: Callable[[ImportPreview | None], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """One image as it would look; None where the project has none of the source's."""
        store = self._workspace.store
        if store is None:
            return

        def work(task: Task[Progress]) -> ImportPreview | None:
            task.report(Progress(0, 1))  # raises where a newer question has come meanwhile
            return preview_import(store, open_for_project(store, format_name, source, options))

        self._ask(PREVIEW, work, on_preview, on_error, lambda _progress: None)

    def stop(self) -> None:
        """Nobody waits for an answer any more."""
        for name in tuple(self._asked):
            self._asked.pop(name).stop()

    def _ask(
        self,
        name: str,
        work: Callable[[Task[Progress]], Answer],
        on_answer: Callable[[Answer], None],
        on_error: Callable[[Exception], None],
        on_progress: Callable[[Progress], None],
    ) -> None:
        older = self._asked.pop(name, None)
        if older is not None:
            older.stop()

        def answer(found: Answer) -> None:
            if self._asked.get(name) is job:
                del self._asked[name]
                on_answer(found)

        def fail(error: Exception) -> None:
            if self._asked.get(name) is not job:
                return
            del self._asked[name]
            on_error(error)
            if not isinstance(error, SegStudioError):
                self._workspace.announce_failure(f"{name} failed.", error)

        def show(state: Progress) -> None:
            if self._asked.get(name) is job:
                on_progress(state)

        job = self._asked[name] = self._jobs.submit(
            Lane.READ,
            name,
            work,
            on_result=answer,
            on_error=fail,
            on_progress=show,
            urgency=Urgency.BACKGROUND,
        )


def _opened(store: ProjectStore, format_name: str, source: Path, options: ReadOptions) -> Reader:
    """With the project's classes where the source's don't make a class list. Raises: FormatError."""
    try:
        return open_for_project(store, format_name, source, options)
    except FormatError:
        return open_for_project(store, format_name, source, replace(options, label_set=store.info.label_set))
