"""Trains the bundled model: renders the scenes, runs `segstudio train` three times, and blends the last two models.

    python -m benchmarks.streets --camvid DIR --work DIR [--minutes 55 68 105] [--device auto]

Started again it goes on where it was killed. ``--work`` is where scenes, states and models go: some 500 MB.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.streets import blend
from benchmarks.streets.render import render_scenes
from segstudio.cli.main import main as segstudio
from segstudio.domain.geometry import Size

CLASSES = Path(__file__).with_name("classes.json")
SEEDS = range(1000, 1400)

BOTH = (
    *("--extra-share", "0.2", "--epochs", "1000", "--batch-size", "8", "--crop", "320x240"),
    *("--scales", "0.6,2", "--color", "0.5", "--optimizer", "adamw", "--weight-decay", "0.05"),
    *("--schedule", "poly", "--average-decay", "0.999", "--rare-share", "0.3", "--label-smoothing", "0.05"),
    *("--name", "streets", "--licence", "Apache-2.0"),
)
COARSE = (
    *("--trunk", "resnet18", "--output-stride", "16", "--cell-width", "4", "--dilations", "dilation-bigger"),
    *("--learning-rate", "0.001", "--class-balance", "0.3", "--whole-share", "0.08", "--validate-every", "5"),
)
FINE = (
    *("--output-stride", "8", "--cell-width", "2", "--dilations", "dilation-bigger"),
    *("--learning-rate", "0.0008", "--class-balance", "0.5", "--whole-share", "0.1", "--validate-every", "3"),
)

LAST = (
    *("--learning-rate", "0.0003", "--class-balance", "0", "--lovasz-share", "0.5", "--label-smoothing", "0"),
    *("--batch-size", "4", "--scales", "0.7,1.8", "--average-decay", "0.995", "--rare-share", "0.35"),
    *("--extra-share", "0.15", "--validate-every", "2"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--camvid", type=Path, required=True, help="train/images, train/labels, val/…")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument(
        "--minutes", type=float, nargs=3, default=(55.0, 68.0, 105.0), metavar=("COARSE", "FINE", "LAST")
    )
    parser.add_argument("--device", default="auto")
    arguments = parser.parse_args()
    scenes, coarse = arguments.work / "scenes", arguments.work / "stage1.safetensors"
    render_scenes(scenes, SEEDS, Size(480, 360))
    camvid: Path = arguments.camvid
    data = [
        *("--images", str(camvid / "train/images"), "--labels", str(camvid / "train/labels")),
        *("--val-images", str(camvid / "val/images"), "--val-labels", str(camvid / "val/labels")),
        *("--val-name", blend.DATA),
        *("--extra-images", str(scenes / "images"), "--extra-labels", str(scenes / "labels")),
        *("--classes", str(CLASSES), "--device", arguments.device, *BOTH),
    ]
    first, second, third = (str(minutes) for minutes in arguments.minutes)
    fine, last = arguments.work / "fine.safetensors", arguments.work / "last.safetensors"
    stages = (
        ("--output", str(coarse), "--minutes", first, *COARSE),
        ("--output", str(fine), "--minutes", second, "--base", str(coarse), *FINE),
        ("--output", str(last), "--minutes", third, "--base", str(fine), *LAST),
    )
    for stage in stages:
        code = segstudio(["train", *data, *stage])
        if code != 0:
            return code
    blend.blend_models(arguments.work / "streets.safetensors", older=fine, newer=last, camvid=camvid)
    return 0


if __name__ == "__main__":
    sys.exit(main())
