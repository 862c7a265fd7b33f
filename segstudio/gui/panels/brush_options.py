"""The brush's size and tip, in the bar above the canvas."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QSlider, QWidget

from segstudio.domain.stroke import Brush, Tip
from segstudio.gui.canvas.tool_keeper import LARGEST_BRUSH
from segstudio.gui.parts import icon_button, number_box, row

_SLIDER_STEPS = 200


class BrushOptions(QWidget):
    """Emits ``changed`` after a gesture; read ``brush`` then."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._brush = Brush()
        self._slider = _size_slider()
        self._size = number_box(1, round(LARGEST_BRUSH), round(self._brush.diameter), suffix=" px")
        self._slider.valueChanged.connect(lambda value: self._use(diameter=float(_from_slider(value))))
        self._size.valueChanged.connect(lambda value: self._use(diameter=float(value)))
        self._tips = QWidget()
        tip_line = row(self._tips, spacing=4)
        self._buttons = {tip: icon_button(tip.value, words, is_checkable=True) for tip, words in _TIPS}
        for tip, button in self._buttons.items():
            button.clicked.connect(lambda _checked=False, t=tip: self._use(tip=t))
            tip_line.addWidget(button)
        line = row(self, spacing=8)
        for widget in (self._slider, self._size, self._tips):
            line.addWidget(widget)
        self.show_brush(self._brush)

    @property
    def brush(self) -> Brush:
        return self._brush

    def show_brush(self, brush: Brush) -> None:
        """The canvas changed it: by wheel, key or drag. Nothing is emitted."""
        self._brush = brush
        with QSignalBlocker(self._size), QSignalBlocker(self._slider):
            self._size.setValue(round(brush.diameter))
            self._slider.setValue(_to_slider(brush.diameter))
        for tip, button in self._buttons.items():
            button.setChecked(brush.tip is tip)

    def show_tips(self, *, wanted: bool) -> None:
        """Some tools have a size and no tip."""
        self._tips.setVisible(wanted)

    def _use(self, **changes: object) -> None:
        self.show_brush(replace(self._brush, **changes))  # type: ignore[arg-type]  # fields of the brush
        self.changed.emit()


_TIPS = ((Tip.ROUND, "Round tip"), (Tip.SQUARE, "Square tip"))


def _size_slider() -> QSlider:
    """It gives way first where the window is narrow."""
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, _SLIDER_STEPS)
    slider.setMinimumWidth(36)
    slider.setMaximumWidth(110)
    slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    slider.setAccessibleName("Brush size")
    slider.setToolTip("Brush size")
    return slider


def _to_slider(diameter: float) -> int:
    """Each step of the slider is a like factor, from 1 pixel to the largest brush."""
    return round(math.log(diameter, LARGEST_BRUSH) * _SLIDER_STEPS)


def _from_slider(step: int) -> int:
    return max(1, round(math.pow(LARGEST_BRUSH, step / _SLIDER_STEPS)))
