"""What a picture's header says: its format, size, orientation and depth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import (
    AvifImagePlugin,  # noqa: F401  these register what `Image.open` is told to look for
    Image,
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.domain.sample_view import SampleKind
from segstudio.formats.orientation import read_orientation

try:
    import pillow_heif
except ImportError:
    HEIC_SUFFIXES: frozenset[str] = frozenset()
    _HEIC_FORMATS: tuple[str, ...] = ()
else:
    pillow_heif.register_heif_opener()
    HEIC_SUFFIXES = frozenset({".heic", ".heif"})
    _HEIC_FORMATS = ("HEIF",)

# Formats whose readers start other programs or that hold documents are not among them.
PILLOW_FORMATS = ("JPEG", "PNG", "BMP", "DIB", "WEBP", "GIF", "PPM", "AVIF", *_HEIC_FORMATS)
# Sizes are checked in `limits`, by one rule with one sentence, before anything is decoded.
Image.MAX_IMAGE_PIXELS = None

HEAD_BYTES = 32


@dataclass(frozen=True, slots=True)
class Header:
    format: str
    mode: str
    stored_size: Size
    orientation: int
    is_deep: bool

    @property
    def kind(self) -> SampleKind:
        """An alpha channel isn't among the channels: it covers, it isn't seen."""
        is_grey = len(self.mode) == 1 or self.mode.startswith("I;")
        types = {"I": "int32", "F": "float32"} if self.is_deep and self.format != "PNG" else {}
        name = types.get(self.mode, "uint16" if self.is_deep else "uint8")
        return SampleKind(1 if is_grey and self.mode != "P" else 3, name, self.is_deep)


def read_header(path: Path, file: BinaryIO) -> Header:
    file.seek(0)
    head = file.read(HEAD_BYTES)
    try:
        with Image.open(file, formats=PILLOW_FORMATS) as image:
            return Header(
                format=image.format or "",
                mode=image.mode,
                stored_size=Size(*image.size),
                orientation=read_orientation(image, file),
                is_deep=(image.format == "PNG" and head[24] == 16) or image.mode.startswith(("I", "F")),
            )
    except UnidentifiedImageError as error:
        raise FormatError("This is not a picture that SegStudio can read, or it is damaged.", path=path) from error
    except Exception as error:  # a damaged header ends in any of Pillow's and struct's errors
        raise FormatError(f"The picture's header is damaged ({reason(error)}).", path=path) from error


def reason(error: Exception) -> str:
    """Another library's words, to stand inside a sentence of ours."""
    return (str(error) or type(error).__name__).rstrip(".")
