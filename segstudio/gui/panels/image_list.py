"""The images of the project: thumbnails, search, filter, order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton

from segstudio.domain.classes import LabelSet
from segstudio.domain.images import ImageId, ImageRecord
from segstudio.gui.icons import icon
from segstudio.gui.panels.image_filter import ImageFilterCard
from segstudio.gui.panels.image_menu import image_menu
from segstudio.gui.panels.image_model import ImageListModel
from segstudio.gui.panels.image_order import ImageOrderMenu
from segstudio.gui.panels.image_view import ImageView
from segstudio.gui.panels.search_line import SearchLine
from segstudio.gui.parts import column, icon_button, row, text_label
from segstudio.services.project_index import EVERYTHING, ImageFilter, SortKey
from segstudio.store.image_table import Records

FILTERING = "#5b95f5"


@dataclass(frozen=True, slots=True)
class ImageQuery:
    """What the list should show, and in which order."""

    filter: ImageFilter = EVERYTHING
    sort: SortKey = SortKey.NAME
    is_descending: bool = False


class ImageListPanel(QFrame):
    """Emits ``image_chosen`` with the id of a clicked image."""

    image_chosen = Signal(int)
    status_asked = Signal(object, object)
    """Ids, the status they should get; likewise the next two."""
    split_asked = Signal(object, object)
    flag_asked = Signal(object, bool)
    batch_undo_asked = Signal(object)
    query_changed = Signal()

    def __init__(self, thumbnail_of: Callable[[ImageRecord], QPixmap | None]) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.setMinimumWidth(190)
        self.model = ImageListModel(thumbnail_of, self)
        self._query = ImageQuery()
        self.card = ImageFilterCard(self)
        self.card.filter_changed.connect(self._use_card)
        self.card.show_all.clicked.connect(self.show_all)
        self.order = ImageOrderMenu(self)
        self.order.order_changed.connect(self._use_order)
        self.search = SearchLine("Search names and notes")
        self.search.text_settled.connect(self._use_text)
        layout = column(self, spacing=6)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.addLayout(self._header())
        around = row()
        around.setContentsMargins(10, 0, 10, 2)
        around.addWidget(self.search)
        layout.addLayout(around)
        self.view = ImageView(self.model)
        self.view.customContextMenuRequested.connect(self._on_context_menu)
        self.view.clicked.connect(self._on_clicked)
        layout.addWidget(self.view, 1)

    def _header(self) -> QHBoxLayout:
        header = row(spacing=2)
        header.setContentsMargins(14, 0, 8, 0)
        header.addWidget(text_label("Images", "heading"))
        self._count = text_label("", "small")
        header.addSpacing(6)
        header.addWidget(self._count)
        header.addStretch(1)
        self._filter_button = icon_button("filter", "Filter the list", side=16)
        self._filter_button.clicked.connect(lambda: self.card.open_below(self._filter_button))
        self._order_button = icon_button("sort", "Order the list", side=16)
        self._order_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._order_button.setMenu(self.order)
        for button in (self._filter_button, self._order_button):
            header.addWidget(button)
        return header

    def show_records(self, records: Records | None) -> None:
        """What was selected for ``query``."""
        self.model.show_records(records)
        shown, total = self.model.rowCount(), self.model.total
        self._count.setText(f"{total:,}" if shown == total else f"{shown:,} of {total:,}")

    def show_classes(self, label_set: LabelSet) -> None:
        """What can be filtered by."""
        self.card.show_classes(label_set)

    def show_open(self, image_id: ImageId | None) -> None:
        self.model.show_open(image_id)
        if image_id is not None and (index := self.model.index_of(image_id)).isValid():
            self.view.show_row(index)

    @property
    def query(self) -> ImageQuery:
        return self._query

    def use_query(self, query: ImageQuery) -> None:
        """Asks for another selection."""
        self._query = query
        self._filter_button.setIcon(icon("filter", None if query.filter == EVERYTHING else FILTERING))
        self.query_changed.emit()

    def show_all(self) -> None:
        """No filter and no search any more."""
        self.search.clear()
        self.card.clear()
        if self._query.filter != EVERYTHING:
            self.use_query(replace(self._query, filter=EVERYTHING))

    def show_only(self, image_ids: frozenset[ImageId]) -> None:
        """These images and no other, until something else is asked for."""
        self.use_query(replace(self._query, filter=ImageFilter(only=image_ids)))

    @property
    def selected_ids(self) -> tuple[ImageId, ...]:
        return tuple(self.model.record_at(index).id for index in self.view.selectionModel().selectedIndexes())

    def _on_clicked(self, index: QModelIndex) -> None:
        self.image_chosen.emit(self.model.record_at(index).id)

    def _on_context_menu(self) -> None:
        ids = self.selected_ids
        if not ids:
            return
        menu = image_menu(
            self,
            set_status=lambda status: self.status_asked.emit(ids, status),
            set_split=lambda split: self.split_asked.emit(ids, split),
            set_flag=lambda is_flagged: self.flag_asked.emit(ids, is_flagged),
            undo_batch=lambda: self.batch_undo_asked.emit(ids),
        )
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.cursor().pos())

    def _use_text(self, text: str) -> None:
        self.use_query(replace(self._query, filter=replace(self._query.filter, text=text)))

    def _use_card(self, wanted: ImageFilter) -> None:
        kept = self._query.filter.only
        self.use_query(replace(self._query, filter=replace(wanted, text=self.search.text(), only=kept)))

    def _use_order(self, sort: SortKey, is_descending: bool) -> None:  # noqa: FBT001  # a slot
        self.use_query(replace(self._query, sort=sort, is_descending=is_descending))
