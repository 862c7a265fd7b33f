"""Everything of the window but its first page: the parts, and the desks that join them to the services.

Loading this file brings in numpy, OpenCV and the services, several tenths of a second's worth: the program does it
after the first paint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt

from segstudio.gui.canvas.canvas_view import CanvasView
from segstudio.gui.canvas.toolbox import TOOLS
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
from segstudio.gui.desks.thumbnail_fetch import ThumbnailFetch
from segstudio.gui.desks.training_desk import LEARNS, TrainingDesk
from segstudio.gui.desks.transfer_desk import TransferDesk
from segstudio.gui.desks.view_desk import ViewDesk
from segstudio.gui.failures import Failures
from segstudio.gui.main_window import MainWindow
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
from segstudio.gui.window_frame import WindowFrame
from segstudio.gui.workspace_signals import WorkspaceSignals
from segstudio.services.jobs import Lane
from segstudio.services.studio import Studio


def furnish(window: MainWindow) -> Iterator[None]:
    """Fills the parts and desks of ``window`` in, a piece each time it is asked for the next."""
    window.delivery = Delivery(window)
    window.studio = Studio(window.delivery, device=window.settings.get("device", "auto"))
    window.signals = WorkspaceSignals(window.studio.workspace, window)
    _keep_settings_aside(window)
    yield
    _make_canvas(window)
    yield
    _make_panels(window)
    yield
    _make_frame(window)
    yield
    _make_desks(window)


def _keep_settings_aside(window: MainWindow) -> None:
    """A file is synced to the disk for each of them: not on the window's thread."""
    studio = window.studio

    def later(write: Callable[[], None]) -> None:
        studio.jobs.submit(
            Lane.DISK,
            "Keeping the settings",
            lambda _task: write(),
            on_result=lambda _nothing: None,
            on_error=lambda error: studio.workspace.announce_failure("The settings could not be kept.", error),
        )

    window.settings.write_through(later)


def _make_canvas(window: MainWindow) -> None:
    window.canvas = CanvasView(jobs=window.studio.jobs)
    window.canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


def _make_panels(window: MainWindow) -> None:
    actions = window.actions_table
    window.thumbnails = Thumbnails(ThumbnailFetch(window.studio.workspace, window.studio.jobs), window)
    window.top_bar = TopBar(actions)
    window.images = ImageListPanel(window.thumbnails.of)
    window.options = ToolOptionsBar()
    window.classes = ClassPanel()
    window.segmentation = SegmentationPanel(actions)
    window.training = TrainingPanel(LEARNS)
    window.review = ReviewPanel(actions)
    window.tabs = SideTabs([("Model", window.segmentation), ("Train", window.training), ("Review", window.review)])
    window.job_bar = JobBar()
    window.failures = Failures(window, window.job_bar.tell)


def _make_frame(window: MainWindow) -> None:
    actions = window.actions_table
    window.frame = WindowFrame(
        welcome=window.welcome,
        top_bar=window.top_bar,
        images=window.images,
        tools=ToolRail(actions, frozenset(tool.name for tool in TOOLS)),
        options=window.options,
        canvas=window.canvas,
        classes=window.classes,
        tabs=window.tabs,
        job_bar=window.job_bar,
    )
    actions.give_image_keys_to(window.canvas)
    actions.give_image_keys_to(window.images.view)


def _make_desks(window: MainWindow) -> None:
    studio, actions, signals = window.studio, window.actions_table, window.signals
    window.files = FileDesk(window, studio, window.recent, actions, window.welcome, signals)
    window.image_desk = ImageDesk(studio, actions, window.images, window.top_bar, window.thumbnails, signals)
    window.label_desk = LabelDesk(
        studio, actions, window.canvas, window.classes, window.options, window.top_bar, signals
    )
    window.model_desk = ModelDesk(
        studio, window.settings, actions, window.segmentation, window.images.model, signals
    )
    window.view_desk = ViewDesk(studio, actions, window.canvas, signals)
    window.command_desk = CommandDesk(studio, actions, window.canvas, window.images.model)
    window.training_desk = TrainingDesk(studio, actions, window.training, window.tabs, signals)
    window.review_desk = ReviewDesk(
        studio, actions, window.review, window.canvas, window.image_desk, signals, window.settings
    )
    window.proposal_desk = ProposalDesk(
        studio, actions, window.canvas, window.classes, window.review.queue, signals
    )
    window.differences_desk = DifferencesDesk(studio, actions, window.review.differences, window.canvas, signals)
    window.effort_desk = EffortDesk(studio, window.canvas, window.classes, signals)
    window.split_desk = SplitDesk(window, studio, actions, signals)
    window.record_desk = RecordDesk(window, studio, actions, signals)
    window.transfer_desk = TransferDesk(window, studio, actions, window.images.model)
    window.status_desk = StatusDesk(studio, window.job_bar, window.canvas, window.failures, signals)
    window.help_desk = HelpDesk(window, window.settings, actions, window.classes, studio, window.use_preferences)
