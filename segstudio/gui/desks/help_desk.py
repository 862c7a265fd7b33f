"""Everything that opens a dialog of the program's own: classes, keys, preferences, the palette, about."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

from PySide6.QtWidgets import QDialog, QMessageBox, QWidget

from segstudio.domain.changes import Told
from segstudio.domain.classes import LabelSet
from segstudio.gui.actions import Actions
from segstudio.gui.key_settings import load_keys, save_keys
from segstudio.gui.panels.class_list import ClassPanel
from segstudio.services.studio import Studio
from segstudio.store.settings import Settings

ABOUT = (
    "SegStudio {version}\n\nPixel-accurate semantic labels, pre-labelled by a DUC-HDC network that learns from "
    "your corrections.\n\nApache License 2.0. The window is drawn with Qt (LGPL)."
)


class HelpDesk:
    """Dialogs are imported when they are first opened: the window starts without them."""

    def __init__(
        self,
        window: QWidget,
        settings: Settings,
        actions: Actions,
        classes: ClassPanel,
        studio: Studio,
        on_preferences: Callable[[], None],
    ) -> None:
        self._window = window
        self._settings = settings
        self._actions = actions
        self._classes = classes
        self._studio = studio
        self._used_preferences = on_preferences
        actions.use_keys(load_keys(settings))
        actions.on("find_class", self._on_palette)
        actions.on("shortcuts", self._on_shortcuts)
        actions.on("edit_shortcuts", self._on_edit_shortcuts)
        actions.on("edit_classes", self._on_edit_classes)
        actions.on("about", self._on_about)
        actions.on("preferences", self._on_preferences)
        classes.edit_asked.connect(self._on_edit_classes)

    def _on_palette(self) -> None:
        from segstudio.gui.dialogs.palette import PaletteDialog

        palette = PaletteDialog(self._actions, self._classes.label_set, self._window)
        palette.class_chosen.connect(self._classes.choose)
        palette.open()

    def _on_shortcuts(self) -> None:
        from segstudio.gui.dialogs.shortcuts import ShortcutsDialog

        self._show(ShortcutsDialog(self._actions, self._window))

    def _on_edit_shortcuts(self) -> None:
        from segstudio.gui.dialogs.edit_shortcuts import EditShortcutsDialog

        dialog = EditShortcutsDialog(self._actions.keys, self._window)
        dialog.accepted.connect(lambda: self._use_keys(dialog.keys))
        self._show(dialog)

    def _use_keys(self, keys: dict[str, tuple[str, ...]]) -> None:
        self._actions.use_keys(keys)
        save_keys(self._settings, keys)

    def _on_edit_classes(self) -> None:
        from segstudio.gui.dialogs.edit_classes import EditClassesDialog

        if self._studio.workspace.is_read_only:
            self._studio.workspace.announce(Told("The classes can't be changed: no project is open for writing."))
            return
        dialog = EditClassesDialog(self._classes.label_set, self._window)
        dialog.accepted.connect(lambda: self._use_classes(dialog.label_set))
        self._show(dialog)

    def _use_classes(self, label_set: LabelSet) -> None:
        if label_set != self._studio.workspace.label_set:
            self._studio.workspace.change_classes(label_set)

    def _on_preferences(self) -> None:
        from segstudio.gui.dialogs.preferences import PreferencesDialog

        dialog = PreferencesDialog(self._settings, self._window)
        dialog.accepted.connect(self._used_preferences)
        self._show(dialog)

    def _on_about(self) -> None:
        box = QMessageBox(self._window)
        box.setWindowTitle("About SegStudio")
        box.setText(ABOUT.format(version=version("segstudio")))
        self._show(box)

    @staticmethod
    def _show(dialog: QDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
