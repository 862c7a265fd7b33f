"""From a head's cells, however they were computed, to an answer at the image's resolution."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from segstudio.domain.arrays import IGNORE, read_only
from segstudio.domain.geometry import Size
from segstudio.domain.model_info import NetworkConfig
from segstudio.domain.prediction import Prediction, Probabilities
from segstudio.inference.score_maps import enlarged
from segstudio.nn.upsampling import rearranged


def prediction_of_cells(
    cells: Tensor,
    *,
    network: NetworkConfig,
    class_ids: tuple[int, ...],
    size: Size,
    model_name: str,
    device: str,
    seconds: float,
) -> Prediction:
    """``cells``: (1, channels*q*q, h, w), one channel for each of ``class_ids``, covering at least ``size``.

    Channels of class 255 label their pixels 255 and are left out of the probabilities.
    """
    with torch.inference_mode():
        scores = rearranged(cells.float(), cells_per_side=network.cells_per_side, head=network.head)
        maps = scores[0].softmax(dim=0)
        share, winner = enlarged(maps, network.cell_width)[:, : size.height, : size.width].max(dim=0)
        height, width = -(-size.height // network.cell_width), -(-size.width // network.cell_width)
        values = maps[:, :height, :width].mul(255.0).round_().to(torch.uint8).cpu().numpy()
    class_of_channel = np.full(256, IGNORE, np.uint8)
    class_of_channel[: len(class_ids)] = class_ids
    return Prediction(
        labels=read_only(class_of_channel[winner.to(torch.uint8).cpu().numpy()]),
        confidence=read_only(share.mul(255.0).round_().to(torch.uint8).cpu().numpy()),
        model_name=model_name,
        device=device,
        seconds=seconds,
        probabilities=Probabilities(
            read_only(values[[channel for channel, class_id in enumerate(class_ids) if class_id != IGNORE]]),
            tuple(class_id for class_id in class_ids if class_id != IGNORE),
            size,
            network.cell_width,
        ),
    )
