"""The main window: makes the parts, and the desks that join them to the services."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QCloseEvent, QColor, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter

from segstudio.gui.actions import Actions
from segstudio.gui.canvas.canvas_view import CanvasView
from segstudio.gui.canvas.toolbox import TOOLS
from segstudio.gui.delivery import Delivery
from segstudio.gui.desks.command_desk import CommandDesk
from segstudio.gui.desks.file_desk import FileDesk
from segstudio.gui.desks.help_desk import HelpDesk
from segstudio.gui.desks.image_desk import ImageDesk
from segstudio.gui.desks.label_desk import LabelDesk
from segstudio.gui.desks.model_desk import ModelDesk
from segstudio.gui.desks.record_desk import RecordDesk
from segstudio.gui.desks.review_desk import ReviewDesk
from segstudio.gui.desks.status_desk import StatusDesk
from segstudio.gui.desks.thumbnail_fetch import ThumbnailFetch
from segstudio.gui.desks.training_desk import LEARNS, TrainingDesk
from segstudio.gui.desks.transfer_desk import TransferDesk
from segstudio.gui.desks.view_desk import ViewDesk
from segstudio.gui.failures import Failures
from segstudio.gui.icons import program_icon
from segstudio.gui.panels.class_list import ClassPanel
from segstudio.gui.panels.image_list import ImageListPanel
from segstudio.gui.panels.job_bar import JobBar
from segstudio.gui.panels.review import ReviewPanel
from segstudio.gui.panels.segmentation import SegmentationPanel
from segstudio.gui.panels.side_tabs import SideTabs
from segstudio.gui.panels.thumbnails import Thumbnails
from segstudio.gui.panels.tool_options import ToolOptionsBar
from segstudio.gui.panels.tool_rail import ToolRail
from segstudio.gui.panels.top_bar import TopBar
from segstudio.gui.panels.training import TrainingPanel
from segstudio.gui.theme import THEMES, apply_theme, theme_named
from segstudio.gui.welcome import WelcomePage
from segstudio.gui.window_frame import WindowFrame
from segstudio.gui.workspace_signals import WorkspaceSignals
from segstudio.services.studio import Studio
from segstudio.store.recent_projects import RecentProjects
from segstudio.store.settings import Settings

THEME = "theme"
GEOMETRY = "window_geometry"
SPLITTERS = "window_splitters"


class MainWindow(QMainWindow):
    """Owns the parts and the sitting; closing it saves and ends both."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setWindowTitle("SegStudio")
        self.setWindowIcon(program_icon())
        self.setAcceptDrops(True)
        self._settings = settings
        self._delivery = Delivery(self)
        self.studio = Studio(self._delivery, device=settings.get("device", "auto"))
        self.signals = WorkspaceSignals(self.studio.workspace, self)
        self.actions_table = Actions(self)
        self._make_parts()
        self._make_desks()
        self.actions_table.fill(self.menuBar())
        self._connect()
        self._restore_place()
        self._use_theme(settings.get(THEME, "auto"))
        self.frame.show_welcome()

    def open_path(self, path: Path) -> None:
        self.files.open_path(path)

    def _make_parts(self) -> None:
        actions = self.actions_table
        self.thumbnails = Thumbnails(ThumbnailFetch(self.studio.workspace, self.studio.jobs), self)
        self.welcome = WelcomePage()
        self.top_bar = TopBar(actions)
        self.images = ImageListPanel(self.thumbnails.of)
        self.canvas = CanvasView(jobs=self.studio.jobs)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.options = ToolOptionsBar()
        self.classes = ClassPanel()
        self.segmentation = SegmentationPanel(actions)
        self.training = TrainingPanel(LEARNS)
        self.review = ReviewPanel(actions)
        self.tabs = SideTabs([("Model", self.segmentation), ("Train", self.training), ("Review", self.review)])
        self.job_bar = JobBar()
        self.failures = Failures(self, self.job_bar.tell)
        self.frame = WindowFrame(
            welcome=self.welcome,
            top_bar=self.top_bar,
            images=self.images,
            tools=ToolRail(actions, frozenset(tool.name for tool in TOOLS)),
            options=self.options,
            canvas=self.canvas,
            classes=self.classes,
            tabs=self.tabs,
            job_bar=self.job_bar,
        )
        self.setCentralWidget(self.frame)
        actions.give_image_keys_to(self.canvas)
        actions.give_image_keys_to(self.images.view)

    def _make_desks(self) -> None:
        studio, actions, signals = self.studio, self.actions_table, self.signals
        workspace = studio.workspace
        recent = RecentProjects(self._settings)
        self.files = FileDesk(self, studio, recent, actions, self.welcome, signals)
        self.image_desk = ImageDesk(workspace, actions, self.images, self.top_bar, self.thumbnails, signals)
        self.label_desk = LabelDesk(studio, actions, self.canvas, self.classes, self.options, self.top_bar, signals)
        self.model_desk = ModelDesk(studio, self._settings, actions, self.segmentation, self.images.model, signals)
        self.view_desk = ViewDesk(actions, self.canvas, signals)
        self.command_desk = CommandDesk(studio, actions, self.canvas, self.images.model)
        self.training_desk = TrainingDesk(studio, actions, self.training, self.tabs, signals)
        self.review_desk = ReviewDesk(studio, actions, self.review, self.canvas, self.image_desk, signals)
        self.record_desk = RecordDesk(self, studio, actions, signals)
        self.transfer_desk = TransferDesk(self, studio, actions, self.images.model)
        self.status_desk = StatusDesk(studio, self.job_bar, self.canvas, self.failures, signals)
        self.help_desk = HelpDesk(self, self._settings, actions, self.classes, studio, self._use_preferences)

    def _connect(self) -> None:
        actions = self.actions_table
        self.signals.project_opened.connect(self._on_project_opened)
        self.signals.project_closed.connect(self._on_project_closed)
        self.signals.image_opened.connect(lambda _change: self.canvas.setFocus())
        actions.on("quit", self.close)
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
        self._settings.set(THEME, name)
        self._use_theme(name)

    def _use_theme(self, name: str) -> None:
        application = QApplication.instance()
        theme = theme_named(name) if name in THEMES or name == "auto" else THEMES["dark"]
        if isinstance(application, QApplication):
            apply_theme(application, theme)
        self.canvas.set_backdrop(QColor(theme.canvas))
        self.actions_table["dark_theme"].setChecked(theme.is_dark)

    def _use_preferences(self) -> None:
        """They were written by the dialog; show them."""
        self._use_theme(self._settings.get(THEME, "auto"))
        self.model_desk.use_settings()

    def _restore_place(self) -> None:
        place = QByteArray.fromBase64(self._settings.get(GEOMETRY, "").encode())
        if place.isEmpty() or not self.restoreGeometry(place):
            self.resize(1360, 840)
        for splitter, text in zip(self._splitters, self._settings.get_list(SPLITTERS), strict=False):
            splitter.restoreState(QByteArray.fromBase64(text.encode()))

    @property
    def _splitters(self) -> tuple[QSplitter, QSplitter]:
        return self.frame.across, self.frame.right

    # Qt's own

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.files.open_dropped([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.training_desk.may_close(self):
            event.ignore()
            return
        self._settings.set(GEOMETRY, bytes(self.saveGeometry().toBase64().data()).decode())
        self._settings.set(
            SPLITTERS, tuple(bytes(s.saveState().toBase64().data()).decode() for s in self._splitters)
        )
        self.studio.shut_down()
        self.signals.close()
        self._delivery.close()
        event.accept()
