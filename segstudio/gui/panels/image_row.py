"""How one image is drawn in the image list."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPainterPath, QPalette, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from segstudio.domain.images import ImageRecord, ImageStatus
from segstudio.gui.icons import icon
from segstudio.gui.panels.image_model import ImageListModel

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 60
THUMBNAIL = QSize(64, 46)
RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight

STATUS_COLORS = {
    ImageStatus.NEW: "#8a94a1",
    ImageStatus.PRE_LABELLED: "#5b95f5",
    ImageStatus.CORRECTED: "#dda23c",
    ImageStatus.VERIFIED: "#35ad7d",
}
STATUS_WORDS = {
    ImageStatus.NEW: "New",
    ImageStatus.PRE_LABELLED: "Pre-labelled",
    ImageStatus.CORRECTED: "Corrected",
    ImageStatus.VERIFIED: "Verified",
}
UNREADABLE_COLOR, UNREADABLE_WORDS = "#e0645c", "Can't be read"


class ImageRowDelegate(QStyledItemDelegate):
    """Thumbnail, name, status, flag."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, ImageListModel):
            return
        record = model.record_at(index)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_ground(painter, option, is_open=record.id == model.open_id)
        frame = QRect(option.rect.left() + 14, option.rect.center().y() - 22, THUMBNAIL.width(), THUMBNAIL.height())
        self._paint_thumbnail(painter, frame, option.palette, model.thumbnail_at(index))
        is_unreadable = model.is_unreadable(record.id)
        color = UNREADABLE_COLOR if is_unreadable else STATUS_COLORS[record.status]
        words = UNREADABLE_WORDS if is_unreadable else STATUS_WORDS[record.status]
        self._paint_words(painter, option, record, frame.right() + 13, status=(color, words))
        painter.restore()

    @staticmethod
    def _paint_ground(painter: QPainter, option: QStyleOptionViewItem, *, is_open: bool) -> None:
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if not (is_open or is_hovered or is_selected):
            return
        # The program's palette: in the view's own a selection has no colour, since the rows draw it themselves.
        role = QPalette.ColorRole.Highlight if is_open or is_selected else QPalette.ColorRole.Midlight
        ground = QGuiApplication.palette().color(role)
        if is_open or is_selected:
            ground.setAlpha(52 if is_open else 28)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(option.rect.adjusted(6, 1, -6, -1)), 7, 7)

    @staticmethod
    def _paint_thumbnail(painter: QPainter, frame: QRect, palette: QPalette, pixmap: QPixmap | None) -> None:
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(frame), 5, 5)
        painter.fillPath(shape, palette.color(QPalette.ColorRole.Midlight))
        if pixmap is None or pixmap.isNull():
            return
        painter.save()
        painter.setClipPath(shape)
        scale = max(frame.width() / pixmap.width(), frame.height() / pixmap.height())
        width, height = pixmap.width() * scale, pixmap.height() * scale
        centre = QRectF(frame).center()
        target = QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height)
        painter.drawPixmap(target, pixmap, QRectF(pixmap.rect()))
        painter.restore()

    @staticmethod
    def _paint_words(
        painter: QPainter, option: QStyleOptionViewItem, record: ImageRecord, left: int, *, status: tuple[str, str]
    ) -> None:
        color, words = status
        right = option.rect.right() - 14
        middle = option.rect.center().y()
        metrics = option.fontMetrics
        name = metrics.elidedText(record.relative_path.name, Qt.TextElideMode.ElideMiddle, right - left)
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        painter.drawText(QRect(left, middle - 20, right - left, 20), Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(color))
        painter.drawEllipse(QRectF(left + 0.5, middle + 7, 8, 8))
        painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
        space = QRect(left + 15, middle + 1, right - left - 15 - (18 if record.is_flagged else 0), 20)
        room = space.width() - (34 if record.uncertainty is not None else 0)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(space, Qt.AlignmentFlag.AlignVCenter, shown)
        if record.uncertainty is not None:
            unsure = QRect(left, middle + 1, space.right() - left, 20)
            painter.drawText(unsure, RIGHT, f"{record.uncertainty:.0%}")
        if record.is_flagged:
            icon("flag", "#e3ad4b").paint(painter, QRect(right - 15, middle + 3, 15, 15))
