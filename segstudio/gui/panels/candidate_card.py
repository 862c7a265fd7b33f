"""A trained candidate that waits for a decision."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from segstudio.domain.model_info import Scores
from segstudio.gui.panels.comparison_table import ComparisonTable, compared
from segstudio.gui.parts import column, push_button, row, text_label


class CandidateCard(QFrame):
    """Compares it with the current model; the user takes it or not."""

    adopt_asked = Signal()
    discard_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        layout = column(self, margin=12, spacing=8)
        self._title = text_label("A new model waits", "title", wraps=True)
        self._verdict = text_label("", wraps=True)
        self._data = text_label("", "small", wraps=True)
        self._table = ComparisonTable()
        layout.addWidget(self._title)
        layout.addWidget(self._verdict)
        layout.addWidget(self._data)
        layout.addWidget(self._table)
        buttons = row(spacing=8)
        adopt = push_button("Use the new one", kind="primary")
        adopt.clicked.connect(self.adopt_asked)
        discard = push_button("Keep the old", kind="tight")
        discard.clicked.connect(self.discard_asked)
        buttons.addWidget(adopt, 1)
        buttons.addWidget(discard, 1)
        layout.addLayout(buttons)

    def show_candidate(self, before: Scores | None, after: Scores | None, advice: str = "") -> None:
        """Without scores (nothing held out to measure on) it says so."""
        self._table.setVisible(before is not None and after is not None)
        self._data.setVisible(before is not None and after is not None)
        if before is None or after is None:
            self._verdict.setText(advice or "There was nothing held out to compare the two models on.")
            return
        lines = compared(before, after)
        self._verdict.setText(advice)
        self._data.setText(f"IoU in per cent, measured on {after.data}")
        self._table.show_lines(lines)
