"""An open change to a document's labels: the only way to write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE, LabelMap, Mask, Origin, OriginMap
from segstudio.domain.geometry import EMPTY, Point, Rect
from segstudio.domain.stroke import PaintOver, PaintRule
from segstudio.editing.before_band import BeforeBand
from segstudio.editing.before_tiles import BeforeTiles, Sealed
from segstudio.editing.change import DocumentChange
from segstudio.editing.history import Step
from segstudio.editing.rules import allowed_pixels

Finish = Callable[[Step | None], DocumentChange]
ANYTHING = PaintRule()

MOST_TILES = 1024
"""So many tiles are remembered uncompressed at most: 32 MB of labels and origins."""

_BAND_PIXELS = 1 << 20
"""A huge write goes band by band, each small enough to stay in the processor's cache while it is compressed."""


class Edit:
    """Begun by ``LabelDocument.begin_edit``; ends with ``commit`` (one undo step) or ``cancel``.

    Writes labels and origins at once. Memory is bounded: a huge edit compresses what it has done on the way.
    """

    def __init__(
        self,
        labels: LabelMap,
        origins: OriginMap,
        *,
        name: str,
        origin: Origin,
        keep_person: bool,
        finish: Finish,
    ) -> None:
        self.name = name
        self.origin = origin
        self.keep_person = keep_person
        self.pressed_class: int | None = None
        self._labels, self._origins = labels, origins
        self._before = BeforeTiles(labels, origins)
        self._sealed: list[Sealed] = []
        self._finish: Finish | None = finish
        self._rect = EMPTY

    @property
    def image_rect(self) -> Rect:
        return Rect.of_shape(self._labels.shape)

    @property
    def is_open(self) -> bool:
        return self._finish is not None

    @property
    def rect(self) -> Rect:
        """Everything written so far lies within."""
        return self._rect

    def press_at(self, point: Point) -> int | None:
        """Remembers the class under the press for rules that ask for it; outside the image there is none."""
        if self.image_rect.contains(point):
            self.pressed_class = int(self._labels[int(point.y), int(point.x)])
        return self.pressed_class

    def can_apply(self, rule: PaintRule) -> bool:
        """Not where the rule asks for the class under the press and the press was outside the image."""
        return rule.over is not PaintOver.CLASS_UNDER_PRESS or self.pressed_class is not None

    def labels_in(self, rect: Rect) -> LabelMap:
        """A read-only view of the labels as they are now; ``rect`` lies within the image."""
        return _read_only(self._labels[rect.slices])

    def origins_in(self, rect: Rect) -> OriginMap:
        """A read-only view of the origins as they are now; ``rect`` lies within the image."""
        return _read_only(self._origins[rect.slices])

    def write(
        self,
        rect: Rect,
        mask: Mask | None,
        labels: int | LabelMap,
        rule: PaintRule = ANYTHING,
        *,
        origin: Origin | None = None,
    ) -> Rect:
        """Sets the pixels of ``rect`` where ``mask`` (None: everywhere) and ``rule`` allow, to a class or a map.

        ``mask`` and a map have the shape of ``rect``, which may reach beyond the image. The origin becomes
        ``origin``, or else the edit's. Returns: the rectangle to redraw.

        Raises: ValueError: the edit is over, or shapes don't fit.
        """
        self._require_open()
        _require_shapes(rect, mask, labels)
        inside = rect.intersected(self.image_rect)
        for band in self._remembered(inside):
            part = _within(rect, band)
            band_mask = None if mask is None else mask[part]
            band_labels = labels if isinstance(labels, int) else labels[part]
            self._write_band(band, band_mask, band_labels, rule, self.origin if origin is None else origin)
        return inside

    def set_origin(self, rect: Rect, mask: Mask | None, origin: Origin) -> Rect:
        """Changes who set the pixels, not what they are; accepting the model's pixels is such an edit."""
        self._require_open()
        _require_shapes(rect, mask, 0)
        inside = rect.intersected(self.image_rect)
        for band in self._remembered(inside):
            _put(self._origins[band.slices], origin, None if mask is None else mask[_within(rect, band)])
        return inside

    def restore(self) -> Rect:
        """Puts every pixel back and stays open, so that a preview may be drawn anew. Returns: what to redraw."""
        self._require_open()
        self._before.put_back()
        for sealed in reversed(self._sealed):
            sealed.before.apply(self._labels, self._origins)
        self._sealed.clear()
        restored, self._rect = self._rect, EMPTY
        return restored

    def commit(self) -> DocumentChange:
        """Makes everything written one undo step; an edit that changed nothing leaves none."""
        finish = self._require_open()
        self._seal()
        self._finish = None
        if not self._sealed:
            return finish(None)
        rect = EMPTY
        for sealed in self._sealed:
            rect = rect.united(sealed.rect)
        step = Step(
            self.name,
            rect.intersected(self._rect),
            sum(sealed.pixels_changed for sealed in self._sealed),
            before=tuple(sealed.before for sealed in self._sealed),
            after=tuple(sealed.after for sealed in self._sealed),
        )
        return finish(step)

    def cancel(self) -> Rect:
        """Puts every pixel back as it was. Returns: the rectangle to redraw."""
        finish = self._require_open()
        restored = self.restore()
        self._finish = None
        finish(None)
        return restored

    def _write_band(
        self, rect: Rect, mask: Mask | None, labels: int | LabelMap, rule: PaintRule, origin: Origin
    ) -> None:
        old_labels, old_origins = self._labels[rect.slices], self._origins[rect.slices]
        allowed = allowed_pixels(
            old_labels, old_origins, rule, pressed_class=self.pressed_class, keep_person=self.keep_person
        )
        if allowed is not None and mask is not None:
            allowed &= mask
        elif allowed is None:
            allowed = mask
        _put(old_labels, labels, allowed)
        _put(old_origins, origin, allowed)

    def _remembered(self, rect: Rect) -> Iterator[Rect]:
        """The parts of ``rect`` one after the other, each remembered before it is handed out to be written."""
        self._rect = self._rect.united(rect)
        if rect.is_empty:
            return
        unsaved = self._before.unsaved_count(rect)
        if self._before.count + unsaved > MOST_TILES:
            self._seal()
        if unsaved <= MOST_TILES:
            self._before.save(rect)
            yield rect
            return
        before = BeforeBand(self._labels, self._origins, _BAND_PIXELS)
        for band in _bands(rect):
            before.remember(band)
            yield band
            sealed = before.seal()
            if sealed is not None:
                self._sealed.append(sealed)

    def _seal(self) -> None:
        self._sealed.extend(self._before.seal())

    def _require_open(self) -> Finish:
        if self._finish is None:
            raise ValueError(f"The edit {self.name!r} is over.")
        return self._finish


