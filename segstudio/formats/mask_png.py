"""Masks as small PNGs inside other files."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from segstudio.domain.arrays import Mask
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size


def encode_mask(mask: Mask) -> bytes:
    """One bit a pixel."""
    buffer = io.BytesIO()
    Image.fromarray(mask).save(buffer, "PNG")
    return buffer.getvalue()


def encode_palette_mask(mask: Mask) -> bytes:
    """Black and white by palette, black transparent: what readers need that look at the alpha channel."""
    image = Image.fromarray(mask.view(np.uint8))
    image.putpalette([0, 0, 0, 255, 255, 255])
    buffer = io.BytesIO()
    image.save(buffer, "PNG", transparency=0)
    return buffer.getvalue()


def decode_mask(data: bytes, size: Size | None, path: Path, place: str, *, within: Size | None = None) -> Mask:
    """A pixel is covered where it isn't transparent or, without transparency, isn't 0.

    Of exactly ``size``, or no larger than ``within``.
    Raises: FormatError: not a PNG, or of another size.
    """
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            found = Size(*image.size)
            if (size is not None and found != size) or (
                within is not None and (found.width > within.width or found.height > within.height)
            ):
                wanted = size or within
                raise FormatError(f"The mask is of {found}, not {wanted}.", path=path, place=place)
            if image.mode in ("LA", "RGBA") or "transparency" in image.info:
                return np.asarray(image.convert("RGBA"))[..., 3] > 0
            pixels = np.asarray(image)
    except FormatError:
        raise
    except Exception as error:  # a damaged PNG ends in any of Pillow's, zlib's and struct's errors
        raise FormatError(f"The mask is no PNG, or damaged ({error}).", path=path, place=place) from error
    return (pixels if pixels.ndim == 2 else pixels.max(axis=2)) > 0
