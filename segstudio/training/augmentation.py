"""Chance in what the network sees: scale, crop, mirror, light and colour."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as transforms

from segstudio.domain.arrays import IGNORE
from segstudio.domain.geometry import Rect, Size
from segstudio.training.plan import Recipe
from segstudio.training.samples import DecodedSample

FILL = 124  # About the mean of ImageNet and of the normalisation: nearly 0 for the network.
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What one sample became: ``image`` uint8 (3, h, w), ``targets`` uint8 (h, w), ``weights`` float32 or None.

    ``color``: float32 (3, 4), the colour change still to be applied: a matrix and an offset in 0 to 255.
    """

    image: Tensor
    targets: Tensor
    weights: Tensor | None
    color: NDArray[np.float32]


def augmented(sample: DecodedSample, recipe: Recipe, crop: Size | None, chance: np.random.Generator) -> View:
    """A random view of ``sample`` of ``crop`` pixels, or of its own size where that is None."""
    height, width = sample.targets.shape
    shown = crop or Size(width, height)
    # A whole image that shrinks would leave its view half empty.
    low, high = recipe.scales if crop else (max(1.0, recipe.scales[0]), max(1.0, recipe.scales[1] ** 0.5))
    scale = math.exp(chance.uniform(math.log(low), math.log(high)))
    region = _region(sample, recipe, Size(round(shown.width / scale), round(shown.height / scale)), chance)
    mirrored = recipe.mirror and chance.random() < 0.5
    color = color_change(recipe.color, chance)
    inside = region.intersected(Rect(0, 0, width, height))
    left = round((inside.left - region.left) * scale)
    top = round((inside.top - region.top) * scale)
    size = (
        min(max(1, round(inside.height * scale)), shown.height - top),
        min(max(1, round(inside.width * scale)), shown.width - left),
    )
    place = (slice(top, top + size[0]), slice(left, left + size[1]))

    def shown_part(values: NDArray[np.generic], fill: float, mode: InterpolationMode) -> Tensor:
        part = torch.from_numpy(values[inside.slices].copy())
        part = part.permute(2, 0, 1) if part.ndim == 3 else part.unsqueeze(0)
        part = transforms.resize(part, list(size), interpolation=mode, antialias=True)
        canvas = torch.full((part.shape[0], shown.height, shown.width), fill, dtype=part.dtype)
        canvas[:, place[0], place[1]] = part
        return transforms.horizontal_flip(canvas) if mirrored else canvas

    return View(
        image=shown_part(sample.image, FILL, InterpolationMode.BILINEAR),
        targets=shown_part(sample.targets, IGNORE, InterpolationMode.NEAREST_EXACT)[0],
        weights=None
        if sample.weights is None
        else shown_part(sample.weights, 0.0, InterpolationMode.NEAREST_EXACT)[0],
        color=color,
    )


def pasted(view: View, other: View, chance: np.random.Generator) -> View:
    """``view`` with the pixels of one class of ``other``, drawn evenly, pasted over it; both are of one size.

    The supervised half of ClassMix (Olsson et al., arXiv 2007.07936): rare things in new surroundings.
    """
    channels = torch.unique(other.targets)
    channels = channels[channels != IGNORE]
    if len(channels) == 0:
        return view
    mask = other.targets == channels[int(chance.integers(len(channels)))]
    weights = view.weights
    if weights is not None or other.weights is not None:
        own, others = (torch.ones(mask.shape) if w is None else w for w in (weights, other.weights))
        weights = torch.where(mask, others, own)
    return View(
        image=torch.where(mask, other.image, view.image),
        targets=torch.where(mask, other.targets, view.targets),
        weights=weights,
        color=view.color,
    )


def _region(sample: DecodedSample, recipe: Recipe, size: Size, chance: np.random.Generator) -> Rect:
    """Where the view lies in the image: anywhere, or around a pixel of a class drawn evenly."""
    height, width = sample.targets.shape
    left = _start(width, size.width, chance)
    top = _start(height, size.height, chance)
    if sample.places and chance.random() < recipe.rare_share:
        channel = sorted(sample.places)[int(chance.integers(len(sample.places)))]
        places = sample.places[channel]
        row, column = places[int(chance.integers(len(places)))]
        left = _start_around(int(column), width, size.width, chance)
        top = _start_around(int(row), height, size.height, chance)
    return Rect(left, top, left + max(1, size.width), top + max(1, size.height))


def _start(length: int, window: int, chance: np.random.Generator) -> int:
    """Where a window begins: within the image, or, if it is larger, so that the image is within it."""
    room = length - window
    return int(chance.integers(min(room, 0), max(room, 0) + 1))


def _start_around(pixel: int, length: int, window: int, chance: np.random.Generator) -> int:
    """The same, with ``pixel`` inside the window."""
    room = length - window
    low, high = max(min(room, 0), pixel - window + 1), min(max(room, 0), pixel)
    return int(chance.integers(low, high + 1)) if low <= high else low


def color_change(strength: float, chance: np.random.Generator) -> NDArray[np.float32]:
    """float32 (3, 4): light, contrast, saturation, hue and white balance in one matrix and one offset.

    One matrix, applied on the device, costs 0.7 ms for an image of 320 x 240 on one core; torchvision's
    ColorJitter, four passes and a conversion to HSV, 9.3 ms, where the whole training step takes some 40.
    """
    light, contrast, saturation = 1.0 + strength * chance.uniform(-0.8, 0.8, 3)
    angle = strength * chance.uniform(-0.5, 0.5)
    balance = 1.0 + strength * chance.uniform(-0.2, 0.2, 3)
    grey = np.tile(LUMA, (3, 1))
    matrix = _hue_rotation(angle) @ (saturation * np.eye(3) + (1.0 - saturation) * grey)
    matrix = np.diag(balance) @ matrix * light * contrast
    offset = 128.0 * light * (1.0 - contrast)
    return np.concatenate([matrix, np.full((3, 1), offset)], axis=1).astype(np.float32)


def _hue_rotation(angle: float) -> NDArray[np.float64]:
    """A turn of the colours around the grey axis (Rodrigues)."""
    axis = np.full(3, 1.0 / math.sqrt(3.0))
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    rotation: NDArray[np.float64] = (
        math.cos(angle) * np.eye(3) + math.sin(angle) * cross + (1.0 - math.cos(angle)) * np.outer(axis, axis)
    )
    return rotation
