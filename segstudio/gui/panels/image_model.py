"""The images as rows for a Qt view: 100,000 of them cost nothing until they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QPixmap

from segstudio.domain.images import ImageId, ImageRecord
from segstudio.store.image_table import Records

Index = QModelIndex | QPersistentModelIndex


class ImageListModel(QAbstractListModel):
    """What was selected, in order. ``thumbnail_of`` answers at once: a pixmap, or None while it is fetched."""

    def __init__(
        self, thumbnail_of: Callable[[ImageRecord], QPixmap | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._thumbnail_of = thumbnail_of
        self._records: Records | None = None
        self._shown_at = np.empty(0, np.int64)
        self._faults: dict[ImageId, str] = {}
        self.open_id: ImageId | None = None

    @property
    def total(self) -> int:
        """How many there are, shown or not."""
        return 0 if self._records is None else len(self._records.table)

    def rowCount(self, parent: Index | None = None) -> int:
        if self._records is None or (parent is not None and parent.isValid()):
            return 0
        return len(self._records)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.record_at(index).relative_path.name
        if role == Qt.ItemDataRole.ToolTipRole:
            record = self.record_at(index)
            size = f"{record.width} × {record.height} pixels" if record.width else ""
            doubt = "" if record.uncertainty is None else f"The model is {record.uncertainty:.0%} unsure of it"
            fault = self._faults.get(record.id, "")
            return "\n".join(part for part in (str(record.relative_path), size, doubt, record.note, fault) if part)
        return None

    def record_at(self, index: Index) -> ImageRecord:
        return self._record(index.row())

    def thumbnail_at(self, index: Index) -> QPixmap | None:
        return self._thumbnail_of(self.record_at(index))

    def index_of(self, image_id: ImageId) -> QModelIndex:
        """Invalid where it isn't among the selected."""
        place = None if self._records is None else self._records.table.rows.get(image_id)
        shown = -1 if place is None else int(self._shown_at[place])
        return QModelIndex() if shown < 0 else self.index(shown)

    def show_records(self, records: Records | None) -> None:
        self.beginResetModel()
        self._records = records
        if records is not None:
            self._shown_at = np.full(len(records.table), -1, np.int64)
            self._shown_at[np.asarray(records.rows, np.int64)] = np.arange(len(records))
        self.endResetModel()

    def show_open(self, image_id: ImageId | None) -> None:
        before, self.open_id = self.open_id, image_id
        self.redraw(changed for changed in (before, image_id) if changed is not None)

    def show_fault(self, image_id: ImageId, sentence: str) -> None:
        """The image can't be read; an empty ``sentence``: it can."""
        if sentence:
            self._faults[image_id] = sentence
        elif self._faults.pop(image_id, None) is None:
            return
        self.redraw([image_id])

    def forget_faults(self) -> None:
        self._faults.clear()

    def is_unreadable(self, image_id: ImageId) -> bool:
        return image_id in self._faults

    def redraw(self, image_ids: Iterable[ImageId]) -> None:
        """Their rows say something else; they stay where they are, so that an accepted image doesn't jump away."""
        for image_id in image_ids:
            index = self.index_of(image_id)
            if index.isValid():
                self.dataChanged.emit(index, index)

    def neighbour(
        self,
        step: int,
        wanted: Callable[[ImageRecord], bool] = lambda _record: True,
        *,
        start: ImageId | None = None,
    ) -> ImageId | None:
        """The next shown image from ``start``, or the open one, in steps of ``step``, 1 or -1, that is wanted."""
        start = self.open_id if start is None else start
        here = QModelIndex() if start is None else self.index_of(start)
        row = here.row() if here.isValid() else (-1 if step > 0 else self.rowCount())
        while 0 <= (row := row + step) < self.rowCount():
            record = self._record(row)
            if wanted(record):
                return record.id
        return None

    @property
    def shown_ids(self) -> tuple[ImageId, ...]:
        if self._records is None:
            return ()
        rows = np.asarray(self._records.rows, np.int64)
        return tuple(ImageId(image_id) for image_id in self._records.table.ids[rows].tolist())

    def _record(self, row: int) -> ImageRecord:
        if self._records is None:
            raise IndexError(row)
        return self._records[row]
