"""Where a candidate and the current model differ most, one place below the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QWidget

from segstudio.domain.classes import LabelSet
from segstudio.gui.panels.place_strip import PlaceStrip, place_words
from segstudio.gui.parts import column, text_label
from segstudio.gui.scrolling import scrolling
from segstudio.services.model_comparison_places import ChangedPlace

SIDE = 180


class ChangedPlacesDialog(QDialog):
    """The places that got worse first; each as image, both answers, and what is right."""

    def __init__(self, places: Sequence[ChangedPlace], label_set: LabelSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("The largest changes")
        self.resize(820, 640)
        layout = column(self, margin=20, spacing=12)
        page = QWidget()
        lines = column(page, spacing=10)
        for heading, chosen in (
            ("Worse with the new model", [place for place in places if not place.is_better]),
            ("Better with the new model", [place for place in places if place.is_better]),
        ):
            if chosen:
                lines.addWidget(text_label(heading, "title"))
            for place in chosen:
                strip = PlaceStrip(SIDE)
                strip.show_place(place, label_set)
                lines.addWidget(text_label(place_words(place), "small"))
                lines.addWidget(strip)
        lines.addStretch(1)
        layout.addWidget(scrolling(page), 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
