"""The main window: the first page at once, everything else a moment later; see ``furnishing``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QCloseEvent, QColor, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter, QWidget

from segstudio.gui.actions import Actions
from segstudio.gui.icons import program_icon
from segstudio.gui.parts import column
from segstudio.gui.theme import Theme, apply_theme, theme_named
from segstudio.gui.welcome import WelcomePage
from segstudio.store.recent_projects import RecentProjects
from segstudio.store.settings import Settings

if TYPE_CHECKING:
    from segstudio.gui.canvas.canvas_view import CanvasView
    from segstudio.gui.delivery import Delivery
    from segstudio.gui.desks.command_desk import CommandDesk
    from segstudio.gui.desks.differences_desk import DifferencesDesk
    from segstudio.gui.desks.effort_desk import EffortDesk
    from segstudio.gui.desks.file_desk import FileDesk
    from segstudio.gui.desks.help_desk import HelpDesk
    from segstudio.gui.desks.image_desk import ImageDesk
    from segstudio.gui.desks.label_desk import LabelDesk
    from segstudio.gui.desks.model_desk import ModelDesk
    from segstudio.gui.desks.proposal_desk import ProposalDesk
    from segstudio.gui.desks.record_desk import RecordDesk
    from segstudio.gui.desks.review_desk import ReviewDesk
    from segstudio.gui.desks.split_desk import SplitDesk
    from segstudio.gui.desks.status_desk import StatusDesk
    from segstudio.gui.desks.training_desk import TrainingDesk
    from segstudio.gui.desks.transfer_desk import TransferDesk
    from segstudio.gui.desks.view_desk import ViewDesk
    from segstudio.gui.failures import Failures
    from segstudio.gui.panels.class_list import ClassPanel
    from segstudio.gui.panels.image_list import ImageListPanel
    from segstudio.gui.panels.job_bar import JobBar
    from segstudio.gui.panels.review import ReviewPanel
    from segstudio.gui.panels.segmentation import SegmentationPanel
    from segstudio.gui.panels.side_tabs import SideTabs
    from segstudio.gui.panels.thumbnails import Thumbnails
    from segstudio.gui.panels.tool_options import ToolOptionsBar
    from segstudio.gui.panels.top_bar import TopBar
    from segstudio.gui.panels.training import TrainingPanel
    from segstudio.gui.window_frame import WindowFrame
    from segstudio.gui.workspace_signals import WorkspaceSignals
    from segstudio.services.studio import Studio

THEME = "theme"
GEOMETRY = "window_geometry"
SPLITTERS = "window_splitters"
FIRST_SIZE = QSize(1440, 900)
FOOT_HEIGHT = 32
"""The room that the bottom line will take."""


class MainWindow(QMainWindow):
    """Owns the parts and the sitting; closing it saves and ends both.

    What is asked of it before it is furnished is done as soon as it is.
    """

    # Filled in by ``furnish``.
    delivery: Delivery
    studio: Studio
    signals: WorkspaceSignals
    thumbnails: Thumbnails
    top_bar: TopBar
    images: ImageListPanel
    canvas: CanvasView
    options: ToolOptionsBar
    classes: ClassPanel
    segmentation: SegmentationPanel
    training: TrainingPanel
    review: ReviewPanel
    tabs: SideTabs
    job_bar: JobBar
    failures: Failures
    frame: WindowFrame
    files: FileDesk
    image_desk: ImageDesk
    label_desk: LabelDesk
    model_desk: ModelDesk
    view_desk: ViewDesk
    command_desk: CommandDesk
    training_desk: TrainingDesk
    review_desk: ReviewDesk
    differences_desk: DifferencesDesk
    effort_desk: EffortDesk
    proposal_desk: ProposalDesk
    record_desk: RecordDesk
    split_desk: SplitDesk
    transfer_desk: TransferDesk
    status_desk: StatusDesk
    help_desk: HelpDesk

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
        self._restore_geometry()
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
        self._restore_splitters()
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

    def _restore_geometry(self) -> None:
        place = QByteArray.fromBase64(self.settings.get(GEOMETRY, "").encode())
        if place.isEmpty() or not self.restoreGeometry(place):
            self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize()))

    def _restore_splitters(self) -> None:
        for splitter, text in zip(self._splitters, self.settings.get_list(SPLITTERS), strict=False):
            splitter.restoreState(QByteArray.fromBase64(text.encode()))

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

        self.settings.set(GEOMETRY, bytes(self.saveGeometry().toBase64().data()).decode())
        self.settings.set(
            SPLITTERS, tuple(bytes(s.saveState().toBase64().data()).decode() for s in self._splitters)
        )
        self.studio.hand_in()
        wait_for_saves(self.studio.jobs, self._say_farewell)
        self.studio.jobs.shut_down()
        self.settings.write_through(None)
        self.signals.close()
        self.delivery.close()
        event.accept()
