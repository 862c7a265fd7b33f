"""Measures a model for its card: size, cost, time an image, scores with and without test-time averaging.

    python -m benchmarks.streets.measure MODEL --images DIR --labels DIR [--scales 0.75,1,1.25] [--limit N]

Prints Markdown. Run it alone: a second program on the same cores makes the times worthless.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterator
from pathlib import Path

import torch
from torch.utils.flop_counter import FlopCounterMode

from segstudio.domain.arrays import LabelMap, RgbImage
from segstudio.domain.model_info import Scores
from segstudio.formats.image_files import read_image
from segstudio.formats.indexed_png import read_label_map
from segstudio.inference.evaluation import evaluate
from segstudio.inference.models import load_model
from segstudio.inference.predictor import Predictor
from segstudio.nn.checkpoint import read_model
from segstudio.nn.devices import describe_device, describe_processor
from segstudio.training.plan import Sample
from segstudio.training.samples import find_samples

WARM_UP, REPEATS = 3, 15


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--scales", default="0.75,1,1.25", help="of the second, averaged measurement")
    parser.add_argument("--limit", type=int, help="only the first N images")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--only-time", action="store_true")
    arguments = parser.parse_args()
    predictor = load_model(arguments.model, arguments.device)
    samples = find_samples(arguments.images, arguments.labels)[: arguments.limit]
    image = pair(samples[0], predictor)[0]
    _tell_cost(arguments.model, predictor, image)
    if arguments.only_time:
        return
    plain = evaluate(predictor, pairs(samples, predictor)).scores
    scales = tuple(float(part) for part in arguments.scales.split(","))
    averaged = evaluate(predictor, pairs(samples, predictor), scales=scales, mirror=True).scores
    _tell_scores(plain, averaged, arguments.scales)


def _tell_cost(model: str, predictor: Predictor, image: RgbImage) -> None:
    network, info = read_model(model) if Path(model).is_file() else (None, predictor.info)
    height, width = image.shape[:2]
    where = describe_device(predictor.device)
    processor = f" ({describe_processor()}, {torch.get_num_threads()} threads)" if where == "CPU" else ""
    times = [predictor.predict(image).seconds for _ in range(WARM_UP + REPEATS)][WARM_UP:]
    config = info.network
    print(f"* {config.trunk}, output stride {config.output_stride}, cell width {config.cell_width}")
    if network is not None:
        stride = config.output_stride
        padded = (-(-height // stride) * stride, -(-width // stride) * stride)
        with FlopCounterMode(display=False) as counter, torch.inference_mode():
            network(torch.zeros(1, 3, *padded))
        parameters = sum(parameter.numel() for parameter in network.parameters())
        print(f"* {parameters / 1e6:.1f} million parameters, {Path(model).stat().st_size / 1e6:.1f} MB")
        print(f"* {counter.get_total_flops() / 1e9:.0f} GFLOP an image of {width} x {height} pixels")
    print(f"* {1000 * statistics.median(times):.0f} ms an image on {where}{processor}, the median of {REPEATS}")


def _tell_scores(plain: Scores, averaged: Scores, scales: str) -> None:
    print(f"\n| class | IoU % | IoU %, scales {scales}, mirrored |\n| --- | ---: | ---: |")
    for name, iou in plain.class_iou.items():
        print(f"| {name} | {100 * iou:.1f} | {100 * averaged.class_iou.get(name, 0.0):.1f} |")
    print(f"| **mean IoU** | **{100 * plain.mean_iou:.1f}** | **{100 * averaged.mean_iou:.1f}** |")
    print(f"| pixel accuracy | {100 * plain.pixel_accuracy:.1f} | {100 * averaged.pixel_accuracy:.1f} |")


def pairs(samples: tuple[Sample, ...], predictor: Predictor) -> Iterator[tuple[RgbImage, LabelMap]]:
    for sample in samples:
        yield pair(sample, predictor)


def pair(sample: Sample, predictor: Predictor) -> tuple[RgbImage, LabelMap]:
    assert isinstance(sample.image, Path)
    assert isinstance(sample.labels, Path)
    labels = read_label_map(sample.labels).copy()
    known = torch.zeros(256, dtype=torch.bool)
    known[list(predictor.info.channel_map.class_ids)] = True
    labels[~known.numpy()[labels]] = 255
    return read_image(sample.image), labels


if __name__ == "__main__":
    main()
