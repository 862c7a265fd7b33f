"""Between which shares of its samples an image is stretched from black to white."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from segstudio.gui.parts import choice_box, column, row, text_label

Percentiles = tuple[float, float]
_AUTOMATIC, _WHOLE, _CHOSEN = 0, 1, 2
_ENTRIES = ("As suits the image", "From least to greatest", "Between percentiles")
_FIRST_SHOWN = (2.0, 98.0)
_STEP = 0.5


class StretchChoice(QWidget):
    """Emits ``changed`` after a gesture; read ``percentiles`` then, None for the automatic choice."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        layout = column(self, spacing=6)
        self._kind = choice_box("Stretch")
        self._kind.addItems(_ENTRIES)
        self._kind.activated.connect(self._on_activated)
        self._low, self._high = _share_box("Black below"), _share_box("White above")
        self._shares = QWidget()
        line = row(self._shares, spacing=6)
        for words, box in (("Black", self._low), ("White", self._high)):
            box.valueChanged.connect(self._on_share)
            line.addWidget(text_label(words, "muted"))
            line.addWidget(box)
        layout.addWidget(self._kind)
        layout.addWidget(self._shares)

    @property
    def percentiles(self) -> Percentiles | None:
        match self._kind.currentIndex():
            case 0:
                return None
            case 1:
                return 0.0, 100.0
            case _:
                return self._low.value(), self._high.value()

    def show_percentiles(self, percentiles: Percentiles | None) -> None:
        """Nothing is emitted."""
        entry = _AUTOMATIC if percentiles is None else _WHOLE if percentiles == (0.0, 100.0) else _CHOSEN
        low, high = percentiles if percentiles is not None and entry == _CHOSEN else _FIRST_SHOWN
        with QSignalBlocker(self._low), QSignalBlocker(self._high):
            self._bound(low, high)
            self._low.setValue(low)
            self._high.setValue(high)
        self._kind.setCurrentIndex(entry)
        self._shares.setVisible(entry == _CHOSEN)

    def _bound(self, low: float, high: float) -> None:
        """Black stays below white."""
        self._low.setMaximum(high - _STEP)
        self._high.setMinimum(low + _STEP)

    def _on_activated(self, entry: int) -> None:
        self._shares.setVisible(entry == _CHOSEN)
        self.changed.emit()

    def _on_share(self) -> None:
        self._bound(self._low.value(), self._high.value())
        self.changed.emit()


def _share_box(name: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(0.0, 100.0)
    box.setDecimals(1)
    box.setSingleStep(_STEP)
    box.setSuffix(" %")
    box.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    box.setAccessibleName(name)
    box.setKeyboardTracking(False)
    return box
