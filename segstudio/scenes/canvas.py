"""What a scene is drawn on: colour and class side by side, twice as fine as the picture.

Every call draws the same pixels of both, without blending between classes, so that the label of a pixel
is exactly the class drawn there.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import LabelMap, Mask, RgbImage
from segstudio.scenes.camera import Points

SCALE = 2
"""Canvas pixels along one side of a picture's pixel."""

_SUBPIXEL_BITS = 4
Color = tuple[float, float, float]


class Canvas:
    """``color``: uint8, (H * SCALE, W * SCALE, 3), red green blue; ``labels``: uint8 of the same size."""

    def __init__(self, width: int, height: int) -> None:
        self.color: RgbImage = np.zeros((height * SCALE, width * SCALE, 3), np.uint8)
        self.labels: LabelMap = np.full((height * SCALE, width * SCALE), 255, np.uint8)

    def polygon(self, points: Points | None, color: Color, label: int | None) -> None:
        """Fill a polygon of picture positions; ``label`` None for a detail of what it lies on."""
        if points is not None:
            self.polygons([points], color, label)

    def polygons(self, shapes: list[Points], color: Color, label: int | None) -> None:
        """Fill polygons that don't overlap in one colour."""
        if not shapes:
            return
        fixed = [_fixed(shape) for shape in shapes]
        cv2.fillPoly(self.color, fixed, color, cv2.LINE_8, _SUBPIXEL_BITS)
        if label is not None:
            cv2.fillPoly(self.labels, fixed, int(label), cv2.LINE_8, _SUBPIXEL_BITS)

    def line(self, start: Points, end: Points, width: float, color: Color, label: int | None) -> None:
        """A straight bar; ``width`` in picture pixels."""
        along = end - start
        length = float(np.hypot(along[0], along[1])) or 1.0
        across = np.array([-along[1], along[0]]) / length * width / 2
        self.polygon(np.array([start + across, end + across, end - across, start - across]), color, label)

    def texture(self, shape: Points | None, picture: RgbImage, placing: NDArray[np.float64], label: int) -> None:
        """Fill a polygon with a picture; ``placing`` maps pixels of ``picture`` to picture positions."""
        if shape is None:
            return
        left, top, right, bottom = self._window(shape)
        if left >= right or top >= bottom:
            return
        to_window = np.array([[SCALE, 0, -left], [0, SCALE, -top], [0, 0, 1]], float)
        size = (right - left, bottom - top)
        warped = cv2.warpPerspective(
            picture, to_window @ placing, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        mask = np.zeros((size[1], size[0]), np.uint8)
        cv2.fillPoly(mask, [_fixed(shape, (left, top))], 255, cv2.LINE_8, _SUBPIXEL_BITS)
        cv2.copyTo(warped, mask, self.color[top:bottom, left:right])
        self.labels[top:bottom, left:right][mask > 0] = label

    def veil(self, shape: Points | None, color: Color, opacity: float, label: int | None) -> None:
        """Fill a polygon with a translucent colour; the label is set as if it were solid."""
        if shape is None:
            return
        left, top, right, bottom = self._window(shape)
        if left >= right or top >= bottom:
            return
        mask = np.zeros((bottom - top, right - left), np.uint8)
        cv2.fillPoly(mask, [_fixed(shape, (left, top))], 255, cv2.LINE_8, _SUBPIXEL_BITS)
        under = self.color[top:bottom, left:right]
        tone = np.empty_like(under)
        tone[:] = np.clip(color, 0, 255)
        cv2.copyTo(cv2.addWeighted(under, 1 - opacity, tone, opacity, 0), mask, under)
        if label is not None:
            self.labels[top:bottom, left:right][mask > 0] = label

    def sees(self, left: float, top: float, width: float, height: float) -> bool:
        """Whether a rectangle of picture pixels is at least partly on the canvas."""
        high, wide = self.labels.shape
        return left * SCALE < wide and top * SCALE < high and left + width > 0 and top + height > 0

    def sprite(
        self,
        picture: RgbImage,
        opacity: NDArray[np.uint8],
        *,
        left: float,
        top: float,
        width: float,
        height: float,
        label: int,
    ) -> None:
        """Paste a picture of the given extent in picture pixels; labelled where it is more than a third opaque."""
        x0, y0 = round(left * SCALE), round(top * SCALE)
        wide, high = max(1, round(width * SCALE)), max(1, round(height * SCALE))
        x1, y1 = max(x0, 0), max(y0, 0)
        x2, y2 = min(x0 + wide, self.color.shape[1]), min(y0 + high, self.color.shape[0])
        if x1 >= x2 or y1 >= y2:
            return
        across, down = picture.shape[1] / wide, picture.shape[0] / high
        placing = np.array([[across, 0, (x1 - x0 + 0.5) * across - 0.5], [0, down, (y1 - y0 + 0.5) * down - 0.5]])
        size = (x2 - x1, y2 - y1)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        pasted = cv2.warpAffine(picture, placing, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        alpha = cv2.warpAffine(opacity, placing, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        under = self.color[y1:y2, x1:x2]
        share = alpha.astype(np.float32) / 255
        under[:] = cv2.blendLinear(pasted, under.copy(), share, 1 - share)
        self.labels[y1:y2, x1:x2][alpha > 85] = label

    def finished(self) -> tuple[RgbImage, LabelMap]:
        """The picture, each pixel the mean of its canvas pixels, and its labels, each the commonest of them."""
        height, width = self.labels.shape
        color = cv2.resize(self.color, (width // SCALE, height // SCALE), interpolation=cv2.INTER_AREA)
        a, b = self.labels[::2, ::2], self.labels[::2, 1::2]
        c, d = self.labels[1::2, ::2], self.labels[1::2, 1::2]
        a_is_lonely: Mask = (a != b) & (a != c) & (a != d)
        others = np.where((b == c) | (b == d), b, np.where(c == d, c, a))
        return np.asarray(color, np.uint8), np.where(a_is_lonely, others, a)

    def _window(self, shape: Points) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of the canvas pixels a polygon may touch."""
        high, wide = self.labels.shape
        low = np.clip(np.floor(shape.min(axis=0) * SCALE) - 1, 0, (wide, high)).astype(int)
        top = np.clip(np.ceil(shape.max(axis=0) * SCALE) + 2, 0, (wide, high)).astype(int)
        return int(low[0]), int(low[1]), int(top[0]), int(top[1])


def _fixed(shape: Points, corner: tuple[int, int] = (0, 0)) -> NDArray[np.int32]:
    """Picture positions as the fixed-point canvas positions that OpenCV fills; 0 is a pixel's centre there."""
    placed = shape * SCALE - 0.5 - np.array(corner)
    return np.asarray(np.rint(placed * (1 << _SUBPIXEL_BITS)), np.int32)
