"""Some pixels of a picture, and where they lie in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from segstudio.domain.arrays import RgbImage
from segstudio.domain.geometry import Point, Rect
from segstudio.editing.region import Region


@dataclass(frozen=True, slots=True, eq=False)
class PicturePart:
    """``rgb`` covers ``window`` of the image. The engine counts from the part's corner: the methods translate."""

    rgb: RgbImage
    window: Rect

    @property
    def inside(self) -> Rect:
        """The whole part, counted from its own corner."""
        return Rect.of_shape(self.rgb.shape)

    def local(self, point: Point) -> Point:
        return Point(point.x - self.window.left, point.y - self.window.top)

    def in_image(self, point: Point) -> Point:
        return Point(point.x + self.window.left, point.y + self.window.top)

    def local_rect(self, rect: Rect) -> Rect:
        return _moved(rect, -self.window.left, -self.window.top)

    def region_in_image(self, region: Region) -> Region:
        return replace(region, rect=_moved(region.rect, self.window.left, self.window.top))


def _moved(rect: Rect, dx: int, dy: int) -> Rect:
    return Rect(rect.left + dx, rect.top + dy, rect.right + dx, rect.bottom + dy)
