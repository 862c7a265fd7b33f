"""Which images to do next, in an order of one's choice, and which classes the model confuses."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from segstudio.domain.images import ImageId
from segstudio.gui.parts import choice_box, column, push_button, text_label
from segstudio.services.review_queue import ReviewOrder

ITEM_HEIGHT = 26
MOST_LINES = 7
ORDERS = (
    (ReviewOrder.BOTH, "Unlike finished ones, then unsure"),
    (ReviewOrder.COVERAGE, "Unlike the finished ones"),
    (ReviewOrder.UNCERTAINTY, "Where the model is unsure"),
    (ReviewOrder.CONFUSION, "Where it confuses two classes"),
    (ReviewOrder.RANDOM, "By chance"),
)


class QueueBox(QWidget):
    """``order_chosen`` carries a ``ReviewOrder``; ``pair_chosen`` the place of the pair in the list."""

    image_chosen = Signal(int)
    order_chosen = Signal(object)
    pair_chosen = Signal(int)
    survey_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        layout = column(self, spacing=8)
        layout.addWidget(text_label("Images to do next", "heading"))
        self.order = choice_box("Order of the images to do next")
        for order, words in ORDERS:
            self.order.addItem(words, order)
        self.order.activated.connect(lambda index: self.order_chosen.emit(self.order.itemData(index)))
        layout.addWidget(self.order)
        self._survey_words = text_label("", "small", wraps=True)
        layout.addWidget(self._survey_words)
        self.survey = push_button("Look through all images", kind="tight")
        self.survey.setToolTip("The model looks at each image once: what it resembles, where classes are confused")
        self.survey.clicked.connect(self.survey_asked)
        layout.addWidget(self.survey)
        self.images = _list("Images to do next")
        self.images.itemClicked.connect(lambda item: self.image_chosen.emit(item.data(Qt.ItemDataRole.UserRole)))
        layout.addWidget(self.images)
        self._pairs_heading = text_label("Classes that the model confuses", "heading")
        layout.addWidget(self._pairs_heading)
        self.pairs = _list("Classes that the model confuses")
        self.pairs.itemClicked.connect(lambda _item: self.pair_chosen.emit(self.pairs.currentRow()))
        layout.addWidget(self.pairs)
        self.show_queue(())
        self.show_pairs(())

    def show_order(self, order: ReviewOrder) -> None:
        with QSignalBlocker(self.order):
            self.order.setCurrentIndex(self.order.findData(order))

    def show_survey(self, looked_at: int, images: int) -> None:
        """How many of the project's images the model has looked at."""
        is_whole = looked_at >= images
        self._survey_words.setText(
            ""
            if is_whole
            else f"The model has looked at {looked_at:,} of {images:,} images; the order knows no more."
        )
        self._survey_words.setVisible(not is_whole)
        self.survey.setVisible(not is_whole)

    def show_queue(self, images: Sequence[tuple[ImageId, str]]) -> None:
        self.images.clear()
        for image_id, words in images:
            _add(self.images, words).setData(Qt.ItemDataRole.UserRole, int(image_id))
        self.images.setFixedHeight(list_height(len(images)))
        self.images.setVisible(bool(images))

    def show_pairs(self, lines: Sequence[str]) -> None:
        self.pairs.clear()
        for words in lines:
            _add(self.pairs, words)
        self.pairs.setFixedHeight(list_height(len(lines)))
        self.pairs.setVisible(bool(lines))
        self._pairs_heading.setVisible(bool(lines))


def list_height(lines: int) -> int:
    """Of a list that shows all of its lines where these are few."""
    return ITEM_HEIGHT * min(max(lines, 1), MOST_LINES) + 8


def _list(name: str) -> QListWidget:
    made = QListWidget()
    made.setAccessibleName(name)
    return made


def _add(target: QListWidget, words: str) -> QListWidgetItem:
    item = QListWidgetItem(words)
    item.setSizeHint(QSize(0, ITEM_HEIGHT))
    item.setToolTip(words)
    target.addItem(item)
    return item
