"""The options that several commands share."""

from __future__ import annotations

import argparse
import math

BUNDLED_MODEL = "streets"


def add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model",
        default=BUNDLED_MODEL,
        metavar="NAME_OR_FILE",
        help=f"a bundled model's name or a .safetensors file (default: {BUNDLED_MODEL})",
    )


def add_device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--device",
        default="auto",
        help="auto, cpu, cuda, or one of several (cuda:1); auto takes a GPU where there is one",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the result as JSON, for programs")


def add_test_time(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--scales",
        type=scale_list,
        default=(1.0,),
        metavar="S,S,…",
        help="average the class probabilities over these image scales, such as 0.75,1,1.25 (default: 1)",
    )
    parser.add_argument("--mirror", action="store_true", help="average over the image and its mirror image")


def scale_list(text: str) -> tuple[float, ...]:
    """Raises: argparse.ArgumentTypeError: not numbers between 0.1 and 4."""
    try:
        scales = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of numbers such as 0.75,1,1.25") from None
    if any(not (math.isfinite(scale) and 0.1 <= scale <= 4.0) for scale in scales):
        raise argparse.ArgumentTypeError("a scale lies between 0.1 and 4")
    return scales
