"""The tools of the canvas, in the order they are offered."""

from __future__ import annotations

from segstudio.gui.canvas.border_tool import BorderTool
from segstudio.gui.canvas.box_tools import EllipseTool, RectangleTool
from segstudio.gui.canvas.brush_tool import BrushTool, EraserTool
from segstudio.gui.canvas.fill_tool import FillTool
from segstudio.gui.canvas.grab_cut_tool import GrabCutTool
from segstudio.gui.canvas.lasso_tool import LassoTool
from segstudio.gui.canvas.measure_tool import MeasureTool
from segstudio.gui.canvas.pick_tool import PickTool
from segstudio.gui.canvas.polygon_tool import PolygonTool
from segstudio.gui.canvas.probability_tool import ProbabilityTool
from segstudio.gui.canvas.refine_tool import RefineTool
from segstudio.gui.canvas.scissors_tool import ScissorsTool
from segstudio.gui.canvas.smart_tool import SmartTool
from segstudio.gui.canvas.superpixel_tool import SuperpixelTool
from segstudio.gui.canvas.tools import Tool, ToolSpec
from segstudio.gui.canvas.wand_tool import WandTool
from segstudio.gui.canvas.workbench import Workbench

_TOOLS: tuple[tuple[type[Tool], ToolSpec], ...] = (
    (BrushTool, ToolSpec("brush", "Brush", "B", "brush", "Paint the active class")),
    (EraserTool, ToolSpec("eraser", "Eraser", "E", "eraser", "Back to unlabelled")),
    (PolygonTool, ToolSpec("polygon", "Polygon", "P", "polygon", "Click corners, Enter closes")),
    (LassoTool, ToolSpec("lasso", "Lasso", "L", "lasso", "Draw around")),
    (RectangleTool, ToolSpec("rectangle", "Rectangle", "Shift+R", "rectangle", "Drag from corner to corner")),
    (EllipseTool, ToolSpec("ellipse", "Ellipse", "Shift+E", "ellipse", "Drag from corner to corner")),
    (FillTool, ToolSpec("fill", "Fill", "G", "fill", "Fill a region of labels or of colour")),
    (WandTool, ToolSpec("wand", "Wand", "W", "wand", "Pixels of like colour; drag for more or fewer")),
    (
        SuperpixelTool,
        ToolSpec("superpixel", "Superpixels", "Shift+S", "superpixel", "Paint piece by piece of like colour"),
    ),
    (SmartTool, ToolSpec("smart", "Smart click", "S", "smart", "The model's piece under a click")),
    (ScissorsTool, ToolSpec("scissors", "Scissors", "Shift+L", "scissors", "A line that clings to edges")),
    (GrabCutTool, ToolSpec("grabcut", "GrabCut", "Shift+G", "grabcut", "The object inside a box")),
    (
        ProbabilityTool,
        ToolSpec("probability", "Probability brush", "Shift+B", "probability", "Only where the model agrees"),
    ),
    (BorderTool, ToolSpec("border", "Move border", "Shift+W", "border", "Both classes follow the drag")),
    (RefineTool, ToolSpec("refine", "Refine edge", "Shift+P", "refine", "Borders move to the picture's edges")),
    (MeasureTool, ToolSpec("measure", "Measure", "Shift+M", "measure", "Drag to see a length")),
    (PickTool, ToolSpec("pick", "Pick class", "I", "pick", "Take the class under the cursor")),
)

TOOLS: tuple[ToolSpec, ...] = tuple(spec for _, spec in _TOOLS)


def make_tools(bench: Workbench) -> dict[str, Tool]:
    """Every tool, by its name."""
    return {spec.name: tool(bench) for tool, spec in _TOOLS}
