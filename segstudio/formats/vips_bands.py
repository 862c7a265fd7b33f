"""A picture file as bands of RGB rows through libvips, from top to bottom or, where the file allows, anywhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyvips

from segstudio.domain.arrays import RgbImage
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Rect, Size
from segstudio.domain.sample_view import AS_SUITS, SampleView
from segstudio.formats.display import DisplayMapping, Samples, mapping_for, shows_bytes, to_rgb
from segstudio.formats.image_files import read_image_size
from segstudio.formats.jpeg_scans import require_few_scans_in
from segstudio.formats.limits import require_plausible
from segstudio.formats.vips_pictures import first_line

# What was decoded is kept by us; libvips' own cache would keep it a second time.
pyvips.cache_set_max(0)

_TYPES = {
    "uchar": np.uint8,
    "char": np.int8,
    "ushort": np.uint16,
    "short": np.int16,
    "uint": np.uint32,
    "int": np.int32,
    "float": np.float32,
    "double": np.float64,
}
_SURVEY_SIDE = 256
_PLAIN = ("srgb", "b-w", "rgb", "multiband", "rgb16", "grey16")


class VipsBands:
    """``loader``: options of libvips' reader, such as ``page`` or ``shrink``; ``sequential``: rows are asked for
    from top to bottom only. Not for two threads at once."""

    def __init__(self, path: Path, *, sequential: bool, view: SampleView = AS_SUITS, **loader: int) -> None:
        self._path = path
        self._loader = loader
        size = read_image_size(path)
        require_plausible(size, path)
        require_few_scans_in(size, path)
        access = "sequential" if sequential else "random"
        try:
            image = pyvips.Image.new_from_file(str(path), access=access, fail_on="truncated", **loader)
            if image.interpretation not in _PLAIN and image.format == "uchar":
                image = image.colourspace("srgb").cast("uchar")
            self._image = image
            self._region = pyvips.Region.new(image)
        except pyvips.Error as error:
            raise self._damaged(error) from error
        if image.format not in _TYPES:
            raise FormatError(f"The samples are of a kind ({image.format}) that has no brightness.", path=path)
        self._is_colour = image.interpretation in ("srgb", "rgb", "rgb16")
        self._mapping = self._mapped(view)

    @property
    def size(self) -> Size:
        """As stored, not turned."""
        return Size(self._image.width, self._image.height)

    @property
    def is_plain(self) -> bool:
        """Whether bytes are shown as they are stored."""
        return self._mapping is None

    def read(self, rect: Rect) -> RgbImage:
        """Raises: FormatError: the file is damaged there."""
        samples = self._samples(self._region, rect)
        if self._mapping is not None:
            return to_rgb(samples, self._mapping)
        first = samples[..., :3] if self._is_colour and samples.shape[2] >= 3 else samples[..., :1]
        return np.ascontiguousarray(np.broadcast_to(first, (*first.shape[:2], 3)))

    def _samples(self, region: pyvips.Region, rect: Rect) -> Samples:
        try:
            data = region.fetch(rect.left, rect.top, rect.width, rect.height)
        except pyvips.Error as error:
            raise self._damaged(error) from error
        flat = np.frombuffer(data, _TYPES[self._image.format])
        return flat.reshape(rect.height, rect.width, self._image.bands)

    def _mapped(self, view: SampleView) -> DisplayMapping | None:
        """None where bytes are shown as they are."""
        kind, count = np.dtype(_TYPES[self._image.format]), self._image.bands
        if shows_bytes(np.empty((0, 0, count), kind), view, is_colour=self._is_colour):
            return None
        return mapping_for(self._surveyed(), view, is_photo=self._is_colour and kind in (np.uint8, np.uint16))

    def _surveyed(self) -> Samples:
        """Nine patches: looking at every sample would mean reading the whole file first."""
        image = pyvips.Image.new_from_file(str(self._path), access="random", fail_on="truncated", **self._loader)
        region = pyvips.Region.new(image)
        width, height = (min(_SURVEY_SIDE, side) for side in (image.width, image.height))
        patches = [
            self._samples(region, Rect(left, top, left + width, top + height))
            for left in ((image.width - width) * i // 2 for i in range(3))
            for top in ((image.height - height) * i // 2 for i in range(3))
        ]
        return np.concatenate(patches)

    def _damaged(self, error: pyvips.Error) -> FormatError:
        return FormatError(f"The picture is damaged or cut short ({first_line(error)}).", path=self._path)
