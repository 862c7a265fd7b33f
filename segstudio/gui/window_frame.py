"""How the window is divided: images at the left, the canvas in the middle, classes and panels at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from segstudio.gui.panels.class_list import ClassPanel
from segstudio.gui.panels.image_list import ImageListPanel
from segstudio.gui.panels.job_bar import JobBar
from segstudio.gui.panels.side_tabs import SideTabs
from segstudio.gui.panels.tool_options import ToolOptionsBar
from segstudio.gui.panels.tool_rail import ToolRail
from segstudio.gui.panels.top_bar import TopBar
from segstudio.gui.parts import column, row
from segstudio.gui.welcome import WelcomePage

LEFT_WIDTH = 244
RIGHT_WIDTH = 312


class WindowFrame(QWidget):
    """Places the parts, which were made elsewhere; knows the welcome page from the desk."""

    def __init__(
        self,
        *,
        welcome: WelcomePage,
        top_bar: TopBar,
        images: ImageListPanel,
        tools: ToolRail,
        options: ToolOptionsBar,
        canvas: QWidget,
        classes: ClassPanel,
        tabs: SideTabs,
        job_bar: JobBar,
    ) -> None:
        super().__init__()
        outer = column(self, spacing=0)
        self._stack = QStackedWidget()
        self._welcome = welcome
        self._desk = QWidget()
        desk = column(self._desk, spacing=0)
        desk.addWidget(top_bar)
        self.across = QSplitter(Qt.Orientation.Horizontal)
        self.across.addWidget(images)
        self.across.addWidget(_middle(tools, options, canvas))
        self.right = QSplitter(Qt.Orientation.Vertical)
        self.right.addWidget(classes)
        self.right.addWidget(tabs)
        self.right.setMinimumWidth(272)
        self.right.setChildrenCollapsible(False)
        self.across.addWidget(self.right)
        for index, stretch in enumerate((0, 1, 0)):
            self.across.setStretchFactor(index, stretch)
        for splitter in (self.across, self.right):
            splitter.setHandleWidth(1)
        self.across.setSizes([LEFT_WIDTH, 1000, RIGHT_WIDTH])
        self.right.setSizes([500, 400])
        desk.addWidget(self.across, 1)
        self._stack.addWidget(welcome)
        self._stack.addWidget(self._desk)
        outer.addWidget(self._stack, 1)
        outer.addWidget(job_bar)

    def show_welcome(self) -> None:
        self._stack.setCurrentWidget(self._welcome)

    def show_desk(self) -> None:
        self._stack.setCurrentWidget(self._desk)

    @property
    def shows_desk(self) -> bool:
        return self._stack.currentWidget() is self._desk


def _middle(tools: ToolRail, options: ToolOptionsBar, canvas: QWidget) -> QWidget:
    middle = QWidget()
    layout = column(middle, spacing=0)
    layout.addWidget(options)
    below = row(spacing=0)
    below.addWidget(tools)
    below.addWidget(canvas, 1)
    layout.addLayout(below, 1)
    middle.setMinimumWidth(360)
    return middle
