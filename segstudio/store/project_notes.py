"""What a project notes about itself: its description, kept twice, and whether it was closed cleanly."""

from __future__ import annotations

from pathlib import Path

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import ProjectError
from segstudio.domain.project import ProjectInfo
from segstudio.domain.sample_view import SampleView
from segstudio.store.database import Database
from segstudio.store.layout import ProjectLayout, absolute
from segstudio.store.project_file import ProjectFile, decode, encode, read_project_file, write_project_file
from segstudio.store.write_guard import WriteGuard


class ProjectNotes:
    """The file is the truth; the index keeps a copy for the day on which the file is damaged."""

    def __init__(self, layout: ProjectLayout, database: Database, guard: WriteGuard) -> None:
        """Raises: ProjectError: neither the file nor its copy can be read."""
        self._layout = layout
        self._database = database
        self._guard = guard
        self._project = self._load()

    @property
    def info(self) -> ProjectInfo:
        project = self._project
        return ProjectInfo(
            folder=self._layout.folder,
            image_folder=self.image_folder,
            name=project.name,
            label_set=project.label_set,
            model=project.model,
            is_read_only=self._database.is_read_only,
            sample_view=project.sample_view,
        )

    @property
    def image_folder(self) -> Path:
        return self._project.find_image_folder(self._layout.folder)

    @property
    def parts(self) -> tuple[str, ...]:
        """The files and folders below the image folder that the project is about; empty: everything there."""
        return self._project.parts

    @property
    def label_set(self) -> LabelSet:
        return self._project.label_set

    def set_label_set(self, label_set: LabelSet) -> None:
        """Raises: ValueError: a class that labels may use was left out instead of retired."""
        lost = set(self._project.label_set.ids) - set(label_set.ids)
        if lost:
            raise ValueError(f"Classes are retired, never removed: {sorted(lost)} are missing.")
        self._replace(self._project.with_label_set(label_set))

    def set_model(self, model: str) -> None:
        self._replace(self._project.with_model(model))

    def set_sample_view(self, view: SampleView) -> None:
        self._replace(self._project.with_sample_view(view))

    def set_image_folder(self, image_folder: Path) -> None:
        self._replace(self._project.with_image_folder(self._layout.folder, absolute(image_folder)))

    def note_opened(self) -> bool:
        """True where the writer before us never came to its end."""
        had_crashed = self._read("is_open") == "1"
        write_note(self._database, "is_open", "1")
        return had_crashed

    def note_closed(self) -> None:
        write_note(self._database, "is_open", "0")

    def _load(self) -> ProjectFile:
        try:
            return read_project_file(self._layout.project_file)
        except ProjectError:
            text = self._read("project")
            if text is None:
                raise
            return decode(text, self._layout.project_file)

    def _replace(self, project: ProjectFile) -> None:
        self._guard.require()
        try:
            write_project_file(self._layout.project_file, project)
        except OSError as error:
            raise ProjectError(
                f"{self._layout.project_file} couldn't be saved: {error.strerror or error}."
            ) from error
        write_note(self._database, "project", encode(project))
        self._project = project

    def _read(self, key: str) -> str | None:
        with self._database.reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])


def write_note(database: Database, key: str, value: str) -> None:
    with database.writing() as connection:
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
