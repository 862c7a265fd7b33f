"""Big pictures in levels and regions: the same pixels as the whole, without the whole."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
import pyvips
import tifffile
from PIL import Image

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Rect, Size
from segstudio.formats import image_source, streamed_source
from segstudio.formats.image_files import read_image
from segstudio.formats.image_source import ImageSource, halved_levels, open_source
from segstudio.formats.orientation import upright
from segstudio.formats.pixel_store import PixelStore
from segstudio.formats.streamed_source import halved
from segstudio.formats.turned_source import stored_rect
from segstudio.formats.vips_bands import VipsBands

SMOOTH = cv2.resize(np.random.default_rng(3).integers(0, 256, (30, 40, 3), dtype=np.uint8), (1501, 1203))


@pytest.fixture(autouse=True)
def _small_is_big(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_source, "SMALL_PIXELS", 1000)


def whole(source: ImageSource, level: int = 0) -> np.ndarray:
    size = source.levels[level]
    return source.read_region(level, Rect(0, 0, size.width, size.height))


def write(path: Path, orientation: int = 1, **options: object) -> Path:
    image = Image.fromarray(SMOOTH)
    exif = image.getexif()
    exif[274] = orientation
    image.save(path, exif=exif, **options)
    return path


KINDS = [
    (".png", {}),
    (".jpg", {"quality": 90}),
    (".webp", {"lossless": True}),
    (".tif", {"compression": "tiff_lzw"}),
]


@pytest.mark.parametrize(("suffix", "options"), KINDS)
def test_regions_are_those_of_the_whole_picture(tmp_path: Path, suffix: str, options: dict[str, object]) -> None:
    path = write(tmp_path / f"big ü{suffix}", **options)
    expected = read_image(path)
    source = open_source(path)
    assert source.size == (1501, 1203)
    assert source.levels == (Size(1501, 1203), Size(751, 602), Size(376, 301))
    rect = Rect(700, 1000, 1501, 1203)
    assert np.array_equal(source.read_region(0, rect), expected[rect.slices])
    assert np.array_equal(source.read_region(0, Rect(3, 4, 9, 6)), expected[4:6, 3:9])
    assert np.array_equal(whole(source), expected)
    source.close()


def test_levels_are_means_of_four_pixels(tmp_path: Path) -> None:
    source = open_source(write(tmp_path / "big.png"))
    half = halved(SMOOTH)
    assert np.array_equal(whole(source, 1), half)
    assert np.array_equal(whole(source, 2), halved(half))
    source.close()


def test_only_what_is_looked_at_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bands: list[Rect] = []
    original = VipsBands.read
    monkeypatch.setattr(VipsBands, "read", lambda self, rect: (bands.append(rect), original(self, rect))[1])
    source = open_source(write(tmp_path / "big.png"))
    source.read_region(0, Rect(0, 0, 100, 100))
    assert [rect.bottom for rect in bands] == [256]
    source.read_region(1, Rect(0, 200, 10, 300))
    assert [rect.bottom for rect in bands] == [256, 512, 768]
    source.close()


@pytest.mark.parametrize("orientation", range(2, 9))
def test_turned_pictures_are_upright_in_every_region(tmp_path: Path, orientation: int) -> None:
    path = write(tmp_path / "turned.png", orientation)
    expected = upright(SMOOTH, orientation)
    source = open_source(path)
    assert source.size == expected.shape[1::-1]
    for rect in (Rect(0, 0, 50, 30), Rect(100, 900, 900, 1203), Rect(1, 2, 3, 4)):
        assert np.array_equal(source.read_region(0, rect), expected[rect.slices])
    source.close()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_seen_rectangle_is_found_in_the_stored_picture(orientation: int) -> None:
    stored = np.arange(60).reshape(6, 10)
    seen = upright(stored, orientation)
    rect = Rect(1, 2, 4, 5)
    patch = stored[stored_rect(rect, Size(10, 6), orientation).slices]
    assert np.array_equal(upright(patch, orientation), seen[rect.slices])


def test_a_tiled_tiff_is_read_where_it_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tiles.tif"
    large = cv2.resize(SMOOTH, (4805, 4100))
    tifffile.imwrite(path, large, photometric="rgb", tile=(256, 256), compression="zlib")
    source = open_source(path)
    half = halved(large)
    monkeypatch.setattr(streamed_source.StreamedSource, "_decode_band", lambda self: pytest.fail("decoded"))
    assert np.array_equal(source.read_region(0, Rect(900, 1000, 1100, 1203)), large[1000:1203, 900:1100])
    assert np.array_equal(source.read_region(1, Rect(2300, 2000, 2403, 2050)), half[2000:, 2300:])
    assert np.array_equal(whole(source, 2), halved(half))
    monkeypatch.undo()
    assert np.array_equal(whole(source, 3), halved(halved(half)))
    source.close()


@pytest.fixture
def jpeg_tiles(tmp_path: Path) -> Path:
    """Of 4805 x 4100 pixels, in tiles whose last ones reach beyond."""
    picture = pyvips.Image.new_from_memory(cv2.resize(SMOOTH, (4805, 4100)).tobytes(), 4805, 4100, 3, "uchar")
    path = tmp_path / "jpeg.tif"
    picture.copy(interpretation="srgb").write_to_file(
        str(path), tile=True, tile_width=256, tile_height=128, compression="jpeg", Q=85
    )
    return path


def test_a_tiff_of_jpeg_tiles_is_first_decoded_small(jpeg_tiles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = read_image(jpeg_tiles)
    source = open_source(jpeg_tiles)
    assert np.array_equal(source.read_region(0, Rect(4000, 4000, 4805, 4100)), expected[4000:, 4000:])
    monkeypatch.setattr(VipsBands, "read", lambda *_: pytest.fail("decoded whole"))
    small = whole(source, 3)
    assert small.shape == (513, 601, 3)
    wanted = cv2.resize(expected[:4096, :4800], (600, 512), interpolation=cv2.INTER_AREA)
    assert np.abs(small[:512, :600].astype(int) - wanted).mean() < 1
    source.close()


def test_a_damaged_jpeg_tile_is_a_sentence(jpeg_tiles: Path) -> None:
    with tifffile.TiffFile(jpeg_tiles) as file:
        offset, length = file.pages[0].dataoffsets[-1], file.pages[0].databytecounts[-1]
    data = bytearray(jpeg_tiles.read_bytes())
    data[offset : offset + length] = bytes(length)
    jpeg_tiles.write_bytes(data)
    source = open_source(jpeg_tiles)
    assert source.read_region(3, Rect(0, 0, 601, 100)).any()
    with pytest.raises(FormatError, match="a tile can't be decoded"):
        whole(source, 3)
    source.close()


@pytest.mark.parametrize("layout", ["sub-directories", "pages"])
def test_the_levels_a_tiff_brings_are_used(tmp_path: Path, layout: str) -> None:
    path = tmp_path / "pyramid.tif"
    half, quarter = 255 - halved(SMOOTH), 255 - halved(halved(SMOOTH))  # inverted, so as to be told apart
    options = {"photometric": "rgb", "tile": (256, 256)}
    with tifffile.TiffWriter(path) as file:
        file.write(SMOOTH, subifds=2 if layout == "sub-directories" else None, **options)
        for level in (half, quarter):
            file.write(level, subfiletype=1, **options)
    source = open_source(path)
    assert source.levels == ((1501, 1203), (751, 602), (376, 301))
    for level, expected in enumerate((SMOOTH, half, quarter)):
        assert np.array_equal(whole(source, level), expected)
    source.close()


@pytest.mark.parametrize("dtype", ["uint16", "float32"])
def test_deep_samples_are_stretched(tmp_path: Path, dtype: str) -> None:
    path = tmp_path / "deep.tif"
    ramp = np.linspace(1000, 3000, 1200 * 900).reshape(900, 1200).astype(dtype)
    tifffile.imwrite(path, ramp, tile=(256, 256))
    source = open_source(path)
    shown = whole(source)
    assert shown[0, 0].tolist() == [0, 0, 0]
    assert shown[-1, -1].tolist() == [255, 255, 255]
    assert np.abs(shown.astype(int) - read_image(path)).max() <= 6  # nine patches stand for the whole
    source.close()


def test_what_doesnt_fit_in_memory_is_kept_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed_source, "MEMORY_BYTES", 0)
    source = open_source(write(tmp_path / "big.png"))
    assert np.array_equal(source.read_region(0, Rect(10, 20, 60, 1100)), SMOOTH[20:1100, 10:60])
    assert np.array_equal(whole(source), SMOOTH)
    assert np.array_equal(whole(source, 1), halved(SMOOTH))
    source.close()


@pytest.mark.parametrize(("suffix", "options"), KINDS)
def test_for_an_overview_the_last_level_alone_is_kept(
    tmp_path: Path, suffix: str, options: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / f"big{suffix}", **options)
    source = open_source(path)
    last = len(source.levels) - 1
    expected = whole(source, last)
    source.close()
    stored: list[Size] = []
    original = PixelStore.write
    monkeypatch.setattr(
        PixelStore, "write", lambda self, top, band: (stored.append(self._size), original(self, top, band))[1]
    )
    source = open_source(path, overview_only=True)
    assert np.array_equal(whole(source, last), expected)
    assert set(stored) == {source.levels[last]}
    source.close()


def test_many_threads_may_read(tmp_path: Path) -> None:
    source = open_source(write(tmp_path / "big.png"))
    wrong: list[Rect] = []

    def read_some(seed: int) -> None:
        random = np.random.default_rng(seed)
        for _ in range(20):
            left, top = int(random.integers(0, 1400)), int(random.integers(0, 1100))
            rect = Rect(left, top, left + 100, top + 100)
            if not np.array_equal(source.read_region(0, rect), SMOOTH[rect.slices]):
                wrong.append(rect)

    threads = [threading.Thread(target=read_some, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    source.close()


def test_a_jpeg_shows_something_before_it_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    huge = cv2.resize(SMOOTH, (6004, 4812))
    Image.fromarray(huge).save(tmp_path / "big.jpg", quality=90)
    original = VipsBands.read

    def read(bands: VipsBands, rect: Rect) -> np.ndarray:
        assert bands.size.width < 1000, "the full picture was decoded"
        return original(bands, rect)

    monkeypatch.setattr(VipsBands, "read", read)
    source = open_source(tmp_path / "big.jpg")
    level = len(source.levels) - 1
    shown = whole(source, level)
    wanted = cv2.resize(huge, source.levels[level], interpolation=cv2.INTER_AREA)
    assert np.abs(shown.astype(int) - wanted).mean() < 3
    source.close()


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif"])
def test_a_truncated_picture_is_a_sentence_where_it_ends(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"half{suffix}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(FormatError, match="half"):
        source = open_source(path)
        whole(source)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_prepared_a_little_at_a_time(tmp_path: Path, orientation: int) -> None:
    """Whatever is said to be ready can be read, and in the end all of it is."""
    path = write(tmp_path / "turned.png", orientation)
    expected = upright(SMOOTH, orientation)
    source = open_source(path)
    everything = Rect(0, 0, *source.size)
    seen = []
    while (ready := source.prepare(0, everything, 1e-6)) != everything:
        if not ready.is_empty:
            assert np.array_equal(source.read_region(0, ready), expected[ready.slices])
        seen.append(ready)
    assert len(seen) > 1
    assert np.array_equal(whole(source), expected)
    source.close()


def test_a_promise_of_100_gigapixels_is_a_sentence(tmp_path: Path) -> None:
    from formats.test_image_files import png_promising, tiff_promising

    for name, data in (("a.png", png_promising(500_000, 200_000)), ("a.tif", tiff_promising(500_000, 200_000))):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(FormatError, match="500000 x 200000"):
            open_source(tmp_path / name)


def test_a_rectangle_outside_is_our_own_fault(tmp_path: Path) -> None:
    source = open_source(write(tmp_path / "big.png"))
    with pytest.raises(ValueError, match="isn't inside"):
        source.read_region(0, Rect(0, 0, 2000, 10))
    source.close()


def test_small_pictures_are_one_level(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    source = open_source(write(tmp_path / "small.png"))
    assert source.levels == (Size(1501, 1203),)
    assert np.array_equal(whole(source), SMOOTH)


def test_levels_halve_down_to_what_fits_a_tile() -> None:
    assert halved_levels(Size(2001, 100)) == (Size(2001, 100), Size(1001, 50), Size(501, 25))


def test_a_full_disk_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed_source, "MEMORY_BYTES", 0)
    source = open_source(write(tmp_path / "big.png"))
    real = tempfile.TemporaryFile

    class Full:
        def seek(self, _place: int) -> None:
            """Anywhere."""

        def write(self, _data: object) -> None:
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            """Nothing is held."""

    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_options: Full())
    full = open_source(tmp_path / "big.png")
    monkeypatch.setattr(tempfile, "TemporaryFile", real)
    with pytest.raises(FormatError, match=r"No space left on device.*make room there"):
        full.read_region(0, Rect(0, 0, 9, 9))
    assert source.read_region(0, Rect(0, 0, 9, 9)).shape == (9, 9, 3)
    source.close()
