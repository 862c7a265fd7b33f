"""The window's actions as QActions, found by name, with keys that can be changed while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from segstudio.gui.action_table import ACTIONS, MENUS, SEPARATED_BEFORE, ActionSpec, Reach
from segstudio.gui.icons import icon
from segstudio.gui.key_presets import CLASS_KEYS, DEFAULT_KEYS

TOOL_PREFIX = "tool_"
VIEW_PREFIX = "view_"


class Actions(QObject):
    """One QAction for each entry of the table; ``class_key_pressed`` carries 0 for the first class."""

    class_key_pressed = Signal(int)
    tool_chosen = Signal(str)
    view_chosen = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._keys: dict[str, tuple[str, ...]] = dict(DEFAULT_KEYS)
        self._by_name = {spec.name: self._made(spec) for spec in ACTIONS}
        self._tools = self._group(TOOL_PREFIX, self.tool_chosen)
        self._views = self._group(VIEW_PREFIX, self.view_chosen)
        self._class_actions = [self._class_action(key, index) for key, index in CLASS_KEYS.items()]

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def __iter__(self) -> Iterator[tuple[ActionSpec, QAction]]:
        return ((spec, self._by_name[spec.name]) for spec in ACTIONS)

    @property
    def keys(self) -> Mapping[str, tuple[str, ...]]:
        return self._keys

    def on(self, name: str, run: Callable[[], object]) -> None:
        """``run`` when the action is triggered. Raises: KeyError: no such action."""
        self._by_name[name].triggered.connect(lambda _checked=False: run())

    def use_keys(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        self._keys = {**DEFAULT_KEYS, **{name: wanted for name, wanted in keys.items() if name in self._by_name}}
        for name, action in self._by_name.items():
            action.setShortcuts([QKeySequence(key) for key in self._keys[name]])
            action.setToolTip(self._tip(name))

    def give_image_keys_to(self, widget: QWidget) -> None:
        """Keys of reach IMAGE work while ``widget`` or a child of it has the focus."""
        widget.addActions([self._by_name[spec.name] for spec in ACTIONS if spec.reach is Reach.IMAGE])

    def fill(self, bar: QMenuBar) -> dict[str, QMenu]:
        menus = {title: bar.addMenu(f"&{title}") for title in MENUS}
        for spec in ACTIONS:
            if spec.name in SEPARATED_BEFORE:
                menus[spec.menu].addSeparator()
            menus[spec.menu].addAction(self._by_name[spec.name])
        return menus

    def show_tool(self, name: str) -> None:
        self._by_name[TOOL_PREFIX + name].setChecked(True)

    def show_view(self, name: str) -> None:
        self._by_name[VIEW_PREFIX + name].setChecked(True)

    def enable(self, names: tuple[str, ...], *, wanted: bool) -> None:
        for name in names:
            self._by_name[name].setEnabled(wanted)

    def _made(self, spec: ActionSpec) -> QAction:
        action = QAction(spec.text, self._window)
        action.setObjectName(spec.name)
        action.setCheckable(spec.is_checkable)
        if spec.icon:
            action.setIcon(icon(spec.icon))
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setToolTip(self._tip(spec.name, spec))
        if spec.reach is Reach.IMAGE:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        else:
            self._window.addAction(action)
        return action

    def _tip(self, name: str, spec: ActionSpec | None = None) -> str:
        spec = spec or next(known for known in ACTIONS if known.name == name)
        keys = self._keys[name]
        first = f"{spec.text.rstrip('…')}" + (f"  ({keys[0]})" if keys else "")
        return f"{first}\n{spec.tip}" if spec.tip else first

    def _group(self, prefix: str, chosen: SignalInstance) -> QActionGroup:
        group = QActionGroup(self)
        for name, action in self._by_name.items():
            if name.startswith(prefix):
                group.addAction(action)
                action.triggered.connect(partial(_emit, chosen, name.removeprefix(prefix)))
        return group

    def _class_action(self, key: str, index: int) -> QAction:
        action = QAction(self._window)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _checked=False: self.class_key_pressed.emit(index))
        self._window.addAction(action)
        return action


def _emit(signal: SignalInstance, name: str, _checked: object = None) -> None:
    signal.emit(name)
