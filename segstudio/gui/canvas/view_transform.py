"""Where the image lies in the window: a scale and a whole-pixel offset, in device pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from segstudio.domain.geometry import EMPTY, Point, Rect, Size

LARGEST_SCALE = 64.0
SMALLEST_SIDE = 24.0
_LARGEST_BLUR = 1.25
STEPS_PER_DOUBLING = 4


@dataclass(frozen=True, slots=True)
class ViewTransform:
    """``device = image * scale + offset``; offsets are whole device pixels, so panning moves whole pixels.

    A scale of 1 shows one image pixel on one device pixel, whatever the screen's density.
    """

    image: Size
    viewport: Size
    scale: float = 1.0
    offset_x: int = 0
    offset_y: int = 0

    @classmethod
    def fitting(cls, image: Size, viewport: Size, margin: int = 12) -> ViewTransform:
        """The whole image centred, as large as fits, with ``margin`` device pixels round it."""
        width = max(1, viewport.width - 2 * margin)
        height = max(1, viewport.height - 2 * margin)
        scale = min(width / max(1, image.width), height / max(1, image.height), LARGEST_SCALE)
        return cls(image, viewport, scale).centred()

    def centred(self) -> ViewTransform:
        return replace(
            self,
            offset_x=round((self.viewport.width - self.image.width * self.scale) / 2),
            offset_y=round((self.viewport.height - self.image.height * self.scale) / 2),
        )

    def to_image(self, x: float, y: float) -> Point:
        """The image position under a device position."""
        return Point((x - self.offset_x) / self.scale, (y - self.offset_y) / self.scale)

    def to_device(self, point: Point) -> Point:
        return Point(point.x * self.scale + self.offset_x, point.y * self.scale + self.offset_y)

    def device_rect(self, rect: Rect, margin: int = 0) -> Rect:
        """The device pixels that show any of the image pixels in ``rect``, clipped to the viewport."""
        if rect.is_empty:
            return EMPTY
        shown = Rect(
            math.floor(rect.left * self.scale + self.offset_x) - margin,
            math.floor(rect.top * self.scale + self.offset_y) - margin,
            math.ceil(rect.right * self.scale + self.offset_x) + margin,
            math.ceil(rect.bottom * self.scale + self.offset_y) + margin,
        )
        return shown.intersected(self.bounds)

    def image_rect(self, device: Rect) -> Rect:
        """The image pixels that a device rectangle touches, clipped to the image."""
        if device.is_empty:
            return EMPTY
        shown = Rect(
            math.floor((device.left - self.offset_x) / self.scale),
            math.floor((device.top - self.offset_y) / self.scale),
            math.ceil((device.right - self.offset_x) / self.scale),
            math.ceil((device.bottom - self.offset_y) / self.scale),
        )
        return shown.intersected(Rect(0, 0, self.image.width, self.image.height))

    @property
    def bounds(self) -> Rect:
        """The viewport, in device pixels."""
        return Rect(0, 0, self.viewport.width, self.viewport.height)

    @property
    def visible(self) -> Rect:
        """The image pixels on screen."""
        return self.image_rect(self.bounds)

    @property
    def picture_extent(self) -> Rect:
        """The device pixels whose centre lies on the image, on screen or not."""
        return Rect(
            self.offset_x,
            self.offset_y,
            math.ceil(self.image.width * self.scale + self.offset_x - 0.5),
            math.ceil(self.image.height * self.scale + self.offset_y - 0.5),
        )

    @property
    def picture_area(self) -> Rect:
        """The device pixels whose centre lies on the image, clipped to the viewport."""
        return self.picture_extent.intersected(self.bounds)

    @property
    def level(self) -> int:
        """The pyramid level to draw from: each halves the one before, and none is ever magnified below 1:1."""
        return max(0, math.floor(math.log2(1.0 / self.scale) + 1e-9)) if self.scale < 1.0 else 0

    @property
    def picture_level(self) -> int:
        """The pyramid level to draw a picture from: enlarged by a quarter at most, so that never more than 2.6 of
        its pixels are read for one of the screen."""
        return max(0, math.floor(math.log2(_LARGEST_BLUR / self.scale) + 1e-9)) if self.scale < 1.0 else 0

    @property
    def smallest_scale(self) -> float:
        longest = max(self.image.width, self.image.height, 1)
        return min(1.0, SMALLEST_SIDE / longest)

    def zoomed(self, scale: float, x: float, y: float) -> ViewTransform:
        """At ``scale``, with the image position under the device position (x, y) kept there."""
        scale = min(LARGEST_SCALE, max(self.smallest_scale, scale))
        anchor = self.to_image(x, y)
        zoomed = replace(
            self, scale=scale, offset_x=round(x - anchor.x * scale), offset_y=round(y - anchor.y * scale)
        )
        return zoomed.kept_in_reach()

    def stepped(self, steps: float, x: float, y: float) -> ViewTransform:
        """``steps`` wheel notches in (or out, if negative), landing on quarter powers of two, 100 % among them."""
        position = math.log2(self.scale) * STEPS_PER_DOUBLING
        target = position + steps
        if float(steps).is_integer():
            target = math.floor(target + 1e-6) if steps > 0 else math.ceil(target - 1e-6)
        return self.zoomed(2.0 ** (target / STEPS_PER_DOUBLING), x, y)

    def panned(self, dx: float, dy: float) -> ViewTransform:
        moved = replace(self, offset_x=self.offset_x + round(dx), offset_y=self.offset_y + round(dy))
        return moved.kept_in_reach()

    def kept_in_reach(self) -> ViewTransform:
        """Moved no further than needed for a corner of the image to stay on screen."""
        return replace(
            self,
            offset_x=_within_reach(self.offset_x, self.image.width * self.scale, self.viewport.width),
            offset_y=_within_reach(self.offset_y, self.image.height * self.scale, self.viewport.height),
        )

    def resized(self, viewport: Size) -> ViewTransform:
        """In a window of another size, with the same image position in its middle."""
        moved = replace(
            self,
            viewport=viewport,
            offset_x=self.offset_x + (viewport.width - self.viewport.width) // 2,
            offset_y=self.offset_y + (viewport.height - self.viewport.height) // 2,
        )
        return moved.kept_in_reach()

    def showing(self, rect: Rect) -> ViewTransform:
        """``rect`` of the image, centred, with some of its surroundings, at no more than 1600 %."""
        scale = min(
            self.viewport.width / max(1, rect.width) * 0.6, self.viewport.height / max(1, rect.height) * 0.6, 16.0
        )
        centre_x, centre_y = (rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2
        moved = replace(
            self,
            scale=scale,
            offset_x=round(self.viewport.width / 2 - centre_x * scale),
            offset_y=round(self.viewport.height / 2 - centre_y * scale),
        )
        return moved.kept_in_reach()


def _within_reach(offset: int, length: float, viewport: int) -> int:
    reach = max(1.0, min(length, viewport) * 0.25)
    return round(min(viewport - reach, max(reach - length, offset)))
