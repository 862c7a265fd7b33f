"""Which pixels a paint rule lets a tool change."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from segstudio.domain.arrays import IGNORE, LabelMap, Mask, Origin, OriginMap
from segstudio.domain.stroke import PaintOver, PaintRule


def allowed_pixels(
    labels: LabelMap,
    origins: OriginMap,
    rule: PaintRule,
    *,
    pressed_class: int | None = None,
    keep_person: bool = False,
) -> Mask | None:
    """Where ``rule`` lets a tool paint; None means everywhere.

    ``keep_person`` keeps a person's pixels whatever the rule says.
    Raises: ValueError: the rule asks for the class under the press and there was no press.
    """
    allowed = _of_mode(labels, origins, rule, pressed_class)
    if rule.locked:
        allowed = _both(allowed, _is_one_of(labels, set(range(256)) - rule.locked))
    if keep_person:
        allowed = _both(allowed, origins != Origin.PERSON)
    return allowed


def _of_mode(labels: LabelMap, origins: OriginMap, rule: PaintRule, pressed_class: int | None) -> Mask | None:
    match rule.over:
        case PaintOver.ANYTHING:
            return None
        case PaintOver.UNLABELLED:
            return _both(labels == IGNORE, origins == Origin.NOBODY)
        case PaintOver.CLASS_UNDER_PRESS:
            if pressed_class is None:
                raise ValueError("Painting over the class under the press needs a press.")
            under_press: Mask = labels == pressed_class
            return under_press
        case PaintOver.CHOSEN_CLASSES:
            return _is_one_of(labels, rule.chosen)
        case PaintOver.MODEL_PIXELS:
            # An accepted pixel is still the model's drawing; what nobody has set isn't.
            # Less than the smaller wraps to a large number, so one comparison tests both.
            is_models: Mask = origins - np.uint8(Origin.MODEL) <= Origin.ACCEPTED - Origin.MODEL
            return is_models


def _is_one_of(labels: LabelMap, class_ids: Iterable[int]) -> Mask:
    """cv2.LUT is eight times faster than indexing a table with the labels; of no pixels it makes nothing."""
    if not labels.size:
        return np.zeros(labels.shape, np.bool_)
    table = np.zeros(256, np.uint8)
    table[list(class_ids)] = 1
    found: Mask = cv2.LUT(labels, table).view(np.bool_).reshape(labels.shape)
    return found


def _both(one: Mask | None, other: Mask) -> Mask:
    """Writes into ``other``."""
    if one is not None:
        other &= one
    return other
