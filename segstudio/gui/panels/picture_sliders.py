"""Brightness, contrast and gamma of the picture, in a small popup over the canvas."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QSlider, QWidget

from segstudio.gui.canvas.picture_display import PictureDisplay
from segstudio.gui.parts import column, push_button, text_label

STEPS = 100


class PictureSliders(QFrame):
    """Emits ``display_changed`` with a ``PictureDisplay`` while a slider moves; kept between images."""

    display_changed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("kind", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = column(self, margin=14, spacing=10)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(12)
        self._brightness = self._slider("Brightness", form)
        self._contrast = self._slider("Contrast", form)
        self._gamma = self._slider("Gamma", form)
        layout.addLayout(form)
        back = push_button("As it was")
        back.clicked.connect(self._reset)
        layout.addWidget(back)

    @property
    def display(self) -> PictureDisplay:
        return PictureDisplay(
            brightness=self._brightness.value() / STEPS,
            contrast=0.95 * self._contrast.value() / STEPS,
            gamma=float(3.0 ** (self._gamma.value() / STEPS)),
        )

    def _slider(self, words: str, form: QFormLayout) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(-STEPS, STEPS)
        slider.setMinimumWidth(190)
        slider.setAccessibleName(words)
        slider.valueChanged.connect(lambda _value: self.display_changed.emit(self.display))
        form.addRow(text_label(words, "muted"), slider)
        return slider

    def _reset(self) -> None:
        for slider in (self._brightness, self._contrast, self._gamma):
            with QSignalBlocker(slider):
                slider.setValue(0)
        self.display_changed.emit(self.display)
