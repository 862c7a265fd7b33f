"""What each image cost a person, as small bars in the order of work, and what is left."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from segstudio.gui.panels.durations import duration
from segstudio.services.effort import EffortReport, Forecast, ImageEffort

HEIGHT = 96
HEADROOM = 16
FOOT = 4
MOST_BARS = 60
LARGEST_OVERSHOOT = 1.25
WITH_MODEL = "#4cbf91"
WITHOUT_MODEL = "#8a93a3"
EXPECTED = "#5b95f5"


class EffortChart(QWidget):
    """Actions (strokes and class changes) of each finished sitting; at the right what the next image is expected to
    cost, with its error bar. Green bars began with a model's pre-label, grey ones without."""

    def __init__(self) -> None:
        super().__init__()
        self._images: tuple[ImageEffort, ...] = ()
        self._forecast: Forecast | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Actions for each image, in the order of work")

    @property
    def heights(self) -> tuple[int, ...]:
        """What the bars show, from left to right."""
        return tuple(image.actions for image in self._images)

    def words_of(self, number: int) -> str:
        """What the bar of that number says, counted from the left; empty where there is none."""
        if 0 <= number < len(self._images):
            return _image_words(self._images[number])
        forecast = self._forecast
        is_expected = number == len(self._images) and forecast is not None and forecast.images_left > 0
        return _next_words(forecast) if forecast is not None and is_expected else ""

    def show_report(self, report: EffortReport) -> None:
        self._images = report.images[-MOST_BARS:]
        self._forecast = report.forecast
        self.setAccessibleDescription(", ".join(str(number) for number in self.heights))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            muted = self.palette().color(QPalette.ColorRole.PlaceholderText)
            painter.setPen(muted)
            top = "1 action" if self._top() == 1 else f"{self._top()} actions"
            painter.drawText(QRectF(0, 0, self.width(), HEADROOM), Qt.AlignmentFlag.AlignLeft, top)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))
            painter.drawLine(0, self._base(), self.width(), self._base())
            painter.setPen(Qt.PenStyle.NoPen)
            for number, image in enumerate(self._images):
                painter.setBrush(QColor(WITH_MODEL if image.model else WITHOUT_MODEL))
                painter.drawRoundedRect(self._bar(number, image.actions), 2, 2)
            self._paint_expected(painter)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            number = int(event.pos().x() / max(1e-6, self._step()))
            QToolTip.showText(event.globalPos(), self.words_of(number), self)
            return True
        return super().event(event)

    def _paint_expected(self, painter: QPainter) -> None:
        forecast = self._forecast
        if forecast is None or not forecast.images_left:
            return
        bar = self._bar(len(self._images), forecast.next_actions)
        fill = QColor(EXPECTED)
        fill.setAlpha(90)
        painter.setBrush(fill)
        painter.drawRoundedRect(bar, 2, 2)
        if forecast.next_actions_error is None:
            return
        painter.setPen(QPen(QColor(EXPECTED), 1.5))
        low = self._height_of(max(0.0, forecast.next_actions - forecast.next_actions_error))
        high = self._height_of(forecast.next_actions + forecast.next_actions_error)
        middle = bar.center().x()
        painter.drawLine(QPointF(middle, low), QPointF(middle, high))
        for height in (low, high):
            painter.drawLine(QPointF(middle - 3, height), QPointF(middle + 3, height))

    def _top(self) -> int:
        """Of the scale; an error bar that would dwarf the images runs out of it."""
        forecast = self._forecast
        tallest = float(max(self.heights, default=1))
        if forecast is not None and forecast.images_left:
            tallest = max(tallest, forecast.next_actions)
            high = forecast.next_actions + (forecast.next_actions_error or 0.0)
            tallest = max(tallest, min(high, LARGEST_OVERSHOOT * tallest))
        return max(1, round(tallest))

    def _base(self) -> int:
        return self.height() - FOOT

    def _step(self) -> float:
        return min(26.0, self.width() / max(1, len(self._images) + 1))

    def _height_of(self, actions: float) -> float:
        return self._base() - (self._base() - HEADROOM) * min(1.0, actions / self._top())

    def _bar(self, number: int, actions: float) -> QRectF:
        step, top = self._step(), min(self._height_of(actions), self._base() - 2.0)
        return QRectF(number * step + 1, top, max(2.0, step - 3), self._base() - top)


def _image_words(image: ImageEffort) -> str:
    began = f"pre-labelled by {image.model}" if image.model else "without a pre-label"
    return f"{image.path}: {image.actions} actions, {duration(image.active_seconds)}, {began}"


def _next_words(forecast: Forecast) -> str:
    error = forecast.next_actions_error
    more = "" if error is None else f" ± {error:.0f} (19 times of 20)"
    return f"The next image: about {forecast.next_actions:.0f} actions{more}, going by {forecast.based_on} finished"


def forecast_words(forecast: Forecast | None) -> str:
    """What is left, in a sentence."""
    if forecast is None:
        return "What is left can be estimated after the first finished image."
    error = "" if forecast.seconds_error is None else f" ± {duration(forecast.seconds_error)}"
    images = f"{forecast.images_left:,} image{'' if forecast.images_left == 1 else 's'}"
    return f"{images} left: about {duration(forecast.seconds)}{error}, going by {forecast.based_on} finished."
