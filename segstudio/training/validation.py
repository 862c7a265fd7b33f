"""How well a network does on the validation samples while it is trained."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from lightning_fabric import Fabric
from torch.nn import functional

from segstudio.domain.arrays import IGNORE, LabelMap, RgbImage
from segstudio.domain.model_info import Normalization
from segstudio.domain.task import Task
from segstudio.domain.training_log import TrainingLog
from segstudio.nn.metrics import ConfusionMatrix
from segstudio.nn.network import Network
from segstudio.nn.preprocessing import image_tensor
from segstudio.training.plan import Sample
from segstudio.training.samples import SampleCache

TILE = 1024
"""Larger images are judged in tiles of this side, in pixels; the program itself tiles with an overlap."""


def validate(
    fabric: Fabric,
    network: Network,
    samples: Sequence[Sample],
    cache: SampleCache,
    *,
    normalization: Normalization,
    task: Task[TrainingLog],
) -> ConfusionMatrix:
    """Channels, not class ids, are counted. The processes share the samples and all get the whole result."""
    matrix = ConfusionMatrix()
    was_training = network.training
    network.eval()
    with torch.inference_mode(), fabric.autocast():
        for sample in samples[fabric.global_rank :: fabric.world_size]:
            task.check()
            decoded = cache.decoded(sample)
            predicted = predicted_channels(network, decoded.image, normalization, fabric.device)
            matrix.add(decoded.targets, predicted)
    network.train(was_training)
    if fabric.world_size > 1:
        counts = fabric.all_reduce(torch.from_numpy(matrix.counts).to(fabric.device), reduce_op="sum")
        assert isinstance(counts, torch.Tensor)
        return ConfusionMatrix(counts.cpu().numpy())
    return matrix


def predicted_channels(
    network: Network, image: RgbImage, normalization: Normalization, device: torch.device
) -> LabelMap:
    """The winning channel of each pixel, uint8 (H, W), its score enlarged bilinearly from cell to pixel."""
    height, width = image.shape[:2]
    result = np.full((height, width), IGNORE, np.uint8)
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            place = (slice(top, top + TILE), slice(left, left + TILE))
            tile = image[place]
            pixels = image_tensor(tile, normalization, stride=network.config.output_stride, device=device)
            scores = network.logits(pixels).float()
            enlarged = functional.interpolate(scores, size=pixels.shape[-2:], mode="bilinear", align_corners=False)
            winners = enlarged[0, :, : tile.shape[0], : tile.shape[1]].argmax(dim=0)
            result[place] = winners.to(torch.uint8).cpu().numpy()
    return result
