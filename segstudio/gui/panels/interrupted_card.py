"""A training that an earlier sitting left unfinished: go on with it, or let it go."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from segstudio.gui.parts import column, push_button, row, text_label


class InterruptedCard(QFrame):
    """Two gestures, each a signal."""

    go_on_asked = Signal()
    forget_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        layout = column(self, margin=12, spacing=8)
        self._title = text_label("", "title", wraps=True)
        self._words = text_label("", "small", wraps=True)
        layout.addWidget(self._title)
        layout.addWidget(self._words)
        self.go_on_button = push_button("Go on with it", kind="primary")
        self.go_on_button.clicked.connect(self.go_on_asked)
        self.forget_button = push_button("Let it go", kind="tight")
        self.forget_button.clicked.connect(self.forget_asked)
        buttons = row(spacing=8)
        buttons.addWidget(self.go_on_button, 1)
        buttons.addWidget(self.forget_button, 1)
        layout.addLayout(buttons)

    def show_run(self, *, images: int, is_trained: bool) -> None:
        """``is_trained``: only the comparison and the decision are left."""
        learnt = f"{images} image{'' if images == 1 else 's'}"
        if is_trained:
            self._title.setText("A trained model was left undecided")
            self._words.setText(f"It learnt from {learnt}. Going on compares it with the current model.")
            self.go_on_button.setText("Compare")
        else:
            self._title.setText("A training was interrupted")
            self._words.setText(f"It was learning from {learnt}. It goes on from its last finished round.")
            self.go_on_button.setText("Go on with it")
