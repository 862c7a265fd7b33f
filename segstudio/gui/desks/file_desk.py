"""Opening, making, saving and closing projects; recent ones; drag and drop."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from segstudio.domain.changes import ProjectOpened, Told
from segstudio.gui.actions import Actions
from segstudio.gui.welcome import WelcomePage
from segstudio.gui.workspace_signals import WorkspaceSignals
from segstudio.services.jobs import Lane
from segstudio.services.sample_project import open_sample
from segstudio.services.studio import Studio
from segstudio.store.recent_projects import RecentProjects

PICTURES = "Pictures (*.png *.jpg *.jpeg *.bmp *.webp *.tif *.tiff *.heic);;All files (*)"


class FileDesk:
    """Asks for paths and hands them to the workspace."""

    def __init__(
        self,
        window: QWidget,
        studio: Studio,
        recent: RecentProjects,
        actions: Actions,
        welcome: WelcomePage,
        signals: WorkspaceSignals,
    ) -> None:
        self._window = window
        self._studio = studio
        self._recent = recent
        self._welcome = welcome
        self._folder = str(Path.home())
        actions.on("open_project", self._on_open_project)
        actions.on("open_folder", self._on_open_folder)
        actions.on("open_images", self._on_open_images)
        actions.on("open_sample", self._on_open_sample)
        actions.on("new_project", self._on_new_project)
        actions.on("close_project", studio.workspace.close_project)
        actions.on("save", studio.workspace.safekeeping.save_now)
        signals.project_opened.connect(self._on_opened)
        signals.project_closed.connect(lambda _change: welcome.show_recent(recent.paths))

    def open_paths(self, paths: Sequence[Path]) -> None:
        self._studio.workspace.open_paths(paths)

    def _on_opened(self, change: ProjectOpened) -> None:
        """Written on a lane: the settings are synced to the disk, which may take its time."""
        folder = change.info.folder
        self._studio.jobs.submit(
            Lane.DISK,
            "Remembering the project",
            lambda _task: self._recent.add(folder),
            on_result=lambda _nothing: None,
            on_error=lambda error: self._studio.workspace.announce(Told(str(error))),
        )

    def _on_open_project(self) -> None:
        self._ask_folder("Open a project")

    def _on_open_folder(self) -> None:
        self._ask_folder("Open a folder of images")

    def _ask_folder(self, title: str) -> None:
        dialog = QFileDialog(self._window, title, self._folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._ask(dialog)

    def _on_open_images(self) -> None:
        dialog = QFileDialog(self._window, "Open images", self._folder, PICTURES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        self._ask(dialog)

    def _ask(self, dialog: QFileDialog) -> None:
        dialog.filesSelected.connect(self._on_selected)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_selected(self, names: Sequence[str]) -> None:
        paths = [Path(name) for name in names]
        self._folder = str(paths[0].parent) if paths else self._folder
        self.open_paths(paths)

    def _on_open_sample(self) -> None:
        self._studio.workspace.open_with("Opening the sample project", open_sample)

    def _on_new_project(self) -> None:
        from segstudio.gui.dialogs.new_project import NewProjectDialog  # dialogs load when they are first opened

        dialog = NewProjectDialog(self._window)
        dialog.project_asked.connect(self._studio.workspace.open_with)
        dialog.open()
