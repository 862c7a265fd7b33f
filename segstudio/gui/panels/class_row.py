"""How one class is drawn in the class list, and the model behind the rows."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.gui.icons import icon

if TYPE_CHECKING:
    from segstudio.gui.panels.class_list import ClassView

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 30
MARK = 15
MARK_STEP = 25
RIGHT_MARGIN = 12


class Spot(Enum):
    """The parts of a row that do something of their own."""

    NAME = "name"
    SOLO = "solo"
    EYE = "eye"
    LOCK = "lock"

    @classmethod
    def at(cls, x: int, rect: QRect) -> Spot:
        from_right = (rect.right() - RIGHT_MARGIN + (MARK_STEP - MARK) // 2 - x) // MARK_STEP
        return {0: cls.LOCK, 1: cls.EYE, 2: cls.SOLO}.get(from_right, cls.NAME)

    def rect(self, row: QRect) -> QRect:
        """Where this mark is drawn."""
        place = {Spot.LOCK: 0, Spot.EYE: 1, Spot.SOLO: 2}[self]
        left = row.right() - RIGHT_MARGIN - MARK - place * MARK_STEP
        return QRect(left, row.center().y() - MARK // 2, MARK, MARK)


class ClassListModel(QAbstractListModel):
    """The active classes with how they are shown; the delegate reads ``class_at``, ``view`` and ``share_of``."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._classes: tuple[ClassSpec, ...] = ()
        self._shares: Mapping[int, float] = {}
        self.view: ClassView | None = None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._classes)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        spec = self._classes[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return spec.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{spec.name}: label value {spec.id}"
        return None

    def class_at(self, index: Index) -> ClassSpec:
        return self._classes[index.row()]

    def index_of(self, class_id: int) -> QModelIndex:
        rows = [row for row, spec in enumerate(self._classes) if spec.id == class_id]
        return self.index(rows[0]) if rows else QModelIndex()

    def share_of(self, class_id: int) -> float | None:
        return self._shares.get(class_id)

    def show_classes(self, label_set: LabelSet) -> None:
        self.beginResetModel()
        self._classes = label_set.active
        self.endResetModel()

    def show_view(self, view: ClassView) -> None:
        self.view = view
        self._redraw()

    def show_shares(self, shares: Mapping[int, float]) -> None:
        self._shares = dict(shares)
        self._redraw()

    def _redraw(self) -> None:
        if self._classes:
            self.dataChanged.emit(self.index(0), self.index(len(self._classes) - 1))


class ClassRowDelegate(QStyledItemDelegate):
    """Swatch, name, key, share, and at the right the marks for alone, visible and locked."""

    spot_clicked = Signal(int, object)
    """The class's id, the ``Spot``."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(180, ROW_HEIGHT)

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        is_click = event.type() == QEvent.Type.MouseButtonRelease
        if is_click and isinstance(event, QMouseEvent) and isinstance(model, ClassListModel):
            spot = Spot.at(event.position().toPoint().x(), option.rect)
            self.spot_clicked.emit(model.class_at(index).id, spot)
            return True
        return super().editorEvent(event, model, option, index)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, ClassListModel) or model.view is None:
            return
        spec, view = model.class_at(index), model.view
        row: QRect = option.rect
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, is_active=spec.id == view.active, is_hovered=is_hovered)
        painter.setOpacity(0.45 if view.hides(spec.id) else 1.0)
        self._paint_swatch(painter, row, spec)
        share = model.share_of(spec.id)
        self._paint_words(painter, option, spec, _key_of(index.row()), _keys_width(option, model.rowCount()), share)
        self._paint_marks(painter, row, spec, view, is_hovered=is_hovered)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, *, is_active: bool, is_hovered: bool
    ) -> None:
        if not (is_active or is_hovered):
            return
        palette = option.palette
        ground = palette.color(QPalette.ColorRole.Highlight if is_active else QPalette.ColorRole.Midlight)
        if is_active:
            ground.setAlpha(52)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(option.rect.adjusted(6, 1, -6, -1)), 6, 6)
        if is_active:
            painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
            painter.drawRoundedRect(
                QRectF(option.rect.left() + 6, option.rect.top() + 6, 3, ROW_HEIGHT - 12), 1.5, 1.5
            )

    @staticmethod
    def _paint_swatch(painter: QPainter, row: QRect, spec: ClassSpec) -> None:
        painter.setPen(QColor(0, 0, 0, 70))
        painter.setBrush(QColor(*spec.color))
        painter.drawRoundedRect(QRectF(row.left() + 16.5, row.center().y() - 6.5, 14, 14), 4, 4)

    @staticmethod
    def _paint_words(
        painter: QPainter,
        option: QStyleOptionViewItem,
        spec: ClassSpec,
        key: str,
        keys_width: int,
        share: float | None,
    ) -> None:
        row: QRect = option.rect
        right = Spot.SOLO.rect(row).left() - 8
        metrics = option.fontMetrics
        muted = option.palette.color(QPalette.ColorRole.PlaceholderText)
        painter.setPen(muted)
        painter.drawText(
            QRect(row.left() + 38, row.top(), keys_width, ROW_HEIGHT), Qt.AlignmentFlag.AlignVCenter, key
        )
        words = "" if share is None else _percent(share)
        width = metrics.horizontalAdvance(words)
        painter.drawText(QRect(right - width, row.top(), width, ROW_HEIGHT), Qt.AlignmentFlag.AlignVCenter, words)
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        left = row.left() + 38 + keys_width + 8
        space = QRect(left, row.top(), right - width - 8 - left, ROW_HEIGHT)
        name = metrics.elidedText(spec.name, Qt.TextElideMode.ElideMiddle, space.width())
        painter.drawText(space, Qt.AlignmentFlag.AlignVCenter, name)

    @staticmethod
    def _paint_marks(painter: QPainter, row: QRect, spec: ClassSpec, view: ClassView, *, is_hovered: bool) -> None:
        is_locked, is_solo = spec.id in view.locked, view.solo == spec.id
        is_hidden = view.hides(spec.id)
        for spot, name, is_set in (
            (Spot.SOLO, "solo", is_solo),
            (Spot.EYE, "eye-off" if is_hidden else "eye", is_hidden),
            (Spot.LOCK, "lock" if is_locked else "unlock", is_locked),
        ):
            if is_hovered or is_set:
                painter.setOpacity(1.0 if is_set else 0.6)
                icon(name).paint(painter, spot.rect(row))


def _key_of(number: int) -> str:
    """The key that chooses class ``number`` of the list, counted from 0: 1 to 9 and 0, then the same with Shift."""
    if number >= 20:
        return ""
    digit = str((number + 1) % 10)
    return digit if number < 10 else f"⇧{digit}"


def _keys_width(option: QStyleOptionViewItem, classes: int) -> int:
    return option.fontMetrics.horizontalAdvance("⇧0" if classes > 10 else "0")


def _percent(share: float) -> str:
    return "<0.1 %" if 0 < share < 0.001 else f"{share * 100:.1f} %"
