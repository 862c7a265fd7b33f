"""What can be done with the images that are selected in the list."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QWidget

from segstudio.domain.images import ImageStatus, Split
from segstudio.gui.icons import icon
from segstudio.gui.panels.image_filter import SPLIT_WORDS
from segstudio.gui.panels.image_row import STATUS_WORDS

STATUSES = (ImageStatus.VERIFIED, ImageStatus.CORRECTED, ImageStatus.PRE_LABELLED, ImageStatus.NEW)


def image_menu(
    parent: QWidget,
    *,
    set_status: Callable[[ImageStatus], None],
    set_split: Callable[[Split], None],
    set_flag: Callable[[bool], None],
    undo_batch: Callable[[], None],
) -> QMenu:
    """Each entry calls back with what was chosen."""
    menu = QMenu(parent)
    for status in STATUSES:
        action = menu.addAction(f"Mark as {STATUS_WORDS[status].lower()}")
        action.triggered.connect(lambda _checked=False, s=status: set_status(s))
    menu.addSeparator()
    parts = menu.addMenu("Part")
    for split, words in SPLIT_WORDS.items():
        action = parts.addAction(words)
        action.triggered.connect(lambda _checked=False, s=split: set_split(s))
    menu.addAction(icon("flag"), "Flag").triggered.connect(lambda _checked=False: set_flag(True))
    menu.addAction("Remove the flag").triggered.connect(lambda _checked=False: set_flag(False))
    menu.addSeparator()
    menu.addAction(icon("undo"), "Undo what the last import or batch did here").triggered.connect(
        lambda _checked=False: undo_batch()
    )
    return menu
