"""The candidate beside the current model, class by class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from segstudio.domain.model_info import Scores

LINE_HEIGHT = 26
BETTER = "#35ad7d"
WORSE = "#e0626b"
NOTABLE = 0.005


@dataclass(frozen=True, slots=True)
class ComparedClass:
    """IoU of one class by both models, fractions of 1; None where the class doesn't occur."""

    name: str
    before: float | None
    after: float | None

    @property
    def gain(self) -> float | None:
        return None if self.before is None or self.after is None else self.after - self.before


def compared(before: Scores, after: Scores) -> tuple[ComparedClass, ...]:
    """The mean first, then each class that either model met, the greatest loss on top."""
    names = dict.fromkeys((*after.class_iou, *before.class_iou))
    lines = [_line(name, before.class_iou, after.class_iou) for name in names]
    lines.sort(key=lambda line: line.gain if line.gain is not None else 2.0)
    return (ComparedClass("Mean", before.mean_iou, after.mean_iou), *lines)


def _line(name: str, before: Mapping[str, float], after: Mapping[str, float]) -> ComparedClass:
    return ComparedClass(name, before.get(name), after.get(name))


class ComparisonTable(QWidget):
    """One line a class: name, both IoUs, and a bar from the middle for gain (right) or loss (left)."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[ComparedClass, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_lines(self, lines: tuple[ComparedClass, ...]) -> None:
        self._lines = lines
        words = [f"{line.name}: {_percent(line.before)} before, {_percent(line.after)} after" for line in lines]
        self.setAccessibleDescription("; ".join(words))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, LINE_HEIGHT * (len(self._lines) + 1))

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_header(painter)
            for number, line in enumerate(self._lines):
                self._paint_line(painter, LINE_HEIGHT * (number + 1), line, is_mean=number == 0)

    def _columns(self) -> tuple[int, int, int]:
        """Where the numbers before, the numbers after and the bars begin."""
        bars = self.width() - min(96, self.width() // 4)
        return bars - 104, bars - 54, bars

    def _paint_header(self, painter: QPainter) -> None:
        before, after, bars = self._columns()
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        for left, width, words in ((before, 48, "now"), (after, 48, "new"), (bars, self.width() - bars, "change")):
            painter.drawText(QRectF(left, 0, width, LINE_HEIGHT), Qt.AlignmentFlag.AlignCenter, words)

    def _paint_line(self, painter: QPainter, top: int, line: ComparedClass, *, is_mean: bool) -> None:
        before, after, bars = self._columns()
        font = painter.font()
        font.setBold(is_mean)
        painter.setFont(font)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        metrics = painter.fontMetrics()
        name = metrics.elidedText(line.name, Qt.TextElideMode.ElideRight, before - 6)
        painter.drawText(QRectF(0, top, before - 4, LINE_HEIGHT), Qt.AlignmentFlag.AlignVCenter, name)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(before, top, 46, LINE_HEIGHT), right, _percent(line.before))
        painter.drawText(QRectF(after, top, 46, LINE_HEIGHT), right, _percent(line.after))
        self._paint_bar(painter, top, bars + 10, line.gain)

    def _paint_bar(self, painter: QPainter, top: int, left: int, gain: float | None) -> None:
        room = self.width() - left - 4
        middle = left + room / 2
        painter.fillRect(QRectF(middle, top + 5, 1, LINE_HEIGHT - 10), self.palette().color(QPalette.ColorRole.Mid))
        if gain is None or abs(gain) < NOTABLE:
            return
        length = min(abs(gain) / 0.2, 1.0) * room / 2
        start = middle if gain > 0 else middle - length
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(BETTER if gain > 0 else WORSE))
        painter.drawRoundedRect(QRectF(start, top + 8, length, LINE_HEIGHT - 16), 3, 3)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.1f}"
