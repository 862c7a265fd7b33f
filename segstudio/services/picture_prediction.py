"""Asks the model about a picture of any size: whole where it is in memory, piece by piece where it isn't."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import read_only
from segstudio.domain.geometry import Rect, Size
from segstudio.domain.prediction import Prediction, Probabilities
from segstudio.domain.task import Progress, Task
from segstudio.formats.image_source import ImageSource
from segstudio.services.picture_loading import Picture

if TYPE_CHECKING:
    from segstudio.inference.predictor import Predictor

BAND_PIXELS = 16_000_000
"""About as many pixels are read at a time; bands, since big files decode from top to bottom."""

MARGIN = 128
LARGEST_PROBABILITY_BYTES = 400_000_000


def predict_picture(predictor: Predictor, picture: Picture, task: Task[Progress]) -> Prediction:
    """With probabilities, unless they would take too much memory. Raises: FormatError: the file is damaged."""
    if isinstance(picture, np.ndarray):
        return predictor.predict(picture, task, with_probabilities=True)
    return _predict_bands(predictor, picture, task)


def _predict_bands(predictor: Predictor, source: ImageSource, task: Task[Progress]) -> Prediction:
    begun = time.perf_counter()
    size, network = source.size, predictor.info.network
    labels = np.empty((size.height, size.width), np.uint8)
    confidence = np.empty_like(labels)
    shape = (network.channels, -(-size.height // network.cell_width), -(-size.width // network.cell_width))
    values = np.empty(shape, np.uint8) if np.prod(shape, dtype=np.int64) <= LARGEST_PROBABILITY_BYTES else None
    bands = _bands(size, network.output_stride)
    remark, device = "", predictor.device_name
    quiet: Task[Progress] = Task(lambda _: task.check())
    for done, band in enumerate(bands):
        task.report(Progress(done, len(bands), "Segmenting"))
        read = band.expanded(MARGIN).intersected(Rect(0, 0, size.width, size.height))
        part = predictor.predict(source.read_region(0, read), quiet, with_probabilities=values is not None)
        inner = slice(band.top - read.top, band.bottom - read.top)
        labels[band.slices], confidence[band.slices] = part.labels[inner], part.confidence[inner]
        if values is not None and part.probabilities is not None:
            cell = network.cell_width
            rows = slice(band.top // cell, -(-band.bottom // cell))
            first = (band.top - read.top) // cell
            values[:, rows] = part.probabilities.values[:, first : first + rows.stop - rows.start]
        remark = part.remark or remark
    task.report(Progress(len(bands), len(bands), "Segmenting"))
    return Prediction(
        labels=read_only(labels),
        confidence=read_only(confidence),
        model_name=predictor.info.name,
        device=device,
        seconds=time.perf_counter() - begun,
        probabilities=None if values is None else _probabilities(predictor, values, size),
        remark=remark,
    )


def _bands(size: Size, stride: int) -> tuple[Rect, ...]:
    """The picture from top to bottom, each band but the last a multiple of the stride high."""
    height = max(stride, BAND_PIXELS // size.width // stride * stride)
    tops = range(0, size.height, height)
    return tuple(Rect(0, top, size.width, min(size.height, top + height)) for top in tops)


def _probabilities(predictor: Predictor, values: NDArray[np.uint8], size: Size) -> Probabilities:
    return Probabilities(
        values=read_only(values),
        class_ids=predictor.info.channel_map.class_ids,
        image_size=size,
        cell_width=predictor.info.network.cell_width,
    )
