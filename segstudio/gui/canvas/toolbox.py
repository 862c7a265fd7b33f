"""The tools of the canvas, in the order they are offered."""

from __future__ import annotations

from segstudio.gui.canvas.brush_tool import BrushTool, EraserTool
from segstudio.gui.canvas.pick_tool import PickTool
from segstudio.gui.canvas.tools import Tool, ToolSpec
from segstudio.gui.canvas.workbench import Workbench

_TOOLS: tuple[tuple[type[Tool], ToolSpec], ...] = (
    (BrushTool, ToolSpec("brush", "Brush", "B", "brush", "Paint the active class")),
    (EraserTool, ToolSpec("eraser", "Eraser", "E", "eraser", "Back to unlabelled")),
    (PickTool, ToolSpec("pick", "Pick class", "I", "pick", "Take the class under the cursor")),
)

TOOLS: tuple[ToolSpec, ...] = tuple(spec for _, spec in _TOOLS)


def make_tools(bench: Workbench) -> dict[str, Tool]:
    """Every tool, by its name."""
    return {spec.name: tool(bench) for tool, spec in _TOOLS}
