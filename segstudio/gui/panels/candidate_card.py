"""A trained candidate that waits for a decision."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel

from segstudio.domain.classes import LabelSet
from segstudio.gui.panels.comparison_table import ComparisonTable, compared
from segstudio.gui.panels.place_strip import PlaceStrip
from segstudio.gui.parts import column, push_button, row, set_kind, text_label
from segstudio.services.model_comparison import Comparison

PICTURE_SIDE = 110
MOST_GAINS = 3


class CandidateCard(QFrame):
    """Compares it with the current model; the user takes it or not."""

    adopt_asked = Signal()
    discard_asked = Signal()
    places_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        layout = column(self, margin=12, spacing=8)
        self._title = text_label("A new model waits", "title", wraps=True)
        self._verdict = text_label("", wraps=True)
        self._losses = text_label("", "bad", wraps=True)
        self._gains = text_label("", "good", wraps=True)
        self._data = text_label("", "small", wraps=True)
        self._table = ComparisonTable()
        self._strip = PlaceStrip(PICTURE_SIDE)
        self._places = push_button("Show the largest changes…", kind="link")
        self._places.clicked.connect(self.places_asked)
        for widget in (
            self._title,
            self._verdict,
            self._losses,
            self._gains,
            self._data,
            self._table,
            self._strip,
            self._places,
        ):
            layout.addWidget(widget)
        buttons = row(spacing=8)
        self.adopt_button = push_button("Use the new one", kind="primary")
        self.adopt_button.clicked.connect(self.adopt_asked)
        self.discard_button = push_button("Keep the old", kind="tight")
        self.discard_button.clicked.connect(self.discard_asked)
        buttons.addWidget(self.adopt_button, 1)
        buttons.addWidget(self.discard_button, 1)
        layout.addLayout(buttons)

    @property
    def words(self) -> str:
        """All that it says in sentences."""
        return "\n".join(label.text() for label in (self._verdict, self._losses, self._gains, self._data))

    def show_candidate(self, comparison: Comparison | None, label_set: LabelSet) -> None:
        """Without a comparison (nothing held out to measure on) it says so."""
        is_compared = comparison is not None
        places = () if comparison is None else comparison.places
        self._table.setVisible(is_compared)
        self._data.setVisible(is_compared)
        self._strip.setVisible(bool(places))
        self._places.setVisible(bool(places))
        advice = None if comparison is None else comparison.advice
        self._show_list(self._losses, () if advice is None else advice.losses)
        self._show_list(self._gains, () if advice is None else advice.gains[:MOST_GAINS])
        keeps_old = advice is not None and advice.adopts is False
        set_kind(self.adopt_button, "tight" if keeps_old else "primary")
        set_kind(self.discard_button, "primary" if keeps_old else "tight")
        if comparison is None or advice is None:
            self._verdict.setText("There was nothing held out to compare the two models on.")
            return
        self._verdict.setText(advice.suggestion)
        data = f"IoU in per cent, measured on {comparison.after.data}."
        self._data.setText(f"{data} {advice.caution}".strip())
        self._table.show_lines(compared(comparison.before, comparison.after))
        if places:
            self._strip.show_place(places[0], label_set)

    @staticmethod
    def _show_list(label: QLabel, sentences: tuple[str, ...]) -> None:
        label.setText("\n".join(sentences))
        label.setVisible(bool(sentences))
