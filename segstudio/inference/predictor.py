"""One model on one device: images in, labels with confidence out, whatever the image's size."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from segstudio.domain.arrays import IGNORE, RgbImage, read_only, require_rgb_image
from segstudio.domain.geometry import Rect, Size
from segstudio.domain.model_info import HeadKind, ModelInfo
from segstudio.domain.prediction import Prediction, Probabilities
from segstudio.domain.task import Progress, Task
from segstudio.inference.engines import Engine
from segstudio.inference.score_maps import View
from segstudio.inference.tile_run import SMALLEST_BUDGET, Fill, tile_by_tile
from segstudio.inference.tiling import Tile
from segstudio.nn.devices import describe_device
from segstudio.nn.network import Network
from segstudio.nn.preprocessing import image_tensor
from segstudio.nn.upsampling import winners_of_cells

PIXEL_BUDGET = 1536 * 1536
CLASSES_IN_BUDGET = 32
LARGEST_SCALE = 8.0
FEATURE_SIDE = 384


class Predictor:
    """``pixel_budget`` is the largest number of pixels that go through the network at once."""

    def __init__(
        self,
        network: Network,
        info: ModelInfo,
        device: torch.device,
        *,
        pixel_budget: int = PIXEL_BUDGET,
        precision: torch.dtype | None = None,
    ) -> None:
        self.info = info
        self.device = device
        self.pixel_budget = pixel_budget
        self._network = network
        self._engine = Engine(network, device, precision)
        channels = np.full(256, IGNORE, np.uint8)
        channels[: info.network.channels] = info.channel_map.class_ids
        self._class_of_channel = channels

    def predict(
        self,
        image: RgbImage,
        task: Task[Progress] | None = None,
        *,
        scales: Sequence[float] = (1.0,),
        mirror: bool = False,
        with_probabilities: bool = False,
    ) -> Prediction:
        """Labels and confidence at the image's resolution.

        With several ``scales``, or ``mirror``, the softmax maps are averaged, each enlarged bilinearly.

        Raises: ValueError: not uint8 (H, W, 3), or empty. CancelledError. DeviceMemoryError.
        """
        _check_image(image)
        _check_scales(scales)
        started = time.perf_counter()
        labels = np.empty(image.shape[:2], np.uint8)
        confidence = np.empty(image.shape[:2], np.uint8)
        collected = self._empty_probabilities(image) if with_probabilities else None

        def fill(tile: Tile, check: Task[Progress]) -> None:
            part = np.ascontiguousarray(image[tile.read.slices])
            inside = _relative(tile.keep, tile.read)
            if collected is None and self._is_exact_early(scales, mirror=mirror):
                winner, share = self._early_winners(part, check)
            else:
                view = View(self._engine, self.info.normalization, mirror=mirror, check=check.check)
                winner, share, maps = view.winners(part, scales)
                if collected is not None:
                    self._collect(collected, maps, tile)
            labels[tile.keep.slices] = self._class_of_channel[winner[inside.slices].cpu().numpy()]
            confidence[tile.keep.slices] = share[inside.slices].cpu().numpy()

        remark = self._for_each_tile(image, task or Task(), fill, enlargement=max(scales))
        return Prediction(
            labels=read_only(labels),
            confidence=read_only(confidence),
            model_name=self.info.name,
            device=self.device_name,
            seconds=time.perf_counter() - started,
            probabilities=None if collected is None else self._as_probabilities(collected, image),
            remark=remark,
        )

    def probabilities(
        self,
        image: RgbImage,
        task: Task[Progress] | None = None,
        *,
        scales: Sequence[float] = (1.0,),
        mirror: bool = False,
    ) -> Probabilities:
        """Class probabilities at the network's resolution. Raises: as ``predict``."""
        found = self.predict(image, task, scales=scales, mirror=mirror, with_probabilities=True).probabilities
        assert found is not None
        return found

    def logits(self, image: RgbImage, task: Task[Progress] | None = None) -> NDArray[np.float32]:
        """Scores before softmax, computed in float32: shape (channels, ceil(H/k), ceil(W/k)), k the cell width."""
        _check_image(image)
        cell = self.info.network.cell_width
        height, width = _cells(image.shape[0], cell), _cells(image.shape[1], cell)
        logits = np.empty((self.info.network.channels, height, width), np.float32)

        def fill(tile: Tile, check: Task[Progress]) -> None:
            part = np.ascontiguousarray(image[tile.read.slices])
            cells = self._engine.exact_cells(self._tensor(part), check.check)
            scores = self._engine.rearrange(cells)[0]
            keep, inside = _at_cells(tile.keep, cell), _at_cells(_relative(tile.keep, tile.read), cell)
            logits[:, *keep.slices] = scores[:, *inside.slices].cpu().numpy()

        self._for_each_tile(image, task or Task(), fill, enlargement=1.0)
        return logits

    @property
    def network(self) -> Network:
        """As it was read, in float32 on the CPU; not to be changed."""
        return self._network

    def features(self, image: RgbImage) -> Tensor:
        """The trunk's features of the whole image, float32 (1, C, h, w). Raises: as ``predict``."""
        _check_image(image)
        return self._engine.features(self._tensor(image))

    def image_features(self, image: RgbImage) -> NDArray[np.float32]:
        """A vector of length 1 that is alike for images that look alike: the trunk's mean features.

        Of the whole image, at a scale that leaves at most ``FEATURE_SIDE`` pixels on its longer side.
        """
        _check_image(image)
        scale = min(1.0, FEATURE_SIDE / max(image.shape[:2]))
        network = self.info.network
        images = image_tensor(
            image, self.info.normalization, stride=network.output_stride, device=self.device, scale=scale
        )
        pooled = self._engine.features(images).mean(dim=(0, 2, 3))
        vector: NDArray[np.float32] = functional.normalize(pooled, dim=0).cpu().numpy()
        return vector

    @property
    def device_name(self) -> str:
        precision = "bfloat16" if self._engine.precision is torch.bfloat16 else "float32"
        return f"{describe_device(self.device)}, {precision}"

    def _for_each_tile(self, image: RgbImage, task: Task[Progress], fill: Fill, *, enlargement: float) -> str:
        """``enlargement``: of the image's sides before the network sees it. Returns: as ``tile_by_tile``."""
        size = Size(image.shape[1], image.shape[0])
        crowding = max(1.0, self.info.network.channels / CLASSES_IN_BUDGET)
        budget = max(SMALLEST_BUDGET, int(self.pixel_budget / crowding / max(1.0, enlargement) ** 2))
        stride, name = self.info.network.output_stride, self.info.name
        return tile_by_tile(size, fill, task, budget=budget, stride=stride, device=self.device, model_name=name)

    def _is_exact_early(self, scales: Sequence[float], *, mirror: bool) -> bool:
        """True where the winners found before the rearrangement are the answer."""
        network = self.info.network
        is_plain = tuple(scales) == (1.0,) and not mirror and network.cell_width == 1
        return is_plain and network.head is HeadKind.DUC

    def _early_winners(self, part: RgbImage, check: Task[Progress]) -> tuple[Tensor, Tensor]:
        cells = self._engine.cells(self._tensor(part), check.check)
        with torch.inference_mode():
            winner, share = winners_of_cells(cells, cells_per_side=self.info.network.cells_per_side)
        assert share is not None
        return winner[0], share[0]

    def _tensor(self, part: RgbImage) -> Tensor:
        return image_tensor(
            part, self.info.normalization, stride=self.info.network.output_stride, device=self.device
        )

    def _empty_probabilities(self, image: RgbImage) -> NDArray[np.uint8]:
        network = self.info.network
        height, width = (_cells(side, network.cell_width) for side in image.shape[:2])
        return np.empty((network.channels, height, width), np.uint8)

    def _collect(self, collected: NDArray[np.uint8], maps: Tensor, tile: Tile) -> None:
        """Writes the tile's part into ``collected``."""
        cell = self.info.network.cell_width
        keep, inside = _at_cells(tile.keep, cell), _at_cells(_relative(tile.keep, tile.read), cell)
        wanted = (maps[:, *inside.slices] * 255.0).round_().to(torch.uint8)
        collected[:, *keep.slices] = wanted.cpu().numpy()

    def _as_probabilities(self, collected: NDArray[np.uint8], image: RgbImage) -> Probabilities:
        return Probabilities(
            values=read_only(collected),
            class_ids=self.info.channel_map.class_ids,
            image_size=Size(image.shape[1], image.shape[0]),
            cell_width=self.info.network.cell_width,
        )


def _check_image(image: RgbImage) -> None:
    require_rgb_image(image)
    if image.size == 0:
        raise ValueError(f"The image has no pixels: {image.shape}.")


def _check_scales(scales: Sequence[float]) -> None:
    if not scales or not all(1 / LARGEST_SCALE <= scale <= LARGEST_SCALE for scale in scales):
        raise ValueError(f"Scales lie between {1 / LARGEST_SCALE} and {LARGEST_SCALE:.0f}: {tuple(scales)}.")


def _relative(inner: Rect, outer: Rect) -> Rect:
    return Rect(inner.left - outer.left, inner.top - outer.top, inner.right - outer.left, inner.bottom - outer.top)


def _at_cells(rect: Rect, cell: int) -> Rect:
    return Rect(rect.left // cell, rect.top // cell, _cells(rect.right, cell), _cells(rect.bottom, cell))


def _cells(pixels: int, cell: int) -> int:
    return -(-pixels // cell)
