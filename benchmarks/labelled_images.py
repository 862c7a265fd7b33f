"""The arguments of the benchmarks that work on images with true labels."""

from __future__ import annotations

import argparse
from pathlib import Path


def parser_for(description: str | None, *, stride: int) -> argparse.ArgumentParser:
    """With the images, their labels and classes, a model, the device, and every how many-th image (``stride``)."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--classes", type=Path, required=True)
    parser.add_argument("--model", default="streets", help="a bundled model's name, or a file")
    parser.add_argument("--stride", type=int, default=stride, help="every so many-th image")
    parser.add_argument("--device", default="auto")
    return parser


def numbers(text: str) -> tuple[int, ...]:
    """Of ``1,2,3``."""
    return tuple(int(part) for part in text.split(","))
