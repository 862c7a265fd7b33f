"""The bar above the canvas: what the active tool can be told."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QSlider, QSpinBox, QWidget

from segstudio.domain.stroke import Brush, PaintOver, Tip
from segstudio.gui.canvas.tool_settings import ToolOptions
from segstudio.gui.parts import icon_button, row, separator, text_label

BRUSH_TOOLS = frozenset({"brush", "eraser", "probability", "superpixel", "refine", "border", "line"})
USED_BY: dict[str, frozenset[str]] = {
    "brush": BRUSH_TOOLS,
    "tip": frozenset({"brush", "eraser", "probability"}),
    "tolerance": frozenset({"wand", "fill"}),
    "contiguous": frozenset({"wand", "fill"}),
    "by_color": frozenset({"fill"}),
    "probability": frozenset({"probability"}),
    "superpixel": frozenset({"superpixel"}),
    "band": frozenset({"refine"}),
}
OVER_WORDS = {
    PaintOver.ANYTHING: "Anything",
    PaintOver.UNLABELLED: "Unlabelled only",
    PaintOver.CLASS_UNDER_PRESS: "The class under the press",
    PaintOver.MODEL_PIXELS: "The model's pixels, never a person's",
}
LARGEST_BRUSH = 1000
SLIDER_STEPS = 200


class ToolOptionsBar(QFrame):
    """Emits ``options_changed`` after a gesture; read ``brush``, ``over`` and ``options`` then."""

    options_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.setFixedHeight(42)
        self._brush = Brush()
        self._over = PaintOver.ANYTHING
        self._options = ToolOptions()
        self._parts: dict[str, QWidget] = {}
        self._line = row(self, spacing=14)
        self._line.setContentsMargins(12, 0, 12, 0)
        self._title = text_label("Brush", "title")
        self._title.setMinimumWidth(86)
        self._line.addWidget(self._title)
        self._add_brush()
        self._add_numbers()
        self._add_over()
        self._line.addStretch(1)
        self.show_tool("brush", "Brush")

    @property
    def brush(self) -> Brush:
        return self._brush

    @property
    def over(self) -> PaintOver:
        return self._over

    @property
    def options(self) -> ToolOptions:
        return self._options

    def show_tool(self, name: str, title: str) -> None:
        self._title.setText(title)
        for part, widget in self._parts.items():
            widget.setVisible(part == "over" or name in USED_BY[part])

    def show_brush(self, brush: Brush) -> None:
        """The canvas changed it: by wheel or drag. Nothing is emitted."""
        self._brush = brush
        with QSignalBlocker(self._size), QSignalBlocker(self._slider):
            self._size.setValue(round(brush.diameter))
            self._slider.setValue(_to_slider(brush.diameter))
        self._round.setChecked(brush.tip is Tip.ROUND)
        self._square.setChecked(brush.tip is Tip.SQUARE)

    def step_brush(self, direction: int) -> None:
        """One step larger (1) or smaller (-1): a fifth, or one pixel below 8."""
        before = self._brush.diameter
        after = before + direction if before < 8 else before * 1.2**direction
        self._use_diameter(min(max(round(after), 1), LARGEST_BRUSH))

    def next_over(self) -> str:
        """The next paint rule; its words."""
        self._over_box.setCurrentIndex((self._over_box.currentIndex() + 1) % self._over_box.count())
        return OVER_WORDS[self._over]

    def _use_diameter(self, diameter: float) -> None:
        self.show_brush(replace(self._brush, diameter=float(diameter)))
        self.options_changed.emit()

    def _use_tip(self, tip: Tip) -> None:
        self.show_brush(replace(self._brush, tip=tip))
        self.options_changed.emit()

    def _use(self, options: ToolOptions) -> None:
        self._options = options
        self.options_changed.emit()

    def _use_over(self, index: int) -> None:
        self._over = tuple(OVER_WORDS)[index]
        self.options_changed.emit()

    def _group(self, name: str, *widgets: QWidget) -> None:
        part = QWidget()
        line = row(part, spacing=8)
        for widget in widgets:
            line.addWidget(widget)
        self._parts[name] = part
        self._line.addWidget(part)

    def _add_brush(self) -> None:
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, SLIDER_STEPS)
        self._slider.setFixedWidth(110)
        self._slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._slider.setAccessibleName("Brush size")
        self._size = _spin(1, LARGEST_BRUSH, round(self._brush.diameter), " px")
        self._slider.valueChanged.connect(lambda value: self._use_diameter(_from_slider(value)))
        self._size.valueChanged.connect(self._use_diameter)
        self._group("brush", text_label("Size", "muted"), self._slider, self._size)
        self._round = icon_button("round", "Round tip", is_checkable=True)
        self._square = icon_button("square", "Square tip", is_checkable=True)
        self._round.clicked.connect(lambda: self._use_tip(Tip.ROUND))
        self._square.clicked.connect(lambda: self._use_tip(Tip.SQUARE))
        self._group("tip", self._round, self._square)
        self.show_brush(self._brush)

    def _add_numbers(self) -> None:
        options = self._options
        by_color = QCheckBox("By colour")
        by_color.toggled.connect(lambda on: self._use(replace(self._options, fill_by_color=on)))
        contiguous = QCheckBox("Connected only")
        contiguous.setChecked(options.is_contiguous)
        contiguous.toggled.connect(lambda on: self._use(replace(self._options, is_contiguous=on)))
        tolerance = _spin(0, 255, options.tolerance)
        tolerance.valueChanged.connect(lambda value: self._use(replace(self._options, tolerance=value)))
        least = _spin(1, 99, round(options.minimum_probability * 100), " %")
        least.valueChanged.connect(lambda value: self._use(replace(self._options, minimum_probability=value / 100)))
        side = _spin(4, 200, options.superpixel_side, " px")
        side.valueChanged.connect(lambda value: self._use(replace(self._options, superpixel_side=value)))
        band = _spin(2, 200, options.band_width, " px")
        band.valueChanged.connect(lambda value: self._use(replace(self._options, band_width=value)))
        self._group("by_color", by_color)
        self._group("tolerance", text_label("Tolerance", "muted"), tolerance)
        self._group("contiguous", contiguous)
        self._group("probability", text_label("At least", "muted"), least)
        self._group("superpixel", text_label("Piece", "muted"), side)
        self._group("band", text_label("Band", "muted"), band)

    def _add_over(self) -> None:
        self._over_box = QComboBox()
        self._over_box.addItems(list(OVER_WORDS.values()))
        self._over_box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._over_box.setAccessibleName("Paint over")
        self._over_box.currentIndexChanged.connect(self._use_over)
        self._group("over", separator(is_vertical=True), text_label("Paint over", "muted"), self._over_box)


def _spin(low: int, high: int, value: int, suffix: str = "") -> QSpinBox:
    box = QSpinBox()
    box.setRange(low, high)
    box.setValue(value)
    box.setSuffix(suffix)
    box.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    box.setFixedWidth(84)
    box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    box.setKeyboardTracking(False)
    box.editingFinished.connect(box.clearFocus)
    return box


def _to_slider(diameter: float) -> int:
    """Each step of the slider is a like factor: 1 to 1000 pixels in ``SLIDER_STEPS`` steps."""
    return round(math.log(diameter, LARGEST_BRUSH) * SLIDER_STEPS)


def _from_slider(step: int) -> int:
    return max(1, round(math.pow(LARGEST_BRUSH, step / SLIDER_STEPS)))
