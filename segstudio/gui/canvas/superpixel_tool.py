"""Superpixels: small pieces of one colour, painted as the brush goes over them."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from segstudio.domain.arrays import RgbImage
from segstudio.domain.geometry import Point, Rect
from segstudio.domain.task import Progress, Task
from segstudio.editing.brush import segment_mask
from segstudio.editing.edit import Edit
from segstudio.editing.region import NOTHING, Region, paint_region
from segstudio.editing.slic import find_superpixels
from segstudio.editing.superpixels import Superpixels
from segstudio.gui.canvas.pointer import Pointer
from segstudio.gui.canvas.region_preview import RegionPreview
from segstudio.gui.canvas.superpixel_lines import SuperpixelLines
from segstudio.gui.canvas.tools import CursorKind, Tool
from segstudio.gui.canvas.view_transform import ViewTransform
from segstudio.gui.canvas.workbench import Workbench, rule_after_press

WINDOW = 512
"""The picture is cut into windows of so many pixels; each is worked out when the pointer first comes near."""


class SuperpixelTool(Tool):
    """Hovering shows the pieces that a press would paint; all pieces of a drag are one undo step."""

    name = "superpixel"
    cursor = CursorKind.RING

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._windows: dict[Rect, Superpixels | None] = {}
        self._made_with: tuple[int, float] = (0, 0.0)
        self._preview = RegionPreview()
        self._lines = SuperpixelLines()
        self._edit: Edit | None = None
        self._erasing = False
        self._last: Point | None = None

    @property
    def is_busy(self) -> bool:
        return self._edit is not None

    def press(self, pointer: Pointer) -> None:
        self._erasing = pointer.is_erasing
        self._edit = self.bench.begin("Superpixels", erasing=self._erasing)
        if self._edit is not None:
            self._edit.press_at(pointer.point)
        self._last = pointer.point
        self.drag(pointer)

    def drag(self, pointer: Pointer) -> None:
        if self._edit is None or self._last is None:
            return
        region = self._pieces(self._last, pointer.point)
        self._last = pointer.point
        class_id = self.bench.class_to_paint(erasing=self._erasing)
        rule = rule_after_press(self.bench.settings.rule, self._edit)
        self.bench.show_painted(paint_region(self._edit, region, class_id, rule))

    def release(self, _pointer: Pointer) -> None:
        edit, self._edit = self._edit, None
        self._last = None
        if edit is not None:
            self.bench.commit(edit)

    def hover(self, pointer: Pointer) -> None:
        self._last = pointer.point
        self._show(self._pieces(pointer.point, pointer.point), erasing=pointer.is_erasing)

    def leave(self) -> None:
        self._show(NOTHING, erasing=False)
        self._lines.clear()

    def cancel(self) -> None:
        edit, self._edit = self._edit, None
        if edit is not None and edit.is_open:
            self.bench.cancel(edit)
        self._show(NOTHING, erasing=False)

    def settings_changed(self) -> None:
        options = self.bench.settings.options
        if self._made_with != (options.superpixel_side, options.compactness):
            self._forget()

    def image_changed(self) -> None:
        super().image_changed()
        self._forget()

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        self._lines.paint(painter, view)
        if self._edit is None:
            self._preview.paint(painter, view)

    def _forget(self) -> None:
        """Work still under way is for windows that nobody asks for any more."""
        self._windows = {}
        self._lines.clear()
        self._preview.clear()

    def _show(self, region: Region, *, erasing: bool) -> None:
        self._preview.show(region, self.preview_color(erasing=erasing))
        self.bench.show_preview()

    def _pieces(self, start: Point, end: Point) -> Region:
        """Every piece that the brush touches on its way, as far as they are worked out."""
        rect, mask = segment_mask(start, end, self.bench.settings.brush, self.bench.image_rect)
        region = NOTHING
        if rect.is_empty:
            return region
        for window in _windows_under(rect, self.bench.image_rect):
            found = self._window(window)
            if found is None:
                continue
            if window.contains(end):
                self._lines.show(found)
            for piece in found.regions_under(Region(rect, mask)):
                region = region.united(piece)
        return region

    def _window(self, window: Rect) -> Superpixels | None:
        """None while it is being worked out."""
        if window in self._windows or self.bench.picture is None:
            return self._windows.get(window)
        options = self.bench.settings.options
        self._made_with = (options.superpixel_side, options.compactness)
        windows = self._windows
        windows[window] = None
        picture: RgbImage = self.bench.picture.exact(window)
        inside = Rect(0, 0, window.width, window.height)

        def find(task: Task[Progress]) -> Superpixels:
            found = find_superpixels(
                picture, inside, cell=options.superpixel_side, compactness=options.compactness, task=task
            )
            return Superpixels(window, found.numbers, found.cell, found.columns)

        def show(found: Superpixels) -> None:
            windows[window] = found
            if windows is self._windows and self._last is not None and self._edit is None:
                self._show(self._pieces(self._last, self._last), erasing=False)

        self.bench.work.later("Superpixels", find, show)
        return windows[window]


def _windows_under(rect: Rect, image: Rect) -> list[Rect]:
    """The windows that ``rect``, within the image, touches."""
    return [
        Rect(left, top, left + WINDOW, top + WINDOW).intersected(image)
        for top in range(rect.top // WINDOW * WINDOW, rect.bottom, WINDOW)
        for left in range(rect.left // WINDOW * WINDOW, rect.right, WINDOW)
    ]
