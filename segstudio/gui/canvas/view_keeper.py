"""Which view the canvas shows, and how it follows the window's size and the user's wishes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from segstudio.domain.geometry import Point, Rect, Size
from segstudio.gui.canvas.view_transform import ViewTransform


class ViewKeeper(QObject):
    """A fitted view stays fitted while the window is resized, until somebody zooms or pans."""

    changed = Signal(object)
    """ViewTransform."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = ViewTransform(Size(1, 1), Size(1, 1))
        self._image = Size(1, 1)
        self._viewport = Size(1, 1)
        self._is_fitted = True
        self.pointer: Point | None = None
        """Where in the image zooming by key is to happen; None: in the middle of the window."""

    @property
    def view(self) -> ViewTransform:
        return self._view

    def show_image(self, size: Size | None) -> None:
        """An image of another size, fitted."""
        self._image = size or Size(1, 1)
        self.fit()

    def resize(self, viewport: Size) -> None:
        """In device pixels."""
        self._viewport = viewport
        if self._is_fitted:
            self.fit()
        else:
            self._use(self._view.resized(viewport))

    def show(self, view: ViewTransform) -> None:
        self._is_fitted = False
        self._use(view)

    def fit(self) -> None:
        self._is_fitted = True
        self._use(ViewTransform.fitting(self._image, self._viewport))

    def actual_size(self) -> None:
        self.zoom_to(1.0)

    def zoom_in(self) -> None:
        self.step_zoom(1)

    def zoom_out(self) -> None:
        self.step_zoom(-1)

    def zoom_to(self, scale: float) -> None:
        self.show(self._view.zoomed(scale, *self._center()))

    def step_zoom(self, steps: int) -> None:
        self.show(self._view.stepped(steps, *self._center()))

    def show_point(self, point: Point) -> None:
        """Brings a point of the image to the middle, at the same zoom."""
        at, size = self._view.to_device(point), self._view.viewport
        self.show(self._view.panned(size.width / 2 - at.x, size.height / 2 - at.y))

    def show_area(self, rect: Rect) -> None:
        """Moves to ``rect`` of the image and zooms so that it is seen with its surroundings."""
        self.show(self._view.showing(rect))

    def _center(self) -> tuple[float, float]:
        if self.pointer is not None:
            return self._view.to_device(self.pointer)
        return self._viewport.width / 2, self._viewport.height / 2

    def _use(self, view: ViewTransform) -> None:
        if view != self._view:
            self._view = view
            self.changed.emit(view)
