"""Smart click: paints the whole piece that the model sees under the pointer."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from segstudio.domain.geometry import Point
from segstudio.editing.region import NOTHING
from segstudio.gui.canvas.area_tool import AreaTool
from segstudio.gui.canvas.model_piece import ModelPieces
from segstudio.gui.canvas.pointer import Pointer
from segstudio.gui.canvas.region_preview import RegionPreview
from segstudio.gui.canvas.view_transform import ViewTransform
from segstudio.gui.canvas.workbench import NO_PROBABILITIES, Workbench


class SmartTool(AreaTool):
    """Hovering shows the piece; a click paints it in the active class."""

    name = "smart"

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._pieces: ModelPieces | None = None
        self._preview = RegionPreview()

    def press(self, pointer: Pointer) -> None:
        if self.bench.probabilities is None:
            self.bench.say(NO_PROBABILITIES)
            return
        self._find(pointer.point, erasing=pointer.is_erasing)
        region = self._preview.region
        self._preview.clear()
        self.apply_area("Smart click", region, pressed=pointer.point, erasing=pointer.is_erasing)

    def hover(self, pointer: Pointer) -> None:
        self._find(pointer.point, erasing=pointer.is_erasing)

    def leave(self) -> None:
        self._preview.clear()
        self.bench.show_preview()

    def cancel(self) -> None:
        self.leave()

    def probabilities_changed(self) -> None:
        self._pieces = None
        self._preview.clear()

    def settings_changed(self) -> None:
        self._preview.clear()

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        self._preview.paint(painter, view)

    def _find(self, point: Point, *, erasing: bool) -> None:
        probabilities = self.bench.probabilities
        if probabilities is None or self._preview.region.contains(point):
            return
        if self._pieces is None:
            self._pieces = ModelPieces(probabilities)
        inside = self.bench.image_rect.contains(point)
        region = self._pieces.piece_at(point) if inside else NOTHING
        self._preview.show(region, self.preview_color(erasing=erasing))
        self.bench.show_preview()
