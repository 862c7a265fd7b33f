"""The parts of the main window, by name: ``furnishing`` makes them, after the first paint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow

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


class WindowParts(QMainWindow):
    """A window whose parts and desks are all there once ``furnish`` has filled them in."""

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
