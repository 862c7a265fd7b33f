"""An open change to a document's labels: the only way to write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from segstudio.domain.arrays import LabelMap, Mask, Origin, OriginMap
from segstudio.domain.geometry import EMPTY, Point, Rect
from segstudio.domain.stroke import PaintOver, PaintRule
from segstudio.editing.before_band import BeforeBand
from segstudio.editing.before_tiles import BeforeTiles, Sealed
from segstudio.editing.change import DocumentChange
from segstudio.editing.history import Step
from segstudio.editing.pixels import bands, put, read_only_view, require_shapes, slices_within
from segstudio.editing.rules import allowed_pixels
from segstudio.editing.tiles import tile_count

Finish = Callable[[Step | None], DocumentChange]
ANYTHING = PaintRule()

MOST_TILES = 1024
"""So many tiles are remembered uncompressed at most: 32 MB of labels and origins."""

_FEW_TILES = 512
"""A stroke with a brush of usual size keeps no more, so that its commit takes a few milliseconds."""

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

    @property
    def uncompressed_tiles(self) -> int:
        return self._before.count

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
        return read_only_view(self._labels[rect.slices])

    def origins_in(self, rect: Rect) -> OriginMap:
        """A read-only view of the origins as they are now; ``rect`` lies within the image."""
        return read_only_view(self._origins[rect.slices])

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
        require_shapes(rect, mask, labels)
        inside = rect.intersected(self.image_rect)
        for band in self._remembered(inside):
            part = slices_within(rect, band)
            band_mask = None if mask is None else mask[part]
            band_labels = labels if isinstance(labels, int) else labels[part]
            self._write_band(band, band_mask, band_labels, rule, self.origin if origin is None else origin)
        return inside

    def set_origin(self, rect: Rect, mask: Mask | None, origin: Origin) -> Rect:
        """Changes who set the pixels, not what they are; accepting the model's pixels is such an edit."""
        self._require_open()
        require_shapes(rect, mask, 0)
        inside = rect.intersected(self.image_rect)
        for band in self._remembered(inside):
            put(self._origins[band.slices], origin, None if mask is None else mask[slices_within(rect, band)])
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
        self._sealed.extend(self._before.seal())
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
        put(old_labels, labels, allowed)
        put(old_origins, origin, allowed)

    def _remembered(self, rect: Rect) -> Iterator[Rect]:
        """The parts of ``rect`` one after the other, each remembered before it is handed out to be written."""
        self._rect = self._rect.united(rect)
        if rect.is_empty:
            return
        if tile_count(rect) <= MOST_TILES:
            self._make_room_for(rect)
            self._before.save(rect)
            yield rect
            return
        self._compress(self._before.seal())
        before = BeforeBand(self._labels, self._origins, _BAND_PIXELS)
        for band in bands(rect, _BAND_PIXELS):
            before.remember(band)
            yield band
            sealed = before.seal()
            if sealed is not None:
                self._sealed.append(sealed)

    def _make_room_for(self, rect: Rect) -> None:
        """Compresses the oldest tiles a few at a time, so that no move of a large brush waits for all of them. What
        the brush is on stays: it would only be remembered anew."""
        most = min(max(_FEW_TILES, 4 * tile_count(rect)), MOST_TILES)
        while self._before.count and self._before.count + self._before.unsaved_count(rect) > most:
            self._compress(self._before.seal_oldest())

    def _compress(self, sealed: Iterator[Sealed]) -> None:
        for part in sealed:
            part.cool()
            self._sealed.append(part)

    def _require_open(self) -> Finish:
        if self._finish is None:
            raise ValueError(f"The edit {self.name!r} is over.")
        return self._finish
