"""Stripes on what a person set to ignore and, if asked to, on what nobody has labelled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE, LabelMap, Mask, Origin, OriginMap
from segstudio.domain.geometry import Rect
from segstudio.gui.canvas.label_display import LabelDisplay
from segstudio.gui.canvas.sampling import level_samples
from segstudio.gui.canvas.stripes import stripes
from segstudio.gui.canvas.view_transform import ViewTransform

HATCH_LIGHT = 0xD0D8D8D8
HATCH_DARK = 0x60000000
UNLABELLED_LIGHT = 0xA0A000A0
UNLABELLED_DARK = 0x50500050


def hatch_ignored(
    target: NDArray[np.uint32],
    labels: LabelMap,
    origin_levels: Sequence[OriginMap],
    view: ViewTransform,
    area: Rect,
    display: LabelDisplay,
) -> None:
    """Writes into ``target``, the pixels of ``area``, whose ``labels`` are given."""
    if not origin_levels or not (display.hatch_ignore or display.highlight_unlabelled):
        return
    if int(labels.max()) != IGNORE:
        return
    origins = level_samples(origin_levels, view, area)
    if display.highlight_unlabelled:
        _hatch(
            target, (labels == IGNORE) & (origins != Origin.PERSON), view, area, UNLABELLED_LIGHT, UNLABELLED_DARK
        )
    # The largest origin is a person's, and most of what is ignored nobody has touched: that costs one look.
    if display.hatch_ignore and int(origins.max()) == Origin.PERSON:
        _hatch(target, (labels == IGNORE) & (origins == Origin.PERSON), view, area, HATCH_LIGHT, HATCH_DARK)


def _hatch(
    target: NDArray[np.uint32], is_marked: Mask, view: ViewTransform, area: Rect, light: int, dark: int
) -> None:
    if is_marked.any():
        np.copyto(target, stripes(area, view, light, dark), where=is_marked)
