"""The options that several commands share."""

from __future__ import annotations

import argparse
import math

from segstudio.domain.sample_view import SampleView

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


def add_sample_view(parser: argparse.ArgumentParser) -> None:
    """Channels, stretch and page; ``sample_view_from`` reads them."""
    group = parser.add_argument_group("images of 16 bits, floats, many channels or several pages")
    group.add_argument(
        "--channels",
        type=channel_list,
        metavar="R,G,B",
        help="the channels shown as red, green and blue, counted from 1; one number: that one in grey "
        "(default: the first three)",
    )
    group.add_argument(
        "--stretch",
        type=percentile_pair,
        metavar="LOW,HIGH",
        help="the percentiles of the samples that become black and white, such as 2,98 (default: the whole range "
        "of 16-bit photographs, 0.5,99.5 for all else)",
    )
    group.add_argument(
        "--page",
        type=positive,
        metavar="NUMBER",
        help="of TIFFs of several pages, counted from 1; images that lack it show their first (default: the first)",
    )


def sample_view_from(arguments: argparse.Namespace) -> SampleView:
    return SampleView(arguments.channels, arguments.stretch, (arguments.page or 1) - 1)


def positive(text: str) -> int:
    """Raises: argparse.ArgumentTypeError: not a whole number above 0."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def channel_list(text: str) -> tuple[int, int, int]:
    """Counted from 0. Raises: argparse.ArgumentTypeError: not one or three whole numbers from 1."""
    parts = text.split(",")
    if len(parts) not in (1, 3) or not all(part.strip().isdecimal() and int(part) >= 1 for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r} is not one or three channels, counted from 1, such as 4,3,2")
    red, green, blue = (int(part) - 1 for part in (parts * 3)[:3])
    return red, green, blue


def percentile_pair(text: str) -> tuple[float, float]:
    """Raises: argparse.ArgumentTypeError: not two rising numbers from 0 to 100."""
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        low, high = math.nan, math.nan
    if not 0.0 <= low < high <= 100.0:
        raise argparse.ArgumentTypeError(f"{text!r} is not two rising percentiles from 0 to 100, such as 2,98")
    return low, high


def scale_list(text: str) -> tuple[float, ...]:
    """Raises: argparse.ArgumentTypeError: not numbers between 0.1 and 4."""
    try:
        scales = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of numbers such as 0.75,1,1.25") from None
    if any(not (math.isfinite(scale) and 0.1 <= scale <= 4.0) for scale in scales):
        raise argparse.ArgumentTypeError("a scale lies between 0.1 and 4")
    return scales
