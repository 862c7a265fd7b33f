"""One reader for every picture: kinds, orientation, and files that lie."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from segstudio.domain.errors import FormatError
from segstudio.formats.image_files import is_image_file, read_image, read_image_size
from segstudio.formats.image_source import open_source
from segstudio.formats.orientation import upright
from segstudio.store.thumbnails import make_thumbnail

RANDOM = np.random.default_rng(7)
PIXELS = RANDOM.integers(0, 256, (31, 47, 3), dtype=np.uint8)


def write_turned(path: Path, orientation: int, **options: object) -> None:
    image = Image.fromarray(PIXELS)
    exif = image.getexif()
    exif[274] = orientation
    image.save(path, exif=exif, **options)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(("suffix", "options"), [(".png", {}), (".tif", {}), (".webp", {"lossless": True})])
def test_every_orientation_is_undone(
    tmp_path: Path, orientation: int, suffix: str, options: dict[str, object]
) -> None:
    path = tmp_path / f"a photo ü{suffix}"
    write_turned(path, orientation, **options)
    image = read_image(path)
    assert np.array_equal(image, upright(PIXELS, orientation))
    assert read_image_size(path) == image.shape[1::-1]
    assert image.flags.c_contiguous
    assert not image.flags.writeable


# EXIF 2.32: which side of the scene the first stored row and the first stored column show.
SIDES = {1: "top left", 2: "top right", 3: "bottom right", 4: "bottom left"} | {
    5: "left top",
    6: "right top",
    7: "right bottom",
    8: "left bottom",
}


@pytest.mark.parametrize(("orientation", "sides"), SIDES.items())
def test_orientation_means_what_the_specification_says(orientation: int, sides: str) -> None:
    first_row, first_column = sides.split()
    stored = np.zeros((3, 4), np.uint8)
    stored[0] += 1
    stored[:, 0] += 2
    shown = upright(stored, orientation)
    edge = {"top": shown[0], "bottom": shown[-1], "left": shown[:, 0], "right": shown[:, -1]}
    assert (edge[first_row] & 1).all()
    assert (edge[first_column] & 2).all()


def test_a_turned_jpeg_is_upright(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    write_turned(path, 6, quality=95)
    with Image.open(path) as image:
        stored = np.asarray(image.convert("RGB"))
    assert np.array_equal(read_image(path), upright(stored, 6))


MODES = {
    ".png": ["1", "L", "LA", "P", "RGB", "RGBA"],
    ".bmp": ["1", "L", "P", "RGB", "RGBA"],
    ".webp": ["1", "L", "LA", "P", "RGB", "RGBA"],
    ".jpg": ["1", "L", "RGB"],
}


@pytest.mark.parametrize(("suffix", "mode"), [(suffix, mode) for suffix, modes in MODES.items() for mode in modes])
def test_the_fast_reader_agrees_with_pillow(tmp_path: Path, mode: str, suffix: str) -> None:
    image = Image.fromarray(PIXELS).convert(mode)
    path = tmp_path / f"picture{suffix}"
    image.save(path, **({"lossless": True} if suffix == ".webp" else {}))
    with Image.open(path) as again:
        assert np.array_equal(read_image(path), np.asarray(again.convert("RGB")))


@pytest.mark.parametrize("suffix", [".jpg", ".tif"])
def test_cmyk_is_read(tmp_path: Path, suffix: str) -> None:
    flat = np.full((16, 16, 3), (200, 40, 90), np.uint8)
    path = tmp_path / f"print{suffix}"
    Image.fromarray(flat).convert("CMYK").save(path)
    assert np.abs(read_image(path).astype(int) - flat).max() <= 60  # ink has no exact red


TIFFS = {
    "8-bit grey": (PIXELS[..., 0], {}),
    "8-bit colour": (PIXELS, {"photometric": "rgb"}),
    "8-bit tiles": (np.tile(PIXELS, (3, 2, 1)), {"photometric": "rgb", "tile": (32, 48)}),
    "deflate": (PIXELS, {"photometric": "rgb", "compression": "zlib"}),
    "planes": (np.moveaxis(PIXELS, 2, 0), {"photometric": "rgb", "planarconfig": "separate"}),
    "white is zero": (255 - PIXELS[..., 0], {"photometric": "miniswhite"}),
}


@pytest.mark.parametrize("kind", TIFFS)
def test_eight_bit_tiffs_keep_their_values(tmp_path: Path, kind: str) -> None:
    array, options = TIFFS[kind]
    path = tmp_path / "scan.tif"
    tifffile.imwrite(path, array, **options)
    wanted = np.moveaxis(array, 0, 2) if kind == "planes" else array
    wanted = 255 - wanted if kind == "white is zero" else wanted
    wanted = np.repeat(wanted[..., np.newaxis], 3, axis=2) if wanted.ndim == 2 else wanted
    assert np.array_equal(read_image(path), wanted)
    assert read_image_size(path) == wanted.shape[1::-1]


@pytest.mark.parametrize("compression", ["tiff_lzw", "jpeg", "tiff_deflate", "packbits"])
def test_codings_that_tifffile_lacks_are_read(tmp_path: Path, compression: str) -> None:
    smooth = cv2.GaussianBlur(cv2.resize(PIXELS, (256, 256)), (0, 0), 9)
    path = tmp_path / "scan.tif"
    Image.fromarray(smooth).save(path, compression=compression)
    assert np.abs(read_image(path).astype(int) - smooth).max() <= (12 if compression == "jpeg" else 0)


@pytest.mark.parametrize("dtype", ["uint16", "uint32", "int16", "int32", "float32", "float64", "float16"])
def test_deep_grey_is_stretched_between_its_percentiles(tmp_path: Path, dtype: str) -> None:
    ramp = np.linspace(100, 1100, 200 * 100).reshape(100, 200).astype(dtype)
    path = tmp_path / "microscope.tif"
    tifffile.imwrite(path, ramp)
    image = read_image(path)
    assert image[0, 0].tolist() == [0, 0, 0]
    assert image[-1, -1].tolist() == [255, 255, 255]
    assert abs(int(image[50, 0, 0]) - 128) <= 1


def test_what_is_not_a_number_is_black(tmp_path: Path) -> None:
    values = np.linspace(0, 1, 10000, dtype=np.float32).reshape(100, 100)
    values[99, 99], values[99, 98], values[0, 0] = np.nan, -np.inf, np.inf
    path = tmp_path / "height.tif"
    tifffile.imwrite(path, values)
    image = read_image(path)
    assert [int(image[99, 99, 0]), int(image[99, 98, 0]), int(image[0, 0, 0])] == [0, 0, 255]


def test_many_channels_show_the_first_three(tmp_path: Path) -> None:
    cube = RANDOM.integers(0, 4000, (20, 30, 7), dtype=np.uint16)
    path = tmp_path / "satellite.tif"
    tifffile.imwrite(path, cube, photometric="minisblack", planarconfig="contig")
    image = read_image(path)
    assert image.shape == (20, 30, 3)
    brightest = np.unravel_index(cube[..., 1].argmax(), (20, 30))
    assert image[brightest][1] == 255


def test_the_first_of_many_pages_is_read(tmp_path: Path) -> None:
    path = tmp_path / "stack.tif"
    tifffile.imwrite(path, np.stack([PIXELS, 255 - PIXELS]), photometric="rgb")
    assert np.array_equal(read_image(path), PIXELS)


def test_colour_photographs_of_16_bits_keep_their_range(tmp_path: Path) -> None:
    deep = RANDOM.integers(0, 30000, (20, 30, 3), dtype=np.uint16)
    png, tiff = tmp_path / "deep.png", tmp_path / "deep.tif"
    cv2.imwrite(str(png), deep[..., ::-1])
    tifffile.imwrite(tiff, deep, photometric="rgb")
    wanted = (deep / 257.0 + 0.5).astype(np.uint8)
    assert np.array_equal(read_image(png), wanted)
    assert np.array_equal(read_image(tiff), wanted)


def test_heic_is_read_where_its_extra_is_there(tmp_path: Path) -> None:
    pillow_heif = pytest.importorskip(
        "pillow_heif", reason="NOT TESTED: the extra segstudio[heic] is not installed"
    )
    path = tmp_path / "phone.heic"
    pillow_heif.from_pillow(Image.fromarray(np.full((64, 64, 3), 90, np.uint8))).save(path)
    assert is_image_file(path)
    assert np.abs(read_image(path).astype(int) - 90).max() < 4


def png_promising(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


def tiff_promising(width: int, height: int) -> bytes:
    entries = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (277, 3, 1)]
    entries += [(278, 4, height), (279, 4, 100)]
    packed = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(entries)) + packed + b"\0" * 104


def bmp_promising(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("promise", [png_promising, tiff_promising, bmp_promising])
def test_a_header_promising_100_gigapixels_is_a_sentence(tmp_path: Path, promise: object) -> None:
    path = tmp_path / "hostile.png"
    path.write_bytes(promise(500_000, 200_000))  # type: ignore[operator]  # one of the three above
    with pytest.raises(FormatError, match="500000 x 200000"):
        read_image(path)
    assert read_image_size(path) == (500_000, 200_000)


def test_a_header_promising_gigapixels_is_believed_by_nobody_who_reads_in_pieces(tmp_path: Path) -> None:
    """Fewer than can be shown, but labels of that size would take the memory before the first pixel is missed."""
    path = tmp_path / "hostile.png"
    path.write_bytes(png_promising(60_000, 60_000))
    for read in (open_source, lambda path: make_thumbnail(path, read_image_size(path))):
        with pytest.raises(FormatError, match="60000 x 60000"):
            read(path)


def jpeg_of_many_scans(side: int = 8000) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.zeros((side, side), np.uint8)).save(buffer, "JPEG", progressive=True, quality=5)
    data = buffer.getvalue()
    last_scan = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last_scan * 400 + data[-2:]


@pytest.mark.timeout(30)  # decoding it takes minutes
def test_a_jpeg_of_hundreds_of_passes_is_refused_quickly(tmp_path: Path) -> None:
    path = tmp_path / "slow.jpg"
    path.write_bytes(jpeg_of_many_scans())
    with pytest.raises(FormatError, match="passes"):
        read_image(path)


@pytest.mark.timeout(30)  # decoding it takes minutes
@pytest.mark.parametrize("side", [3000, 8000])
def test_pieces_and_thumbnails_of_such_a_jpeg_are_refused_quickly_too(tmp_path: Path, side: int) -> None:
    path = tmp_path / "slow.jpg"
    path.write_bytes(jpeg_of_many_scans(side))
    for read in (open_source, lambda path: make_thumbnail(path, read_image_size(path))):
        with pytest.raises(FormatError, match="passes"):
            read(path)


def encoded(suffix: str) -> bytes:
    buffer = io.BytesIO()
    if suffix == "tiff":
        tifffile.imwrite(buffer, np.tile(PIXELS, (4, 4, 1)), photometric="rgb", compression="zlib", rowsperstrip=8)
    else:
        Image.fromarray(np.tile(PIXELS, (4, 4, 1))).save(buffer, suffix)
    return buffer.getvalue()


@pytest.mark.parametrize("suffix", ["jpeg", "png", "bmp", "webp", "tiff"])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.95])
def test_a_truncated_picture_is_a_sentence_with_its_name(tmp_path: Path, suffix: str, share: float) -> None:
    data = encoded(suffix)
    path = tmp_path / f"half.{suffix}"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(FormatError, match="half"):
        read_image(path)


@given(data=st.data())
@settings(max_examples=60, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_does_more_than_raise_a_format_error(tmp_path: Path, data: st.DataObject) -> None:
    suffix = data.draw(st.sampled_from(["jpeg", "png", "bmp", "webp", "tiff"]))
    content = bytearray(encoded(suffix))
    for _ in range(data.draw(st.integers(1, 8))):
        position = data.draw(st.integers(0, min(len(content) - 1, 600)))
        content[position] = data.draw(st.integers(0, 255))
    path = tmp_path / f"damaged.{suffix}"
    path.write_bytes(content)
    try:
        image = read_image(path)
    except FormatError:
        return
    assert image.dtype == np.uint8
    assert image.shape[2] == 3


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="can't be read"):
        read_image(tmp_path / "nowhere.png")
    with pytest.raises(FormatError, match="can't be read"):
        read_image_size(tmp_path / "nowhere.png")
