"""The model: which one, on what device, run it, and how sure it was."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QVBoxLayout, QWidget

from segstudio.domain.model_info import ModelInfo
from segstudio.gui.actions import Actions
from segstudio.gui.parts import choice_box, column, frame, push_button, row, text_label

DEVICES = (("auto", "Best available"), ("cpu", "Processor"), ("cuda", "Graphics card"))


class SegmentationPanel(QWidget):
    """Pre-labelling of the open image and of all of them."""

    model_chosen = Signal(str)
    device_chosen = Signal(str)
    automatic_changed = Signal(bool)
    live_changed = Signal(bool)
    sitting_changed = Signal(bool)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setProperty("kind", "page")
        layout = column(self, margin=14, spacing=12)
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        self._model = choice_box("Model")
        self._device = choice_box("Device")
        for name, words in DEVICES:
            self._device.addItem(words, name)
        form.addRow(text_label("Model", "muted"), self._model)
        form.addRow(text_label("Device", "muted"), self._device)
        layout.addLayout(form)
        self._about = text_label("", "small", wraps=True)
        layout.addWidget(self._about)
        self._automatic = QCheckBox("Segment new images when they open")
        layout.addWidget(self._automatic)
        self._sitting = QCheckBox("Learn from each finished image")
        self._sitting.setToolTip(
            "Once you leave an image that you have finished, the head of the network learns from it, in seconds, "
            "and the next images of this sitting begin better. The model's file stays as it is."
        )
        self._sitting.toggled.connect(self.sitting_changed)
        layout.addWidget(self._sitting)
        self._live = QCheckBox("Learn from each stroke at once")
        self._live.setToolTip(
            "A small part of the network follows your strokes; the rest of the image is labelled anew"
        )
        self._live.toggled.connect(self.live_changed)
        layout.addWidget(self._live)
        self._add_runs(layout, actions)
        self._answer = frame("card")
        inside = column(self._answer, margin=12, spacing=3)
        self._figure = text_label("", "figure")
        self._words = text_label("", "small", wraps=True)
        self._remark = text_label("", "warn", wraps=True)
        for widget in (self._figure, self._words, self._remark):
            inside.addWidget(widget)
        layout.addWidget(self._answer)
        layout.addStretch(1)
        self._model.activated.connect(lambda index: self.model_chosen.emit(self._model.itemData(index)))
        self._device.activated.connect(lambda index: self.device_chosen.emit(self._device.itemData(index)))
        self._automatic.toggled.connect(self.automatic_changed)
        self.show_answer(seconds=None)

    def show_models(self, names: Sequence[tuple[str, str]], current: str) -> None:
        """``names``: what the service calls each model, and the words for it."""
        with QSignalBlocker(self._model):
            self._model.clear()
            for name, words in names:
                self._model.addItem(words, name)
            self._model.setCurrentIndex(self._model.findData(current))

    def show_model(self, info: ModelInfo | None) -> None:
        self._about.setText("" if info is None else _described(info))
        self._about.setVisible(info is not None)

    def show_device(self, device: str) -> None:
        self._device.setCurrentIndex(max(0, self._device.findData(device)))

    def show_automatic(self, *, is_on: bool) -> None:
        with QSignalBlocker(self._automatic):
            self._automatic.setChecked(is_on)

    def show_sitting(self, *, is_on: bool) -> None:
        with QSignalBlocker(self._sitting):
            self._sitting.setChecked(is_on)

    def show_live(self, *, is_on: bool) -> None:
        with QSignalBlocker(self._live):
            self._live.setChecked(is_on)

    def show_answer(
        self, *, seconds: float | None, device: str = "", remark: str = "", confidence: float | None = None
    ) -> None:
        """``confidence``: the mean over the pixels, a fraction of 1. Without ``seconds`` only the remark."""
        self._answer.setVisible(seconds is not None or bool(remark))
        self._remark.setText(remark)
        self._remark.setVisible(bool(remark))
        self._figure.setVisible(seconds is not None)
        self._words.setVisible(seconds is not None)
        if seconds is None:
            return
        self._figure.setText("Segmented" if confidence is None else f"{confidence:.0%} sure")
        self._words.setText(f"{seconds:.2f} s on {device or 'this machine'}, mean over all pixels")

    def _add_runs(self, layout: QVBoxLayout, actions: Actions) -> None:
        run = push_button("Segment this image", kind="primary")
        again = push_button("Over my strokes", kind="tight")
        batch = push_button("All images", kind="tight")
        for button, name in ((run, "run_model"), (again, "run_model_over"), (batch, "run_batch")):
            action = actions[name]
            button.setToolTip(action.toolTip())
            button.clicked.connect(action.trigger)
            action.enabledChanged.connect(button.setEnabled)
        layout.addWidget(run)
        pair = row(spacing=8)
        pair.addWidget(again, 1)
        pair.addWidget(batch, 1)
        layout.addLayout(pair)


def _described(info: ModelInfo) -> str:
    network = info.network
    trunk = network.trunk.replace("resnet", "ResNet-")
    lines = [f"{trunk}, {network.channels} classes, cells of {network.cell_width} px"]
    lines += [f"{score.mean_iou:.1%} mean IoU on {score.data}" for score in info.scores[:1]]
    if info.parent:
        lines.append(f"Trained from {info.parent}")
    return "\n".join(lines)
