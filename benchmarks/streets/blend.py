"""Blends two models of one network, lifts common classes, measures the result and writes it.

    python -m benchmarks.streets.blend OUT --older A --newer B --camvid DIR [--share 0.6] [--prior-power 0.15]

The weights are averaged (Wortsman et al., "Robust fine-tuning of zero-shot models", 2022). The older model learnt
with rare classes weighing more, so that it gives them too often: ``prior-power`` times the logarithm of each
class's share of the training labels is added to its scores (Menon et al., "Long-tail learning via logit
adjustment", 2021).
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from benchmarks.streets.measure import pairs
from segstudio.formats.indexed_png import read_label_map
from segstudio.inference.evaluation import evaluate
from segstudio.inference.predictor import Predictor
from segstudio.nn.checkpoint import fill, read_model, weights, write_model
from segstudio.nn.devices import choose_device
from segstudio.nn.network import Network
from segstudio.training.samples import find_samples

DATA = "CamVid val"
NEWER_SHARE = 0.6
PRIOR_POWER = 0.15


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("--older", type=Path, required=True)
    parser.add_argument("--newer", type=Path, required=True)
    parser.add_argument("--camvid", type=Path, required=True, help="train/labels, val/images, val/labels")
    parser.add_argument("--share", type=float, default=NEWER_SHARE, help="of the newer model's weights")
    parser.add_argument("--prior-power", type=float, default=PRIOR_POWER)
    arguments = parser.parse_args()
    blend_models(
        arguments.output,
        older=arguments.older,
        newer=arguments.newer,
        camvid=arguments.camvid,
        share=arguments.share,
        prior_power=arguments.prior_power,
    )


def blend_models(
    output: Path,
    *,
    older: Path,
    newer: Path,
    camvid: Path,
    share: float = NEWER_SHARE,
    prior_power: float = PRIOR_POWER,
) -> None:
    """Writes ``output``, with its scores on CamVid's validation frames in it."""
    network, info = read_model(newer)
    blend(network, read_model(older)[0], share)
    shares = class_shares(camvid / "train" / "labels", info.channel_map.class_ids)
    lift(network, prior_power * np.log(shares))
    validation = find_samples(camvid / "val" / "images", camvid / "val" / "labels")
    predictor = Predictor(network, info, choose_device("auto"))
    scores = replace(evaluate(predictor, pairs(validation, predictor)).scores, data=DATA)
    print(f"{100 * scores.mean_iou:.1f} mean IoU, {100 * scores.pixel_accuracy:.1f} % of the pixels right")
    write_model(output, network, replace(info, scores=(scores,), parent=None), half=True)


def blend(newer: Network, older: Network, share: float) -> None:
    """Changes ``newer``: weights and batch statistics become ``share`` of its own and the rest of the other's."""
    before, own = weights(older), weights(newer)
    mixed = {name: torch.lerp(before[name], own[name], share) for name in own if own[name].is_floating_point()}
    fill(newer, {**own, **mixed})


def lift(network: Network, amounts: NDArray[np.float64]) -> None:
    """Changes ``network``: adds ``amounts``, float (channels,), to the scores of its channels."""
    first = network.head.branches[0]
    assert isinstance(first, nn.Conv2d) and first.bias is not None
    with torch.no_grad():
        first.bias += torch.from_numpy(amounts).float().repeat_interleave(network.cells_a_class)


def class_shares(folder: Path, class_ids: tuple[int, ...]) -> NDArray[np.float64]:
    """Of the labelled pixels in ``folder``, float64 (channels,)."""
    counts = np.zeros(256, np.int64)
    for file in sorted(folder.glob("*.png")):
        counts += np.bincount(read_label_map(file).ravel(), minlength=256)
    known = counts[list(class_ids)]
    return np.asarray(known / known.sum(), np.float64)


if __name__ == "__main__":
    main()
