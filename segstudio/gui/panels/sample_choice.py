"""How an image of 16 bits, floats, many channels or several pages is shown: page, channels, stretch."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QFormLayout, QWidget

from segstudio.domain.sample_view import AS_SUITS, SampleKind, SampleView
from segstudio.gui.panels.channel_choice import ChannelChoice
from segstudio.gui.panels.stretch_choice import StretchChoice
from segstudio.gui.parts import column, number_box, push_button, text_label

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
        self._page = number_box(1, 1, 1)
        self._page.setAccessibleName("Page shown")
        self._page.valueChanged.connect(lambda _page: self._soon.start())
        back = push_button("As suits each image")
        back.clicked.connect(self._on_back)
        form = self._form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.addRow(text_label("Page", "muted"), self._page)
        form.addRow(text_label("Channels", "muted"), self._channels)
        form.addRow(text_label("Stretch", "muted"), self._stretch)
        layout = column(self, spacing=10)
        layout.addWidget(self._title)
        layout.addLayout(form)
        layout.addWidget(text_label(_REMARK, "small", wraps=True))
        layout.addWidget(back)

    @property
    def view(self) -> SampleView:
        return SampleView(self._channels.channels, self._stretch.percentiles, self._page.value() - 1)

    def show_view(self, kind: SampleKind, view: SampleView) -> None:
        """What there is to choose from, and what is chosen. Nothing is emitted."""
        self._soon.stop()
        self._title.setText(words_of(kind))
        with QSignalBlocker(self._page):
            self._page.setRange(1, kind.pages)
            self._page.setSuffix(f" of {kind.pages}")
            self._page.setValue(view.page + 1 if view.page < kind.pages else 1)
        self._form.setRowVisible(self._page, kind.pages > 1)
        for part in (self._channels, self._stretch):
            self._form.setRowVisible(part, kind.has_choice)
        self._channels.show_channels(kind.channels, view.channels_of(kind.channels))
        self._stretch.show_percentiles(view.percentiles)

    def _on_back(self) -> None:
        self._soon.stop()
        self.view_changed.emit(AS_SUITS)


def words_of(kind: SampleKind) -> str:
    """What the image is made of, for a person."""
    channels = "One channel" if kind.channels == 1 else f"{kind.channels} channels"
    pages = f", {kind.pages} pages" if kind.pages > 1 else ""
    return f"{channels} of {kind.type_name}{pages}"