def _put(target: NDArray[np.uint8], values: int | NDArray[np.uint8], mask: Mask | None) -> None:
    """Writes into ``target``. cv2.copyTo is three times faster than numpy's masked copy."""
    if mask is None:
        target[...] = values
        return
    source = _constant(target.shape, int(values)) if isinstance(values, int) else values
    cv2.copyTo(source, mask.view(np.uint8), target)


@lru_cache(maxsize=4)
def _constant(shape: tuple[int, int], value: int) -> NDArray[np.uint8]:
    """Read-only; a huge write asks for the same band of the same label again and again."""
    return _read_only(np.full(shape, value, np.uint8))


def _bands(rect: Rect) -> Iterator[Rect]:
    width = min(rect.width, _BAND_PIXELS)
    rows = _BAND_PIXELS // width
    for top in range(rect.top, rect.bottom, rows):
        for left in range(rect.left, rect.right, width):
            yield Rect(left, top, min(left + width, rect.right), min(top + rows, rect.bottom))


def _within(outer: Rect, inner: Rect) -> tuple[slice, slice]:
    """Where ``inner`` lies in an array that covers ``outer``."""
    return (
        slice(inner.top - outer.top, inner.bottom - outer.top),
        slice(inner.left - outer.left, inner.right - outer.left),
    )


def _require_shapes(rect: Rect, mask: Mask | None, labels: int | LabelMap) -> None:
    shape = (rect.height, rect.width)
    if mask is not None and (mask.shape != shape or mask.dtype != np.bool_):
        raise ValueError(f"The mask is {mask.dtype} of {mask.shape}, not bool of {shape}.")
    if isinstance(labels, int):
        if not 0 <= labels <= IGNORE:
            raise ValueError(f"A label is 0 to {IGNORE}, not {labels}.")
    elif labels.shape != shape or labels.dtype != np.uint8:
        raise ValueError(f"The labels are {labels.dtype} of {labels.shape}, not uint8 of {shape}.")


def _read_only(array: NDArray[np.uint8]) -> NDArray[np.uint8]:
    view = array.view()
    view.flags.writeable = False
    return view
