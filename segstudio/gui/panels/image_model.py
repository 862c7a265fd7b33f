"""The images as rows for a Qt view: 100,000 of them cost nothing until they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QPixmap

from segstudio.domain.images import ImageId, ImageRecord
from segstudio.gui.panels.image_filter import ImageFilter, matching_rows
from segstudio.store.image_table import ImageTable

Index = QModelIndex | QPersistentModelIndex


class ImageListModel(QAbstractListModel):
    """Rows after filter and order. ``thumbnail_of`` answers at once: a pixmap, or None while it is fetched."""

    def __init__(
        self, thumbnail_of: Callable[[ImageRecord], QPixmap | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._thumbnail_of = thumbnail_of
        self._table: ImageTable | None = None
        self._rows = np.empty(0, np.int64)
        self._shown_at = np.empty(0, np.int64)
        self._filter = ImageFilter()
        self.open_id: ImageId | None = None

    @property
    def filter(self) -> ImageFilter:
        return self._filter

    @property
    def total(self) -> int:
        return 0 if self._table is None else len(self._table)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.record_at(index).relative_path.name
        if role == Qt.ItemDataRole.ToolTipRole:
            record = self.record_at(index)
            size = f"{record.width} × {record.height} pixels" if record.width else ""
            return "\n".join(part for part in (str(record.relative_path), size, record.note) if part)
        return None

    def record_at(self, index: Index) -> ImageRecord:
        return self._record(index.row())

    def thumbnail_at(self, index: Index) -> QPixmap | None:
        return self._thumbnail_of(self.record_at(index))

    def index_of(self, image_id: ImageId) -> QModelIndex:
        """Invalid where the filter keeps it out."""
        place = None if self._table is None else self._table.rows.get(image_id)
        shown = -1 if place is None else int(self._shown_at[place])
        return QModelIndex() if shown < 0 else self.index(shown)

    def show_table(self, table: ImageTable | None) -> None:
        self._table = table
        self._refilter()

    def use_filter(self, wanted: ImageFilter) -> None:
        self._filter = wanted
        self._refilter()

    def show_open(self, image_id: ImageId | None) -> None:
        before, self.open_id = self.open_id, image_id
        self.redraw(changed for changed in (before, image_id) if changed is not None)

    def redraw(self, image_ids: Iterable[ImageId]) -> None:
        """Their rows say something else; they stay where they are, so that an accepted image doesn't jump away."""
        for image_id in image_ids:
            index = self.index_of(image_id)
            if index.isValid():
                self.dataChanged.emit(index, index)

    def neighbour(self, step: int, wanted: Callable[[ImageRecord], bool] = lambda _record: True) -> ImageId | None:
        """The next shown image from the open one in steps of ``step``, 1 or -1, that is wanted."""
        here = QModelIndex() if self.open_id is None else self.index_of(self.open_id)
        row = here.row() if here.isValid() else (-1 if step > 0 else len(self._rows))
        while 0 <= (row := row + step) < len(self._rows):
            record = self._record(row)
            if wanted(record):
                return record.id
        return None

    @property
    def shown_ids(self) -> tuple[ImageId, ...]:
        return () if self._table is None else tuple(ImageId(i) for i in self._table.ids[self._rows].tolist())

    def _record(self, row: int) -> ImageRecord:
        if self._table is None:
            raise IndexError(row)
        return self._table.record(int(self._rows[row]))

    def _refilter(self) -> None:
        self.beginResetModel()
        if self._table is None:
            self._rows = self._shown_at = np.empty(0, np.int64)
        else:
            self._rows = matching_rows(self._table, self._filter)
            self._shown_at = np.full(len(self._table), -1, np.int64)
            self._shown_at[self._rows] = np.arange(len(self._rows))
        self.endResetModel()
