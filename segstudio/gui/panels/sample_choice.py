"""How a 16-bit, float or many-channel image is shown: its channels and its stretch."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFormLayout, QWidget

from segstudio.domain.sample_view import AS_SUITS, SampleKind, SampleView
from segstudio.gui.panels.channel_choice import ChannelChoice
from segstudio.gui.panels.stretch_choice import StretchChoice
from segstudio.gui.parts import column, push_button, text_label

_PAUSE_MS = 200
_REMARK = "Kept from image to image, and what the model is given."


class SampleChoice(QWidget):
    """Emits ``view_changed`` with a ``SampleView`` a moment after the last change: the image is read anew."""

    view_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(lambda: self.view_changed.emit(self.view))
        self._title = text_label("", "heading")
        self._channels, self._stretch = ChannelChoice(), StretchChoice()
        self._channels.changed.connect(self._soon.start)
        self._stretch.changed.connect(self._soon.start)
        back = push_button("As suits each image")
        back.clicked.connect(self._on_back)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.addRow(text_label("Channels", "muted"), self._channels)
        form.addRow(text_label("Stretch", "muted"), self._stretch)
        layout = column(self, spacing=10)
        layout.addWidget(self._title)
        layout.addLayout(form)
        layout.addWidget(text_label(_REMARK, "small", wraps=True))
        layout.addWidget(back)

    @property
    def view(self) -> SampleView:
        return SampleView(self._channels.channels, self._stretch.percentiles)

    def show_view(self, kind: SampleKind, view: SampleView) -> None:
        """What there is to choose from, and what is chosen. Nothing is emitted."""
        self._soon.stop()
        self._title.setText(words_of(kind))
        self._channels.show_channels(kind.channels, view.channels_of(kind.channels))
        self._stretch.show_percentiles(view.percentiles)

    def _on_back(self) -> None:
        self._soon.stop()
        self.view_changed.emit(AS_SUITS)


def words_of(kind: SampleKind) -> str:
    """What the image is made of, for a person."""
    channels = "One channel" if kind.channels == 1 else f"{kind.channels} channels"
    pages = f", the first of {kind.pages} pages" if kind.pages > 1 else ""
    return f"{channels} of {kind.type_name}{pages}"
