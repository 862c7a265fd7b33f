"""Whole pictures through libvips: the codings and colour models that the other readers don't know."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pyvips

from segstudio.domain.arrays import RgbImage
from segstudio.domain.errors import FormatError
from segstudio.formats.display import Samples

# Formats whose readers run other programs or that libvips itself calls unsafe stay closed.
pyvips.block_untrusted_set(True)
# What is wrong with a file is said in one sentence; libvips' own remarks would follow it on the terminal.
logging.getLogger("pyvips").setLevel(logging.ERROR)


def read_samples(path: Path, **loader: int) -> Samples:
    """As stored, not turned, shape (H, W, channels). ``loader``: options of libvips' reader, such as ``page``.

    Raises: FormatError: damaged, or no picture.
    """
    try:
        return np.atleast_3d(pyvips.Image.new_from_file(str(path), fail=True, **loader).numpy())
    except pyvips.Error as error:
        raise FormatError(f"The picture is damaged or cut short ({first_line(error)}).", path=path) from error


def read_rgb(path: Path, **loader: int) -> RgbImage:
    """CMYK, palettes, single bits, white-is-zero as red, green and blue; not turned. ``loader``: as above.

    Raises: FormatError: damaged, or no picture.
    """
    try:
        image = pyvips.Image.new_from_file(str(path), fail=True, **loader).colourspace("srgb")
        return np.asarray(image.extract_band(0, n=3).cast("uchar").numpy(), np.uint8)
    except pyvips.Error as error:
        raise FormatError(f"The picture is damaged or cut short ({first_line(error)}).", path=path) from error


def first_line(error: pyvips.Error) -> str:
    lines = [line.strip() for line in str(error.detail or error.message).splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else "libvips gave no reason"
