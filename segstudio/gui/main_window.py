"""The main window: the first page at once, everything else a moment later; see ``furnishing``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QColor, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from segstudio.gui.actions import Actions
from segstudio.gui.icons import program_icon
from segstudio.gui.parts import column
from segstudio.gui.theme import Theme, apply_theme, theme_named
from segstudio.gui.welcome import WelcomePage
from segstudio.gui.window_parts import WindowParts
from segstudio.gui.window_place import keep_place, restore_place, restore_splitters
from segstudio.store.recent_projects import RecentProjects
from segstudio.store.settings import Settings

THEME = "theme"
FOOT_HEIGHT = 32
"""The room that the bottom line will take."""


class MainWindow(WindowParts):
    """Owns the parts and the sitting; closing it saves and ends both.

    What is asked of it before it is furnished is done as soon as it is.
    """

    def __init__(self, settings: Settings, *, is_furnished: bool = True) -> None:
        super().__init__()
        self.setWindowTitle("SegStudio")
        self.setWindowIcon(program_icon())
        self.setAcceptDrops(True)
        self.settings = settings
        self.recent = RecentProjects(settings)
        self.is_furnished = False
        self._asked: list[str] = []
        self._paths_asked: Sequence[Path] = ()
        self.actions_table = Actions(self)
        self.actions_table.fill(self.menuBar())
        self.welcome = WelcomePage()
        self.welcome.show_recent(self.recent.paths)
        self.setCentralWidget(self._first_page())
        self._connect_first()
        restore_place(self, settings)
        self._use_theme(settings.get(THEME, "auto"))
        if is_furnished:
            self.furnish()

    def furnish(self) -> None:
        """All that isn't needed for the first paint; takes a few tenths of a second the first time."""
        for _ in self.furnishing():
            pass

    def furnishing(self) -> Iterator[None]:
        """The same a piece at a time, so that the window answers in between."""
        from segstudio.gui.furnishing import furnish  # heavy: see its first lines

        yield from furnish(self)
        self.is_furnished = True
        self.setCentralWidget(self.frame)
        self._connect()
        restore_splitters(self._splitters, self.settings)
        self._show_backdrop(theme_named(self.settings.get(THEME, "auto")))
        self.frame.show_welcome()
        for name in self._asked:
            self.actions_table[name].trigger()
        self.open_paths(self._paths_asked)

    def open_path(self, path: Path) -> None:
        self.open_paths([path])

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Several pictures and folders together; once the window is furnished."""
        if self.is_furnished:
            self.files.open_paths(paths)
        else:
            self._paths_asked = paths

    def _first_page(self) -> QWidget:
        """Laid out so that nothing moves when the rest comes."""
        page = QWidget()
        layout = column(page, spacing=0)
        layout.addWidget(self.welcome, 1)
        foot = QWidget()
        foot.setFixedHeight(FOOT_HEIGHT)
        layout.addWidget(foot)
        return page

    def _connect_first(self) -> None:
        actions = self.actions_table
        for spec, action in actions:
            action.triggered.connect(partial(self._on_asked, spec.name))
        self.welcome.action_asked.connect(lambda name: actions[name].trigger())
        self.welcome.recent_chosen.connect(self.open_path)
        actions.on("quit", self.close)

    def _on_asked(self, name: str, _checked: object = None) -> None:
        if not self.is_furnished:
            self._asked.append(name)

    def _connect(self) -> None:
        actions = self.actions_table
        self.signals.project_opened.connect(self._on_project_opened)
        self.signals.project_closed.connect(self._on_project_closed)
        self.signals.image_opened.connect(lambda _change: self.canvas.setFocus())
        actions.on("dark_theme", self._on_dark_theme)
        actions.on("full_screen", lambda: self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen))

    # Projects come and go

    def _on_project_opened(self, _change: object) -> None:
        project = self.studio.workspace.project
        if project is not None:
            suffix = " (read only)" if project.is_read_only else ""
            self.setWindowTitle(f"{project.name}{suffix} – SegStudio")
        self.frame.show_desk()

    def _on_project_closed(self, _change: object) -> None:
        self.setWindowTitle("SegStudio")
        self.frame.show_welcome()

    # Looks

    def _on_dark_theme(self) -> None:
        name = "dark" if self.actions_table["dark_theme"].isChecked() else "light"
        self.settings.set(THEME, name)
        self._use_theme(name)

    def _use_theme(self, name: str) -> None:
        application = QApplication.instance()
        theme = theme_named(name)
        if isinstance(application, QApplication):
            apply_theme(application, theme)
        if self.is_furnished:
            self._show_backdrop(theme)
        self.actions_table["dark_theme"].setChecked(theme.is_dark)

    def _show_backdrop(self, theme: Theme) -> None:
        self.canvas.look.set_backdrop(QColor(theme.canvas))

    def use_preferences(self) -> None:
        """They were written by the dialog; show them."""
        self._use_theme(self.settings.get(THEME, "auto"))
        self.model_desk.use_settings()

    @property
    def _splitters(self) -> tuple[QSplitter, QSplitter]:
        return self.frame.across, self.frame.right

    def _say_farewell(self, words: str) -> None:
        self.setWindowTitle("Saving – SegStudio")
        self.job_bar.tell(words)

    # Qt's own

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        self.open_paths(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.is_furnished:
            event.accept()
            return
        if not self.training_desk.may_close(self):
            event.ignore()
            return
        from segstudio.gui.farewell import (
            wait_for_saves,  # brings the services, which the first paint can't wait for
        )

        keep_place(self, self._splitters, self.settings)
        self.studio.hand_in()
        wait_for_saves(self.studio.jobs, self._say_farewell)
        self.studio.jobs.shut_down()
        self.settings.write_through(None)
        self.signals.close()
        self.delivery.close()
        event.accept()
