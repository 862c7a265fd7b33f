"""The column of tools at the canvas's left side."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from segstudio.gui.action_table import TOOLS
from segstudio.gui.actions import TOOL_PREFIX, Actions
from segstudio.gui.parts import action_button, column, separator

GROUP_BEGINS = frozenset({"tool_polygon", "tool_fill", "tool_probability", "tool_measure"})
SIDE = 18


class ToolRail(QFrame):
    """A button for each tool action that can be used; the others are left out."""

    def __init__(self, actions: Actions, names: frozenset[str]) -> None:
        """``names``: the tools the canvas knows, without the prefix."""
        super().__init__()
        self.setProperty("kind", "rail")
        self.setFixedWidth(42)
        layout = column(self, margin=4, spacing=1)
        for spec in TOOLS:
            if spec.name.removeprefix(TOOL_PREFIX) not in names:
                continue
            if spec.name in GROUP_BEGINS:
                line = separator(is_vertical=False)
                layout.addSpacing(3)
                layout.addWidget(line)
                layout.addSpacing(3)
            button = action_button(actions[spec.name], side=SIDE)
            button.setProperty("kind", "rail")
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
