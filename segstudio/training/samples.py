"""The samples of a plan: found in folders, decoded, and kept in memory as far as a budget allows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE, LabelMap, Mask, RgbImage
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Rect
from segstudio.domain.sample_view import AS_SUITS, SampleView
from segstudio.formats.image_files import read_image
from segstudio.formats.image_walk import images_with_labels
from segstudio.formats.indexed_png import read_label_map
from segstudio.training.plan import Sample

POINTS_A_CLASS = 64  # Enough places for crops around a class; the whole list would be as big as the image.
PIXELS_SEARCHED = 4_000_000  # Of larger images every n-th pixel is looked at.


def find_samples(images: Path, labels: Path, view: SampleView = AS_SUITS) -> tuple[Sample, ...]:
    """Every image below ``images`` with the PNG below ``labels`` of the same relative path and stem.

    ``view``: how images of 16 bits, floats, many channels or pages become colours.

    Raises: FormatError: a folder is missing, or no image has a label map.
    """
    found = [
        Sample(image, label_map, name=image.relative_to(images).with_suffix("").as_posix(), view=view)
        for image, label_map in images_with_labels(images, labels)
        if label_map.is_file()
    ]
    if not found:
        raise FormatError(f"No image here has a label map NAME.png of the same name in {labels}.", path=images)
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class DecodedSample:
    """``targets``: uint8 (H, W), the channel of each pixel, 255 where nothing is to be learnt.

    ``weights``: float32 (H, W) or None for 1 everywhere. ``places``: for each channel that occurs, some of
    its pixels, int32 (n, 2) of row and column.
    """

    image: RgbImage
    targets: LabelMap
    weights: NDArray[np.float32] | None
    places: dict[int, NDArray[np.int32]]

    @property
    def byte_count(self) -> int:
        return self.image.nbytes + self.targets.nbytes + (0 if self.weights is None else self.weights.nbytes)

    def channel_counts(self) -> NDArray[np.int64]:
        """int64 (256,): the pixels of each channel; none are counted as ignored."""
        counts = np.bincount(self.targets.ravel(), minlength=256).astype(np.int64)
        counts[IGNORE] = 0
        return counts


def decode_sample(sample: Sample, class_ids: tuple[int, ...]) -> DecodedSample:
    """Raises: FormatError: a file can't be read, or image and labels differ in size."""
    image = read_image(sample.image, sample.view) if isinstance(sample.image, Path) else sample.image
    labels = read_label_map(sample.labels) if isinstance(sample.labels, Path) else sample.labels
    where = sample.labels if isinstance(sample.labels, Path) else None
    _require_same_size(image, labels, where)
    targets = channel_table(class_ids)[labels]
    targets[~_counted(sample, labels.shape)] = IGNORE
    weights = _read_weights(sample)
    if weights is not None:
        _require_same_size(image, weights, sample.weights if isinstance(sample.weights, Path) else where)
        targets[weights <= 0] = IGNORE
    return DecodedSample(image, targets, weights, _places(targets))


def channel_table(class_ids: tuple[int, ...]) -> NDArray[np.uint8]:
    """uint8 (256,): the channel of each label value; 255 for values that no channel learns."""
    table = np.full(256, IGNORE, np.uint8)
    table[list(class_ids)] = np.arange(len(class_ids), dtype=np.uint8)
    return table


def _require_same_size(image: RgbImage, other: NDArray[np.generic], path: Path | None) -> None:
    if image.shape[:2] != other.shape:
        (height, width), (other_height, other_width) = image.shape[:2], other.shape
        raise FormatError(f"It has {other_width} x {other_height} pixels, its image {width} x {height}.", path=path)


def _counted(sample: Sample, shape: tuple[int, ...]) -> Mask:
    counted = np.full(shape, not sample.inside)
    bounds = Rect.of_shape(shape)
    for rect in sample.inside:
        counted[rect.intersected(bounds).slices] = True
    for rect in sample.outside:
        counted[rect.intersected(bounds).slices] = False
    return counted


def _read_weights(sample: Sample) -> NDArray[np.float32] | None:
    if sample.weights is None:
        return None
    stored = read_label_map(sample.weights) if isinstance(sample.weights, Path) else sample.weights
    table = np.zeros(256, np.float32)
    if sample.weight_table is None:
        table[:] = np.arange(256) / 255.0
    else:
        table[: len(sample.weight_table)] = sample.weight_table
    return table[stored]


def _places(targets: LabelMap) -> dict[int, NDArray[np.int32]]:
    places: dict[int, NDArray[np.int32]] = {}
    step = max(1, targets.size // PIXELS_SEARCHED)
    flat = targets.ravel()[::step]
    for channel in np.flatnonzero(np.bincount(flat, minlength=256)[:IGNORE]):
        pixels = step * np.flatnonzero(flat == channel)
        chosen = pixels[:: max(1, len(pixels) // POINTS_A_CLASS)]
        places[int(channel)] = np.stack(np.divmod(chosen, targets.shape[1]), axis=1).astype(np.int32)
    return places


@dataclass(slots=True)
class SampleCache:
    """Decodes samples and keeps them while they fit into ``byte_budget``. Safe between threads."""

    class_ids: tuple[int, ...]
    byte_budget: int
    _kept: dict[int, DecodedSample] = field(default_factory=dict)
    _bytes_kept: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def channel_counts(self, samples: Sequence[Sample], check: Callable[[], None]) -> NDArray[np.int64]:
        """int64 (256,): the pixels of each channel in all of ``samples``; ``check`` may raise between two."""
        counts = np.zeros(256, np.int64)
        for sample in samples:
            check()
            counts += self.decoded(sample).channel_counts()
        return counts

    def decoded(self, sample: Sample) -> DecodedSample:
        """Raises: FormatError: the sample can't be read."""
        key = id(sample)  # The plan holds its samples as long as the cache lives.
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        decoded = decode_sample(sample, self.class_ids)
        with self._lock:
            if key not in self._kept and self._bytes_kept + decoded.byte_count <= self.byte_budget:
                self._kept[key] = decoded
                self._bytes_kept += decoded.byte_count
        return decoded
