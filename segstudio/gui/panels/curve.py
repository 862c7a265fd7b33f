"""A small curve over whole numbers, such as the epochs of a run: title, newest value, line, and a mark."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

HEIGHT = 116
HEAD = 20
FOOT = 16
SIDE = 44
DOT = 2.5
LEAST_SPAN = 1e-3

Point = tuple[int, float]


class Curve(QWidget):
    """Painted here, without a plotting library: making one of its plots held the window up for 0.05 s and more."""

    def __init__(self, title: str, color: str, *, digits: int) -> None:
        """``digits``: how many are shown after the point."""
        super().__init__()
        self._title = title
        self._color = QColor(color)
        self._digits = digits
        self._points: tuple[Point, ...] = ()
        self._end = 1
        self._mark: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)

    @property
    def values(self) -> tuple[float, ...]:
        return tuple(value for _place, value in self._points)

    def show_points(self, points: Sequence[Point], *, end: int, mark: int | None = None) -> None:
        """From place 1 to ``end``; ``mark`` is the place of the best."""
        self._points, self._end, self._mark = tuple(points), max(2, end), mark
        self.setAccessibleDescription(", ".join(self._words(value) for value in self.values))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_words(painter)
            if self._points:
                self._paint_line(painter)

    def place_of(self, point: Point) -> QPointF:
        """Where in the widget it is drawn."""
        low, high = self._range()
        room = self._room()
        across = (point[0] - 1) / (self._end - 1)
        return QPointF(
            room.left() + across * room.width(), room.bottom() - (point[1] - low) / (high - low) * room.height()
        )

    def _paint_words(self, painter: QPainter) -> None:
        room, line = self._room(), self._line_color()
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(QRectF(0, 0, self.width(), HEAD), Qt.AlignmentFlag.AlignLeft, self._title)
        foot = QRectF(room.left(), room.bottom() + 2, room.width(), FOOT)
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, "1")
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, f"epoch {self._end}")
        if self._points:
            newest = self._words(self._points[-1][1])
            painter.drawText(QRectF(0, 0, self.width(), HEAD), Qt.AlignmentFlag.AlignRight, newest)
            for value in self._range():
                middle = self.place_of((1, value)).y()
                label = QRectF(0, middle - 8, SIDE - 8, 16)
                painter.drawText(
                    label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._words(value)
                )
        painter.setPen(QPen(line, 1))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        painter.drawLine(room.topLeft(), room.bottomLeft())

    def _paint_line(self, painter: QPainter) -> None:
        places = [self.place_of(point) for point in self._points]
        if self._mark is not None:
            painter.setPen(QPen(self._color, 1, Qt.PenStyle.DashLine))
            across = self.place_of((self._mark, self._points[0][1])).x()
            painter.drawLine(QPointF(across, self._room().top()), QPointF(across, self._room().bottom()))
        painter.setPen(QPen(self._color, 2))
        painter.drawPolyline(QPolygonF(places))
        painter.setBrush(self._color)
        painter.setPen(Qt.PenStyle.NoPen)
        for place in places:
            painter.drawEllipse(place, DOT, DOT)

    def _room(self) -> QRectF:
        """Where the line is drawn."""
        return QRectF(SIDE, HEAD + 6, max(10, self.width() - SIDE - 6), self.height() - HEAD - FOOT - 8)

    def _range(self) -> tuple[float, float]:
        low, high = min(self.values), max(self.values)
        if high - low < LEAST_SPAN:
            spread = max(LEAST_SPAN, 0.05 * abs(high))
            return low - spread, high + spread
        return low, high

    def _line_color(self) -> QColor:
        return self.palette().color(QPalette.ColorRole.Mid)

    def _words(self, value: float) -> str:
        return f"{value:.{self._digits}f}"
