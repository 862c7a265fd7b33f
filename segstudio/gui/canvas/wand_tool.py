"""The magic wand: pixels of like colour round a press, more or fewer of them as it is dragged."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from segstudio.domain.geometry import Point, Rect
from segstudio.editing.wand import color_region
from segstudio.gui.canvas.area_tool import AreaTool
from segstudio.gui.canvas.picture_part import PicturePart
from segstudio.gui.canvas.pointer import Pointer
from segstudio.gui.canvas.region_preview import RegionPreview
from segstudio.gui.canvas.view_transform import ViewTransform
from segstudio.gui.canvas.workbench import Workbench

_PIXELS_A_STEP = 4.0


class WandTool(AreaTool):
    """The press shows what it would take; dragging right or left takes more or less; the release paints it."""

    name = "wand"

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._preview = RegionPreview()
        self._pressed: Point | None = None
        self._part: PicturePart | None = None
        self._tolerance = 0
        self._erasing = False
        self._scale = 1.0

    @property
    def is_busy(self) -> bool:
        return self._pressed is not None

    def press(self, pointer: Pointer) -> None:
        if self.bench.picture is None or not self.bench.image_rect.contains(pointer.point):
            return
        self._pressed = pointer.point
        self._part = self.bench.picture_near(Rect.around((pointer.point,)))
        self._erasing = pointer.is_erasing
        self._show(self.bench.settings.options.tolerance)

    def drag(self, pointer: Pointer) -> None:
        if self._pressed is None:
            return
        way = (pointer.point.x - self._pressed.x) * self._scale / _PIXELS_A_STEP
        tolerance = min(255, max(0, self.bench.settings.options.tolerance + round(way)))
        if tolerance != self._tolerance:
            self._show(tolerance)
            self.bench.say(f"Tolerance {tolerance}")

    def release(self, _pointer: Pointer) -> None:
        pressed, region = self._pressed, self._preview.region
        self.cancel()
        if pressed is not None:
            self.apply_area("Wand", region, pressed=pressed, erasing=self._erasing)

    def cancel(self) -> None:
        self._pressed = self._part = None
        self._preview.clear()
        self.bench.show_preview()

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        self._scale = view.scale
        self._preview.paint(painter, view)

    def _show(self, tolerance: int) -> None:
        if self._pressed is None or self._part is None:
            return
        self._tolerance = tolerance
        contiguous = self.bench.settings.options.is_contiguous
        seed = self._part.local(self._pressed)
        region = color_region(self._part.rgb, seed, tolerance, contiguous=contiguous)
        self._preview.show(self._part.region_in_image(region), self.preview_color(erasing=self._erasing))
        self.bench.show_preview()
