"""Which channels of an image are shown as red, green and blue, or which one in grey."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from segstudio.gui.parts import choice_box, column, row

Channels = tuple[int, int, int]
_AUTOMATIC, _THREE, _FIRST_GREY = 0, 1, 2


class ChannelChoice(QWidget):
    """Emits ``changed`` after a gesture; read ``channels`` then, counted from 0, None for the automatic choice."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        layout = column(self, spacing=6)
        self._shown = choice_box("Channels shown")
        self._shown.activated.connect(self._on_activated)
        self._count = 0
        self._three = QWidget()
        line = row(self._three, spacing=4)
        self._boxes = [self._box(color) for color in ("red", "green", "blue")]
        for box in self._boxes:
            line.addWidget(box)
        layout.addWidget(self._shown)
        layout.addWidget(self._three)

    @property
    def channels(self) -> Channels | None:
        match self._shown.currentIndex():
            case 0:
                return None
            case 1:
                red, green, blue = (box.currentIndex() for box in self._boxes)
                return red, green, blue
            case entry:
                alone = entry - _FIRST_GREY
                return alone, alone, alone

    def show_channels(self, count: int, channels: Channels | None) -> None:
        """``count``: how many there are to choose from. Nothing is emitted."""
        if count != self._count:
            self._fill(count)
        self._shown.setCurrentIndex(_entry_of(channels))
        for box, channel in zip(self._boxes, channels or (0, 1, 2), strict=True):
            box.setCurrentIndex(min(channel, count - 1))
        self._three.setVisible(self._shown.currentIndex() == _THREE)

    def _fill(self, count: int) -> None:
        self._count = count
        numbers = [str(number) for number in range(1, count + 1)]
        self._shown.clear()
        self._shown.addItems(["As suits the image", "Red, green and blue from", *(f"{n} in grey" for n in numbers)])
        for box in self._boxes:
            box.clear()
            box.addItems(numbers)

    def _box(self, color: str) -> QComboBox:
        box = choice_box(f"Channel shown as {color}")
        box.setToolTip(f"Shown as {color}")
        box.setMinimumContentsLength(2)
        box.activated.connect(lambda _index: self.changed.emit())
        return box

    def _on_activated(self, entry: int) -> None:
        self._three.setVisible(entry == _THREE)
        self.changed.emit()


def _entry_of(channels: Channels | None) -> int:
    if channels is None:
        return _AUTOMATIC
    return channels[0] + _FIRST_GREY if len(set(channels)) == 1 else _THREE
