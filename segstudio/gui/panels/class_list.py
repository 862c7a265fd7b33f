"""The classes: colour, name, key, share; which one is active, hidden, alone or locked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QListView

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import LabelSet
from segstudio.gui.panels.class_menu import ClassMenu
from segstudio.gui.panels.class_row import ClassListModel, ClassRowDelegate, Spot
from segstudio.gui.panels.ignore_row import ignore_row
from segstudio.gui.parts import column, icon_button, row, text_label


@dataclass(frozen=True, slots=True)
class ClassView:
    """How the classes are shown and guarded; ``solo`` hides all the others. ``active`` may be ``IGNORE``."""

    active: int | None = None
    hidden: frozenset[int] = frozenset()
    solo: int | None = None
    locked: frozenset[int] = frozenset()

    def hides(self, class_id: int) -> bool:
        if self.solo is not None:
            return class_id != self.solo
        return class_id in self.hidden


class ClassPanel(QFrame):
    """Emits ``view_changed`` with a ``ClassView`` after every gesture."""

    view_changed = Signal(object)
    edit_asked = Signal()
    merge_asked = Signal(int, int)
    """All pixels of the first class in the open image become the second's."""
    swap_asked = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self._label_set = LabelSet(())
        self._view = ClassView()
        self._last_active: int | None = None
        layout = column(self, spacing=4)
        layout.setContentsMargins(0, 10, 0, 6)
        layout.addLayout(self._header())
        self._model = ClassListModel(self)
        self._list = QListView()
        self._list.setProperty("kind", "plain")
        self._list.setModel(self._model)
        delegate = ClassRowDelegate(self._list)
        delegate.spot_clicked.connect(self._on_spot)
        self._list.setItemDelegate(delegate)
        self._list.setMouseTracking(True)
        self._list.setUniformItemSizes(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._on_menu)
        self._list.doubleClicked.connect(lambda _index: self.edit_asked.emit())
        layout.addWidget(self._list, 1)
        self._ignore = ignore_row()
        self._ignore.clicked.connect(self._on_ignore)
        layout.addWidget(self._ignore)

    @property
    def view(self) -> ClassView:
        return self._view

    @property
    def label_set(self) -> LabelSet:
        return self._label_set

    def show_classes(self, label_set: LabelSet) -> None:
        self._label_set = label_set
        ids = frozenset(spec.id for spec in label_set.active)
        active = self._view.active if self._view.active in ids | {IGNORE} else min(ids, default=None)
        solo = self._view.solo if self._view.solo in ids else None
        self._view = ClassView(active, self._view.hidden & ids, solo, self._view.locked & ids)
        self._model.show_classes(label_set)
        self._model.show_view(self._view)
        self.view_changed.emit(self._view)

    def show_shares(self, shares: Mapping[int, float]) -> None:
        """Each class's share of the open image's pixels, fractions of 1; a class left out shows nothing."""
        self._model.show_shares(shares)

    def choose(self, class_id: int) -> None:
        """Make it the active class, or ``IGNORE``; ids that aren't there are left alone."""
        is_there = class_id in self._label_set or class_id == IGNORE
        if not is_there or class_id == self._view.active:
            return
        self._last_active = self._view.active
        self._use(replace(self._view, active=class_id))
        self._list.scrollTo(self._model.index_of(class_id))

    def choose_nth(self, index: int) -> None:
        """The class of that digit key, counted over the active classes from 0."""
        if index < len(self._label_set.active):
            self.choose(self._label_set.active[index].id)

    def swap_with_last(self) -> None:
        if self._last_active is not None:
            self.choose(self._last_active)

    def _header(self) -> QHBoxLayout:
        header = row(spacing=2)
        header.setContentsMargins(14, 0, 8, 0)
        header.addWidget(text_label("Classes", "heading"))
        header.addStretch(1)
        show_all = icon_button("eye", "Show every class", side=16)
        show_all.clicked.connect(lambda: self._use(replace(self._view, hidden=frozenset(), solo=None)))
        header.addWidget(show_all)
        edit = icon_button("edit", "Edit classes", side=16)
        edit.clicked.connect(self.edit_asked)
        header.addWidget(edit)
        return header

    def _use(self, view: ClassView) -> None:
        self._view = view
        self._model.show_view(view)
        self._ignore.setChecked(view.active == IGNORE)
        self.view_changed.emit(view)

    def _on_menu(self, place: QPoint) -> None:
        index = self._list.indexAt(place)
        if not index.isValid():
            return
        spec, active = self._model.class_at(index), self._view.active
        is_other = active is not None and active in self._label_set and active != spec.id
        menu = ClassMenu(spec, self._label_set.by_id(active) if active is not None and is_other else None, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.merge_asked.connect(lambda class_id: self.merge_asked.emit(class_id, active))
        menu.swap_asked.connect(lambda class_id: self.swap_asked.emit(class_id, active))
        menu.edit_asked.connect(self.edit_asked)
        menu.popup(self._list.viewport().mapToGlobal(place))

    def _on_ignore(self) -> None:
        self._ignore.setChecked(True)
        self.choose(IGNORE)

    def _on_spot(self, class_id: int, spot: Spot) -> None:
        match spot:
            case Spot.NAME:
                self.choose(class_id)
            case Spot.EYE:
                self._use(replace(self._view, hidden=self._view.hidden ^ {class_id}, solo=None))
            case Spot.SOLO:
                self._use(replace(self._view, solo=None if self._view.solo == class_id else class_id))
            case Spot.LOCK:
                self._use(replace(self._view, locked=self._view.locked ^ {class_id}))
