"""The images of the project: thumbnails, search, filter, order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QActionGroup, QKeyEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QListView, QMenu, QToolButton

from segstudio.domain.images import ImageId, ImageRecord, ImageStatus, Split
from segstudio.gui.icons import icon
from segstudio.gui.panels.image_model import ImageListModel
from segstudio.gui.panels.image_row import STATUS_WORDS, ImageRowDelegate
from segstudio.gui.parts import column, icon_button, row, text_label
from segstudio.services.project_index import EVERYTHING, ImageFilter, SortKey
from segstudio.store.image_table import Records

TYPING_PAUSE_MS = 120
ORDERS = (
    ("Name", SortKey.NAME, False),
    ("Status", SortKey.STATUS, False),
    ("Most uncertain first", SortKey.UNCERTAINTY, True),
    ("Labelled last first", SortKey.DATE, True),
    ("Flagged first", SortKey.FLAG, False),
    ("Split", SortKey.SPLIT, False),
)


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
    """Ids, the status they should get."""
    query_changed = Signal()

    def __init__(self, thumbnail_of: Callable[[ImageRecord], QPixmap | None]) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.setMinimumWidth(190)
        self.model = ImageListModel(thumbnail_of, self)
        self._query = ImageQuery()
        layout = column(self, spacing=6)
        layout.setContentsMargins(0, 10, 0, 0)
        header = row(spacing=2)
        header.setContentsMargins(14, 0, 8, 0)
        header.addWidget(text_label("Images", "heading"))
        self._count = text_label("", "small")
        header.addSpacing(6)
        header.addWidget(self._count)
        header.addStretch(1)
        self._filter_button = icon_button("filter", "Filter the list", side=16)
        self._order_button = icon_button("sort", "Order the list", side=16)
        for button in (self._filter_button, self._order_button):
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            header.addWidget(button)
        layout.addLayout(header)
        self._search = _SearchLine()
        self._search.setPlaceholderText("Search names and notes")
        self._search.setClearButtonEnabled(True)
        self._search.addAction(icon("search", "#7b8592"), QLineEdit.ActionPosition.LeadingPosition)
        around = row()
        around.setContentsMargins(10, 0, 10, 2)
        around.addWidget(self._search)
        layout.addLayout(around)
        self.view = self._list_view()
        layout.addWidget(self.view, 1)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_PAUSE_MS)
        self._typing.timeout.connect(self._use_text)
        self._search.textChanged.connect(lambda _text: self._typing.start())
        self._filter_button.setMenu(self._filter_menu())
        self._order_button.setMenu(self._order_menu())

    def show_records(self, records: Records | None) -> None:
        """What was selected for ``query``."""
        self.model.show_records(records)
        shown, total = self.model.rowCount(), self.model.total
        self._count.setText(f"{total:,}" if shown == total else f"{shown:,} of {total:,}")

    def show_open(self, image_id: ImageId | None) -> None:
        self.model.show_open(image_id)
        if image_id is not None and (index := self.model.index_of(image_id)).isValid():
            self.view.scrollTo(index)

    @property
    def query(self) -> ImageQuery:
        return self._query

    def use_query(self, query: ImageQuery) -> None:
        """Asks for another selection."""
        self._query = query
        self._filter_button.setIcon(icon("filter", None if query.filter == EVERYTHING else "#5b95f5"))
        self.query_changed.emit()

    @property
    def selected_ids(self) -> tuple[ImageId, ...]:
        return tuple(self.model.record_at(index).id for index in self.view.selectionModel().selectedIndexes())

    def _list_view(self) -> QListView:
        view = QListView()
        view.setProperty("kind", "plain")
        view.setModel(self.model)
        view.setItemDelegate(ImageRowDelegate(view))
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setIconSize(QSize(64, 44))
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._on_context_menu)
        view.clicked.connect(self._on_clicked)
        view.setAccessibleName("Images of the project")
        return view

    def _on_clicked(self, index: QModelIndex) -> None:
        self.image_chosen.emit(self.model.record_at(index).id)

    def _on_context_menu(self) -> None:
        ids = self.selected_ids
        if not ids:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for status in (ImageStatus.VERIFIED, ImageStatus.CORRECTED, ImageStatus.PRE_LABELLED, ImageStatus.NEW):
            action = menu.addAction(f"Mark as {STATUS_WORDS[status].lower()}")
            action.triggered.connect(lambda _checked=False, s=status: self.status_asked.emit(ids, s))
        menu.popup(self.cursor().pos())

    def _use_text(self) -> None:
        self._use(text=self._search.text())

    def _filter_menu(self) -> QMenu:
        menu = QMenu(self)
        for status in ImageStatus:
            action = menu.addAction(STATUS_WORDS[status])
            action.setCheckable(True)
            action.toggled.connect(lambda _on, s=status: self._toggle_status(s))
        menu.addSeparator()
        for split in (Split.TRAIN, Split.VALIDATION, Split.TEST):
            action = menu.addAction(f"For {split.value}" if split is not Split.TRAIN else "For training")
            action.setCheckable(True)
            action.toggled.connect(lambda _on, s=split: self._toggle_split(s))
        menu.addSeparator()
        flagged = menu.addAction(icon("flag"), "Flagged only")
        flagged.setCheckable(True)
        flagged.toggled.connect(lambda on: self._use(is_flagged=True if on else None))
        menu.addSeparator()
        menu.addAction("Show all").triggered.connect(lambda: self._show_all(menu))
        return menu

    def _order_menu(self) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for words, sort, is_descending in ORDERS:
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(sort is SortKey.NAME)
            group.addAction(action)
            query = partial(self._order_by, sort, is_descending=is_descending)
            action.triggered.connect(lambda _checked=False, use=query: use())
        return menu

    def _toggle_status(self, status: ImageStatus) -> None:
        self._use(statuses=self._query.filter.statuses ^ {status})

    def _toggle_split(self, split: Split) -> None:
        self._use(splits=self._query.filter.splits ^ {split})

    def _use(self, **changes: object) -> None:
        wanted = replace(self._query.filter, **changes)  # type: ignore[arg-type]  # fields of the filter
        self.use_query(replace(self._query, filter=wanted))

    def _order_by(self, sort: SortKey, *, is_descending: bool) -> None:
        self.use_query(replace(self._query, sort=sort, is_descending=is_descending))

    def _show_all(self, menu: QMenu) -> None:
        for action in menu.actions():
            action.setChecked(False)
        self._search.clear()
        self.use_query(replace(self._query, filter=EVERYTHING))


class _SearchLine(QLineEdit):
    """Keeps Enter, so that it isn't taken for "accept the image"."""

    def event(self, event: QEvent) -> bool:
        kept = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Left, Qt.Key.Key_Right)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in kept:
            event.accept()
            return True
        return super().event(event)
