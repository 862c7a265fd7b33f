"""What every tool of the canvas is, and the list of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtGui import QPainter

from segstudio.domain.arrays import Mask
from segstudio.domain.classes import Color
from segstudio.domain.geometry import Rect
from segstudio.gui.canvas.pointer import Pointer
from segstudio.gui.canvas.view_transform import ViewTransform
from segstudio.gui.canvas.workbench import Workbench


class CursorKind(Enum):
    """``RING``: the brush's true size; ``CROSS``: a point; ``DROPPER``: picks a class."""

    RING = "ring"
    CROSS = "cross"
    DROPPER = "dropper"


class Tool:
    """Turns what the hand does into edits of the workbench's document; does nothing by itself.

    From ``press`` to ``release`` the button is down. Whatever is under way, ``cancel`` takes it back.
    """

    name = ""
    cursor = CursorKind.CROSS

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench

    @property
    def is_busy(self) -> bool:
        """Something is begun that ``cancel`` would take back."""
        return False

    def press(self, pointer: Pointer, /) -> None: ...

    def drag(self, pointer: Pointer, /) -> None: ...

    def release(self, pointer: Pointer, /) -> None: ...

    def hover(self, pointer: Pointer, /) -> None: ...

    def leave(self) -> None:
        """The pointer left the canvas."""

    def cancel(self) -> None:
        """Escape, another tool, another image: as if it had never begun."""

    def finish(self) -> bool:
        """Enter or a double click. Returns: whether there was something to finish."""
        return False

    def step_back(self) -> bool:
        """Backspace: the last point. Returns: whether there was one."""
        return False

    def settings_changed(self) -> None:
        """The class, the brush or an option is another."""

    def image_changed(self) -> None:
        """Another document or picture lies on the bench."""
        self.cancel()

    def probabilities_changed(self) -> None:
        """The model has looked at the picture, perhaps in the middle of a stroke."""

    def keeps(self, _rect: Rect, /) -> Mask | None:
        """The pixels of ``rect``, within the image, that the tool itself wouldn't paint; None: there are none."""
        return None

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draws what is under way, in device pixels."""

    def preview_color(self, *, erasing: bool) -> Color:
        """The active class's colour, or a pale one for what will be erased."""
        class_id = self.bench.settings.class_id
        if erasing or class_id not in self.bench.label_set:
            return (235, 235, 235)
        return self.bench.label_set.by_id(class_id).color


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """How a tool is offered: its name for the program, its words, key, icon and tip."""

    name: str
    text: str
    key: str
    icon: str
    tip: str
