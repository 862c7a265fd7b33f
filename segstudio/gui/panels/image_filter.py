"""Which images the list shows: every condition in one card that opens below its button."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QSpinBox, QWidget

from segstudio.domain.classes import LabelSet
from segstudio.domain.images import ImageStatus, Split
from segstudio.gui.panels.class_choice import ClassChoice
from segstudio.gui.panels.day_choice import DayChoice
from segstudio.gui.panels.image_row import STATUS_WORDS
from segstudio.gui.parts import column, push_button, row, text_label
from segstudio.services.project_index import EVERYTHING, ImageFilter

SPLIT_WORDS = {
    Split.TRAIN: "Training",
    Split.VALIDATION: "Validation",
    Split.TEST: "Test",
    Split.NONE: "No part yet",
}
WIDTH = 320


class ImageFilterCard(QFrame):
    """Emits ``filter_changed`` with an ``ImageFilter`` after every gesture; the search isn't its business."""

    filter_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        # A click on the button closes the card; it must not open it again at once.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self.setProperty("kind", "card")
        self.setFixedWidth(WIDTH)
        self._is_quiet = False
        self.statuses = {status: QCheckBox(STATUS_WORDS[status]) for status in ImageStatus}
        self.splits = {split: QCheckBox(words) for split, words in SPLIT_WORDS.items()}
        self.flagged = QCheckBox("Flagged")
        self.missing = QCheckBox("File is missing")
        self.changed = QCheckBox("File has changed")
        self.classes = ClassChoice()
        self.since, self.until = DayChoice("Labelled since"), DayChoice("Labelled until")
        self.doubt = _percent_box()
        self._fill()
        self._connect()

    def _fill(self) -> None:
        layout = column(self, margin=14, spacing=8)
        layout.addWidget(text_label("Status", "heading"))
        layout.addLayout(_pairs(self.statuses))
        layout.addWidget(text_label("Part", "heading"))
        layout.addLayout(_pairs(self.splits))
        layout.addWidget(text_label("Has one of these classes", "heading"))
        layout.addWidget(self.classes)
        for day in (self.since, self.until):
            layout.addWidget(day)
        doubt = row(spacing=8)
        doubt.addWidget(text_label("Model unsure by"), 1)
        doubt.addWidget(self.doubt)
        layout.addLayout(doubt)
        for box in (self.flagged, self.missing, self.changed):
            layout.addWidget(box)
        self.show_all = push_button("Show all images")
        layout.addWidget(self.show_all)

    def _connect(self) -> None:
        boxes = (*self.statuses.values(), *self.splits.values(), self.flagged, self.missing, self.changed)
        for box in boxes:
            box.toggled.connect(self._tell)
        for choice in (self.classes, self.since, self.until):
            choice.changed.connect(self._tell)
        self.doubt.valueChanged.connect(self._tell)
        self.show_all.clicked.connect(self.clear)

    @property
    def filter(self) -> ImageFilter:
        doubt = self.doubt.value()
        return ImageFilter(
            statuses=frozenset(status for status, box in self.statuses.items() if box.isChecked()),
            splits=frozenset(split for split, box in self.splits.items() if box.isChecked()),
            is_flagged=True if self.flagged.isChecked() else None,
            class_ids=self.classes.class_ids,
            labelled_since=self.since.begin,
            labelled_until=self.until.end,
            uncertain_above=doubt / 100 if doubt else None,
            is_missing=True if self.missing.isChecked() else None,
            is_changed=True if self.changed.isChecked() else None,
        )

    def show_classes(self, label_set: LabelSet) -> None:
        self.classes.show_classes(label_set)

    def clear(self) -> None:
        """Every image again; tells so once."""
        if self.filter == EVERYTHING:
            return
        self._is_quiet = True
        for box in (*self.statuses.values(), *self.splits.values(), self.flagged, self.missing, self.changed):
            box.setChecked(False)
        self.classes.choose_none()
        self.since.clear()
        self.until.clear()
        self.doubt.setValue(0)
        self._is_quiet = False
        self._tell()

    def open_below(self, widget: QWidget) -> None:
        self.adjustSize()
        self.move(widget.mapToGlobal(QPoint(0, widget.height() + 4)))
        self.show()

    def _tell(self, _value: object = None) -> None:
        if not self._is_quiet:
            self.filter_changed.emit(self.filter)


def _pairs(boxes: Mapping[ImageStatus, QCheckBox] | Mapping[Split, QCheckBox]) -> QGridLayout:
    grid = QGridLayout()
    grid.setVerticalSpacing(6)
    for number, box in enumerate(boxes.values()):
        grid.addWidget(box, number // 2, number % 2)
    return grid


def _percent_box() -> QSpinBox:
    box = QSpinBox()
    box.setRange(0, 99)
    box.setSuffix(" % or more")
    box.setSpecialValueText("any amount")
    box.setAccessibleName("How unsure the model is at least")
    return box
