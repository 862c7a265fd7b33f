"""A head whose classes are all new learns alone first, on features that are computed once.

A step on the features of a thousand cells costs a hundredth of a step of the network, so that even a run of a
minute on a processor ends with a model that knows something. It also keeps a head that knows nothing from spoiling
the trunk: Kumar et al., "Fine-Tuning can Distort Pretrained Features", 2022 (linear probing, then fine-tuning).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from segstudio.domain.arrays import IGNORE, LabelMap
from segstudio.domain.model_info import NetworkConfig, Normalization
from segstudio.nn.network import Network
from segstudio.nn.preprocessing import image_tensor
from segstudio.training.cells import (
    Cells,
    block_shares,
    feature_blocks,
    gathered_rows,
    has_cells,
    head_matrix,
    head_rates,
    joined,
    put_head,
)
from segstudio.training.samples import DecodedSample

STEPS = 300
RATE = 1e-3
CELLS_A_STEP = 1024
MOST_CELLS = 12_288
"""Of all images together; with 512 features and one branch they take 230 MB."""

MOST_WINDOWS = 24
WINDOWS_AN_IMAGE = 3
LARGEST_SIDE = 320
"""Of a window, in pixels."""


def can_start_head(network: Network) -> bool:
    return has_cells(network.config)


def start_head(
    network: Network,
    samples: Sequence[DecodedSample],
    normalization: Normalization,
    *,
    device: torch.device,
    class_weights: Tensor | None = None,
    seed: int = 0,
    seconds: float | None = None,
    check: Callable[[], None] = lambda: None,
) -> int:
    """Fits the head of ``network``, which is changed, to ``samples``; how many steps that took.

    Ends after ``seconds``. ``check`` is called between steps and may raise.
    """
    end = None if seconds is None else time.monotonic() + seconds
    chance = np.random.default_rng([seed, 0x4EAD])
    found = list(_chosen(network, samples, normalization, device, chance, check, end))
    if not found:
        return 0
    weight, bias = head_matrix(network)
    steps, weight, bias = fitted_head(
        weight, bias, joined(found), class_weights=class_weights, seed=seed, end=end, check=check
    )
    put_head(network, weight, bias)
    return steps


def fitted_head(
    weight: Tensor,
    bias: Tensor,
    cells: Cells,
    *,
    class_weights: Tensor | None = None,
    most_steps: int = STEPS,
    seed: int = 0,
    end: float | None = None,
    check: Callable[[], None] = lambda: None,
) -> tuple[int, Tensor, Tensor]:
    """The steps done, and the weight and bias that came of them. ``end``: on the monotonic clock."""
    weight, bias = weight.clone().requires_grad_(), bias.clone().requires_grad_()
    optimizer = torch.optim.AdamW((weight, bias), lr=RATE, weight_decay=0.01)
    generator = torch.Generator().manual_seed(seed)
    shares = cells.shares if class_weights is None else cells.shares * class_weights[None, :, None].to(cells.shares)
    began, done = time.monotonic(), 0
    while done < most_steps:
        check()
        progress = done / most_steps
        if end is not None:
            now = time.monotonic()
            progress = max(progress, (now - began) / max(end - began, 1e-3))
            if progress >= 1.0 and done:
                break
        optimizer.param_groups[0]["lr"] = RATE * (1.0 - min(progress, 0.99)) ** 0.9
        chosen = torch.randint(len(shares), (CELLS_A_STEP,), generator=generator).to(shares.device)
        scores = (cells.rows[chosen] @ weight.t() + bias).reshape(len(chosen), shares.shape[1], -1)
        wanted = shares[chosen]
        loss = -(wanted * scores.log_softmax(dim=1)).sum() / wanted.sum().clamp(min=1e-6)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        optimizer.step()
        done += 1
    return done, weight.detach(), bias.detach()


def _chosen(
    network: Network,
    samples: Sequence[DecodedSample],
    normalization: Normalization,
    device: torch.device,
    chance: np.random.Generator,
    check: Callable[[], None],
    end: float | None,
) -> Iterator[Cells]:
    """Labelled cells in windows of the samples, each sample once before any again; at most half of the time goes
    into looking at them."""
    count = min(WINDOWS_AN_IMAGE * len(samples), MOST_WINDOWS)
    halfway = None if end is None else time.monotonic() + (end - time.monotonic()) / 2
    was_training = network.training
    network.eval()
    try:
        order = np.concatenate([chance.permutation(len(samples)) for _ in range(WINDOWS_AN_IMAGE)])
        for number in order[:count]:
            check()
            found = _cells_of(network, samples[int(number)], normalization, device, chance, MOST_CELLS // count)
            if found is not None:
                yield found
            if halfway is not None and time.monotonic() > halfway:
                return
    finally:
        network.train(was_training)


def _cells_of(
    network: Network,
    sample: DecodedSample,
    normalization: Normalization,
    device: torch.device,
    chance: np.random.Generator,
    count: int,
) -> Cells | None:
    top, left = _corner(sample, chance)
    window = (slice(top, top + LARGEST_SIDE), slice(left, left + LARGEST_SIDE))
    stride = network.config.output_stride
    pixels = image_tensor(np.ascontiguousarray(sample.image[window]), normalization, stride=stride, device=device)
    with torch.no_grad():
        features = network.features(pixels).float()
    targets = sample.targets[window]
    return sampled_cells(features, targets, network.config, head_rates(network), chance=chance, count=count)


def sampled_cells(
    features: Tensor,
    targets: LabelMap,
    config: NetworkConfig,
    rates: Sequence[int],
    *,
    chance: np.random.Generator,
    count: int,
) -> Cells | None:
    """At most ``count`` cells of an image that hold a labelled pixel; ``targets`` are channels, 255 for none."""
    blocks = feature_blocks(targets, features, config)
    labelled = np.flatnonzero((blocks != IGNORE).any(axis=(1, 2)))
    if not len(labelled):
        return None
    chosen = chance.permutation(labelled)[:count]
    rows = gathered_rows(features, torch.from_numpy(chosen).to(features.device), rates)
    return Cells(rows, block_shares(blocks[chosen], config.channels, config).to(features.device))


def _corner(sample: DecodedSample, chance: np.random.Generator) -> tuple[int, int]:
    """Of a window around a labelled pixel of a class drawn evenly."""
    height, width = sample.targets.shape
    if not sample.places:
        return 0, 0
    places = list(sample.places.values())
    points = places[int(chance.integers(len(places)))]
    row, column = points[int(chance.integers(len(points)))]
    half = LARGEST_SIDE // 2
    return (
        int(np.clip(row - half, 0, max(0, height - LARGEST_SIDE))),
        int(np.clip(column - half, 0, max(0, width - LARGEST_SIDE))),
    )
