"""How samples that no screen can show (16-bit, float, many channels) become an RGB image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import RgbImage, read_only
from segstudio.domain.sample_view import AS_SUITS, SampleView

Samples = NDArray[Any]  # Any: the sample type is the file's choice
"""Any integer or float type, shape (H, W, channels)."""

_SURVEYED_PIXELS = 1_000_000
_PERCENTILES = (0.5, 99.5)


@dataclass(frozen=True, slots=True)
class DisplayMapping:
    """Which channel is shown as red, green, blue, and the sample values shown as 0 and as 255 in each."""

    channels: tuple[int, int, int]
    low: tuple[float, float, float]
    high: tuple[float, float, float]


def channels_shown(channel_count: int) -> tuple[int, int, int]:
    """The first three where there are as many, otherwise the first in grey."""
    return (0, 1, 2) if channel_count >= 3 else (0, 0, 0)


def suggest_mapping(
    samples: Samples,
    *,
    channels: tuple[int, int, int] | None = None,
    percentiles: tuple[float, float] = _PERCENTILES,
) -> DisplayMapping:
    """Stretches each channel between two percentiles of its finite values (about a million are looked at)."""
    chosen = channels or channels_shown(samples.shape[2])
    step = max(1, int(np.sqrt(samples.shape[0] * samples.shape[1] / _SURVEYED_PIXELS)))
    surveyed = samples[::step, ::step]
    bounds = {channel: _bounds(surveyed[..., channel], percentiles) for channel in set(chosen)}
    red, green, blue = (bounds[channel] for channel in chosen)
    return DisplayMapping(chosen, (red[0], green[0], blue[0]), (red[1], green[1], blue[1]))


def full_range_mapping(samples: Samples, channels: tuple[int, int, int] | None = None) -> DisplayMapping:
    """The whole range of an unsigned type, as colour photographs of 16 bits use it."""
    top = float(np.iinfo(samples.dtype).max)
    return DisplayMapping(channels or channels_shown(samples.shape[2]), (0.0, 0.0, 0.0), (top, top, top))


def mapping_for(samples: Samples, view: SampleView = AS_SUITS, *, is_photo: bool) -> DisplayMapping:
    """``view`` for these samples; ``is_photo``: an unsigned type whose whole range is meant to be seen."""
    channels = view.channels_of(samples.shape[2])
    if is_photo and view.percentiles is None:
        return full_range_mapping(samples, channels)
    return suggest_mapping(samples, channels=channels, percentiles=view.percentiles or _PERCENTILES)


def shows_bytes(samples: Samples, view: SampleView, *, is_colour: bool) -> bool:
    """Whether samples of 8 bits are shown as they are stored: grey, and colour unless other channels are wanted."""
    count = samples.shape[2]
    if samples.dtype != np.uint8 or not (is_colour or count <= 2):
        return False
    return count <= (3 if is_colour else 2) or view.channels_of(count) is None


def to_rgb(samples: Samples, mapping: DisplayMapping) -> RgbImage:
    """``samples`` through ``mapping``; values outside its bounds are clipped, those not finite become 0.

    Raises: ValueError: the mapping names a channel that the samples lack.
    """
    if max(mapping.channels) >= samples.shape[2]:
        raise ValueError(f"Channel {max(mapping.channels)} is not among the {samples.shape[2]} there are.")
    rgb = np.empty((*samples.shape[:2], 3), np.uint8)
    done: dict[tuple[int, float, float], int] = {}
    for shown, key in enumerate(zip(mapping.channels, mapping.low, mapping.high, strict=True)):
        if key in done:
            rgb[..., shown] = rgb[..., done[key]]
            continue
        done[key] = shown
        _stretch(samples[..., key[0]], key[1], key[2], out=rgb[..., shown])
    return read_only(rgb)


def _bounds(values: Samples, percentiles: tuple[float, float]) -> tuple[float, float]:
    finite = values[np.isfinite(values)].astype(np.float64) if values.dtype.kind == "f" else values
    if finite.size == 0:
        return 0.0, 1.0
    low, high = np.percentile(finite, percentiles)
    if high <= low:
        low, high = float(finite.min()), float(finite.max())
    return float(low), float(high if high > low else low + 1.0)


def _stretch(values: Samples, low: float, high: float, *, out: NDArray[np.uint8]) -> None:
    """Writes into ``out``. 8 and 16 bits go through a table: one look-up a pixel."""
    if values.dtype.kind == "u" and values.dtype.itemsize <= 2:
        every = np.arange(np.iinfo(values.dtype).max + 1, dtype=np.float64)
        out[...] = _to_bytes(every, low, high)[values]
        return
    for start in range(0, values.shape[0], 256):  # in strips: float copies of a whole picture are large
        out[start : start + 256] = _to_bytes(values[start : start + 256].astype(np.float64), low, high)


def _to_bytes(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.uint8]:
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = (values - low) * (255.0 / (high - low))
    shown = np.clip(np.nan_to_num(scaled, nan=0.0, posinf=255.0, neginf=0.0), 0.0, 255.0)
    return (shown + 0.5).astype(np.uint8)
