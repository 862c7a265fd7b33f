"""Brightness, contrast and gamma of the picture, and its channels, in a small popup over the canvas."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QSlider, QWidget

from segstudio.domain.sample_view import AS_SUITS, SampleKind, SampleView
from segstudio.gui.canvas.picture_display import PictureDisplay
from segstudio.gui.panels.sample_choice import SampleChoice
from segstudio.gui.parts import column, push_button, separator, text_label

STEPS = 100
WIDTH = 330


class PictureSliders(QFrame):
    """Emits ``display_changed`` with a ``PictureDisplay`` while a slider moves; kept between images. Below the
    sliders, ``samples`` are shown for images that have more to choose from."""

    display_changed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("kind", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
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
        self._line = separator(is_vertical=False)
        self.samples = SampleChoice()
        layout.addWidget(self._line)
        layout.addWidget(self.samples)
        self.show_samples(None)

    @property
    def display(self) -> PictureDisplay:
        return PictureDisplay(
            brightness=self._brightness.value() / STEPS,
            contrast=0.95 * self._contrast.value() / STEPS,
            gamma=float(3.0 ** (self._gamma.value() / STEPS)),
        )

    def show_samples(self, kind: SampleKind | None, view: SampleView = AS_SUITS) -> None:
        """What the open image is made of; None: no image is open."""
        has_choice = kind is not None and kind.can_be_changed
        if kind is not None and has_choice:
            self.samples.show_view(kind, view)
        self._line.setVisible(has_choice)
        self.samples.setVisible(has_choice)
        self.adjustSize()

    def _slider(self, words: str, form: QFormLayout) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(-STEPS, STEPS)
        slider.setAccessibleName(words)
        slider.valueChanged.connect(lambda _value: self.display_changed.emit(self.display))
        form.addRow(text_label(words, "muted"), slider)
        return slider

    def _reset(self) -> None:
        for slider in (self._brightness, self._contrast, self._gamma):
            with QSignalBlocker(slider):
                slider.setValue(0)
        self.display_changed.emit(self.display)
