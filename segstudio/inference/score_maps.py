"""Class probabilities of one tile, seen once or several times: enlarged, mirrored, averaged."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from segstudio.domain.arrays import RgbImage
from segstudio.domain.model_info import Normalization
from segstudio.inference.engines import Engine
from segstudio.nn.preprocessing import image_tensor, scaled_size


class View:
    """How a tile is looked at. As published, each look's softmax map is enlarged bilinearly before the average."""

    def __init__(
        self, engine: Engine, normalization: Normalization, *, mirror: bool, check: Callable[[], None]
    ) -> None:
        self._engine = engine
        self._normalization = normalization
        self._mirror = mirror
        self._check = check

    def winners(self, image: RgbImage, scales: Sequence[float]) -> tuple[Tensor, Tensor, Tensor]:
        """The winning channel and its probability in 255ths, uint8 (H, W), and the probabilities behind them.

        These are float32 (channels, ceil(H/k), ceil(W/k)).
        """
        cell = self._engine.config.cell_width
        height, width = image.shape[:2]
        with torch.inference_mode():
            if tuple(scales) == (1.0,):
                maps = self._probabilities(image, 1.0)
                full = enlarged(maps, cell)[:, :height, :width]
                maps = maps[:, : -(-height // cell), : -(-width // cell)]
            else:
                full = torch.zeros((self._engine.config.channels, height, width), device=self._engine.device)
                for scale in scales:
                    full += self._full_size(image, scale)
                full /= len(scales)
                maps = functional.avg_pool2d(full.unsqueeze(0), cell, ceil_mode=True)[0]
            share, winner = full.max(dim=0)
            return winner.to(torch.uint8), share.mul(255.0).round_().to(torch.uint8), maps

    def _full_size(self, image: RgbImage, scale: float) -> Tensor:
        """Probabilities (channels, H, W) as seen at ``scale``."""
        height, width = scaled_size(image, scale)
        grown = enlarged(self._probabilities(image, scale), self._engine.config.cell_width)
        found = grown[None, :, :height, :width]
        if (height, width) == image.shape[:2]:
            return found[0]
        return functional.interpolate(found, image.shape[:2], mode="bilinear", align_corners=False)[0]

    def _probabilities(self, image: RgbImage, scale: float) -> Tensor:
        """float32 (channels, H'/k, W'/k) of the padded, scaled image; mirrored and plain averaged."""
        stride = self._engine.config.output_stride
        images = image_tensor(image, self._normalization, stride=stride, device=self._engine.device, scale=scale)
        probabilities = self._softmax(images)
        if self._mirror:
            # The padded image is mirrored, so that the cells of both looks fall on the same pixels.
            probabilities = (probabilities + self._softmax(images.flip(3)).flip(2)) / 2
        return probabilities

    def _softmax(self, images: Tensor) -> Tensor:
        cells = self._engine.cells(images, self._check)
        return self._engine.rearrange(cells.float())[0].softmax(dim=0)


def enlarged(maps: Tensor, cell: int) -> Tensor:
    """Maps (channels, h, w) to (channels, h*cell, w*cell), bilinearly."""
    if cell == 1:
        return maps
    return functional.interpolate(maps[None], scale_factor=float(cell), mode="bilinear", align_corners=False)[0]
