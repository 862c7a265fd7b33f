"""Where labels and model disagree on finished images: look for them, go through them, decide by one key each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from segstudio.gui.actions import Actions
from segstudio.gui.panels.queue_box import ITEM_HEIGHT, list_height
from segstudio.gui.parts import choice_box, column, push_button, row, text_label
from segstudio.services.review_differences import LearntImages

MOST_SHOWN = 200
DECISIONS = (
    ("difference_accept", "Model's"),
    ("difference_keep", "Label's"),
    ("difference_swap", "Swap"),
)
LEARNT = (
    (LearntImages.LEAVE_OUT, "Leave out images it learnt from"),
    (LearntImages.OUT_OF_FOLD, "Judge those out of fold"),
    (LearntImages.INCLUDE, "Compare those all the same"),
)


class DifferencesBox(QWidget):
    """``find_asked`` carries a ``LearntImages``: what to do about images that the model learnt from."""

    find_asked = Signal(object)
    difference_chosen = Signal(int)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        layout = column(self, spacing=8)
        layout.addWidget(text_label("Where labels and model disagree", "heading"))
        self.learnt = choice_box("Images that the model learnt from")
        self.compare = push_button("Compare finished images", kind="tight")
        self.compare.clicked.connect(lambda: self.find_asked.emit(self.learnt.currentData()))
        layout.addWidget(self.compare)
        self.learnt.setToolTip(
            "A model agrees with the labels that it learnt, errors and all. Judged out of fold, each image is "
            "looked at by a head that learnt only from other finished images; that takes some seconds an image."
        )
        for choice, words in LEARNT:
            self.learnt.addItem(words, choice)
        layout.addWidget(self.learnt)
        self._words = text_label("", "small", wraps=True)
        layout.addWidget(self._words)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.list.setAccessibleName("Disagreements of labels and model")
        self.list.itemClicked.connect(lambda _item: self.difference_chosen.emit(self.list.currentRow()))
        layout.addWidget(self.list)
        self._decisions = QWidget()
        buttons = row(self._decisions, spacing=6)
        for name, words in DECISIONS:
            button = push_button(words, kind="tight")
            button.setToolTip(actions[name].toolTip())
            button.clicked.connect(actions[name].trigger)
            buttons.addWidget(button, 1)
        layout.addWidget(self._decisions)
        self.show_report("")
        self.show_differences((), None)

    def show_report(self, words: str) -> None:
        self._words.setText(words)
        self._words.setVisible(bool(words))

    def show_differences(self, lines: Sequence[str], current: int | None) -> None:
        """``current``: the one that is looked at now."""
        self.list.clear()
        for words in lines[:MOST_SHOWN]:
            item = QListWidgetItem(words)
            item.setSizeHint(QSize(0, ITEM_HEIGHT))
            item.setToolTip(words)
            self.list.addItem(item)
        if current is not None and current < self.list.count():
            self.list.setCurrentRow(current)
            self.list.scrollToItem(self.list.item(current))
        self.list.setFixedHeight(list_height(len(lines)))
        self.list.setVisible(bool(lines))
        self._decisions.setVisible(bool(lines))
