"""Which labelled images a fine-tuning learns from, and which it is judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from segstudio.domain.geometry import Rect, Size
from segstudio.domain.images import Split
from segstudio.training.plan import Sample

FEWEST_IMAGES = 4
"""With fewer images than this, tiles are held out instead of images."""

VALIDATION_SHARE = 0.2
GRID = 4
"""Tiles along each side of an image; one of each two by two is held out."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledImage:
    """An image that a person has worked on. ``class_ids``: the classes of its labelled pixels."""

    sample: Sample
    size: Size
    class_ids: frozenset[int]
    is_verified: bool = False
    split: Split = Split.NONE


def split_images(
    images: Sequence[LabelledImage], *, seed: int
) -> tuple[tuple[LabelledImage, ...], tuple[LabelledImage, ...]]:
    """What to learn from and what to judge by; test images are neither.

    Splits that a person chose are kept. Otherwise a fifth of the images, verified ones first, is held out; of
    fewer than four images a quarter of their tiles.
    """
    usable = [image for image in images if image.split is not Split.TEST]
    validation = [image for image in usable if image.split is Split.VALIDATION]
    learning = [image for image in usable if image.split is not Split.VALIDATION]
    if validation:
        return tuple(learning), tuple(validation)
    free = [image for image in learning if image.split is Split.NONE]
    if len(learning) < FEWEST_IMAGES or not free:
        tiles = [_by_tiles(image, seed=seed + index) for index, image in enumerate(learning)]
        return tuple(kept for kept, _ in tiles), tuple(held for _, held in tiles)
    chance = np.random.default_rng([seed, 0x5EED])
    shuffled = [free[int(i)] for i in chance.permutation(len(free))]
    shuffled.sort(key=lambda image: not image.is_verified)
    held = shuffled[: max(1, round(VALIDATION_SHARE * len(learning)))]
    return tuple(image for image in learning if image not in held), tuple(held)


def _by_tiles(image: LabelledImage, *, seed: int) -> tuple[LabelledImage, LabelledImage]:
    """The image without its held-out tiles, and the held-out tiles alone."""
    chance = np.random.default_rng([seed, 0x711E])
    tiles = []
    for row in range(0, GRID, 2):
        for column in range(0, GRID, 2):
            down, right = divmod(int(chance.integers(4)), 2)
            tiles.append(_tile(image.size, row + down, column + right))
    held = tuple(tile for tile in tiles if not tile.is_empty)
    return (
        replace(image, sample=replace(image.sample, outside=(*image.sample.outside, *held))),
        replace(image, sample=replace(image.sample, inside=held)),
    )


def _tile(size: Size, row: int, column: int) -> Rect:
    return Rect(
        column * size.width // GRID,
        row * size.height // GRID,
        (column + 1) * size.width // GRID,
        (row + 1) * size.height // GRID,
    )
