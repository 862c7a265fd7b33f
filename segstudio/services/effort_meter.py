"""The effort meter: counts what one image costs a person while it is on the canvas."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from segstudio.domain.arrays import IGNORE, LabelMap
from segstudio.domain.images import ImageId
from segstudio.editing.change import DocumentChange
from segstudio.store.effort_log import EffortEntry

IDLE_SECONDS = 20.0
"""A pause longer than this isn't work: it is left out whole."""


class EffortMeter:
    """Lives on the window's thread and counts one sitting on one image at a time."""

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, wall_clock: Callable[[], float] = time.time
    ) -> None:
        """``clock`` never jumps and measures; ``wall_clock`` says when."""
        self._clock = clock
        self._wall_clock = wall_clock
        self._image_id: ImageId | None = None

    def begin(self, image_id: ImageId, model: str) -> None:
        """The image came onto the canvas, pre-labelled by ``model`` or by nobody (empty)."""
        self._image_id = image_id
        self._model = model
        self._strokes = self._class_changes = self._pixels = 0
        self._seconds = 0.0
        self._last = self._clock()
        self._class_id: int | None = None

    def use_model(self, model: str) -> None:
        """A model's pre-label arrived while the image is on the canvas."""
        self._model = model

    def note_activity(self) -> None:
        """The hand moved: a key, a click, a stroke, a zoom."""
        now = self._clock()
        pause = now - self._last
        self._last = now
        if self._image_id is not None and 0 < pause <= IDLE_SECONDS:
            self._seconds += pause

    def note_change(self, change: DocumentChange) -> None:
        """A person's commit, undo or redo: one action."""
        if self._image_id is None or change.is_empty:
            return
        self.note_activity()
        self._strokes += 1
        self._pixels += change.pixels_changed

    def note_class(self, class_id: int) -> None:
        """A class was chosen to paint with; choosing the same again costs nothing."""
        if self._image_id is None or class_id == self._class_id:
            return
        self.note_activity()
        self._class_changes += self._class_id is not None
        self._class_id = class_id

    def end(self, *, kept: float | None = None) -> EffortEntry | None:
        """The image left the canvas: its sitting, or None where nothing was done. ``kept``: see ``kept_share``."""
        image_id, self._image_id = self._image_id, None
        if image_id is None or not (self._strokes or self._class_changes or self._seconds):
            return None
        return EffortEntry(
            image_id=image_id,
            at=self._wall_clock(),
            model=self._model,
            strokes=self._strokes,
            class_changes=self._class_changes,
            pixels_changed=self._pixels,
            active_seconds=self._seconds,
            kept_share=kept,
        )


def kept_share(pre_label: LabelMap, labels: LabelMap) -> float | None:
    """The share of the pre-label's pixels that still have its class; None where it labelled nothing."""
    was_labelled = pre_label != IGNORE
    total = int(np.count_nonzero(was_labelled))
    return int(np.count_nonzero(was_labelled & (pre_label == labels))) / total if total else None
