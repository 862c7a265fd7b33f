"""All keys as they are set now, and the gestures on the canvas."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QScrollArea, QWidget

from segstudio.gui.action_table import MENUS
from segstudio.gui.actions import Actions
from segstudio.gui.parts import column, row, text_label

GESTURES = (
    ("Wheel", "Zoom at the cursor"),
    ("Space-drag, middle-drag", "Move the picture"),
    ("Alt-drag, right-drag", "Erase for the moment"),
    ("Ctrl-click", "Take the class under the cursor"),
    ("Shift-wheel", "Brush size"),
    ("Shift-click", "Straight line from the last point"),
    ("hold `", "Peek: hide the labels"),
    ("1 … 9, 0", "Class 1 to 10"),
    ("Shift+1 … 0", "Class 11 to 20"),
    ("Double-click, Enter", "Finish a polygon"),
)


class ShortcutsDialog(QDialog):
    """Read only; the menus hold every action too."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys and gestures")
        self.resize(1080, 700)
        layout = column(self, margin=20, spacing=14)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        page = QWidget()
        page.setProperty("kind", "page")
        columns = row(page, spacing=30)
        sections = [("Canvas", list(GESTURES)), *_sections(actions)]
        by_title = dict(sections)
        groups = (("Canvas", "Image", "Model"), ("Tools", "Edit"), ("View", "File", "Help"))
        tall = [[(title, by_title[title]) for title in group] for group in groups]
        for group in tall:
            side = QWidget()
            lines = column(side, spacing=18)
            for title, pairs in group:
                lines.addWidget(_section(title, pairs))
            lines.addStretch(1)
            columns.addWidget(side)
        area.setWidget(page)
        layout.addWidget(area)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        change = buttons.addButton("Change the keys…", QDialogButtonBox.ButtonRole.ActionRole)
        change.clicked.connect(self.accept)
        change.clicked.connect(actions["edit_shortcuts"].trigger)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)


def _sections(actions: Actions) -> list[tuple[str, list[tuple[str, str]]]]:
    pairs: dict[str, list[tuple[str, str]]] = {menu: [] for menu in MENUS}
    for spec, _action in actions:
        keys = actions.keys[spec.name]
        if keys:
            pairs[spec.menu].append(("  ".join(keys[:2]), spec.text.rstrip("…")))
    return list(pairs.items())


def _section(title: str, pairs: list[tuple[str, str]]) -> QWidget:
    section = QWidget()
    grid = QGridLayout(section)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    grid.addWidget(text_label(title, "heading"), 0, 0, 1, 2)
    for number, (keys, words) in enumerate(pairs, start=1):
        grid.addWidget(text_label(keys, "key"), number, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(text_label(words), number, 1)
    grid.setColumnStretch(1, 1)
    return section
