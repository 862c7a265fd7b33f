"""Channels and stretch chosen by a person: the same picture from every reader, and only where there is a choice."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from segstudio.domain.geometry import Rect
from segstudio.domain.sample_view import AS_SUITS, SampleKind, SampleView
from segstudio.formats import image_source
from segstudio.formats.image_files import read_image, read_sample_kind
from segstudio.formats.image_source import open_source

RANDOM = np.random.default_rng(5)
CUBE = (RANDOM.integers(0, 4000, (40, 60, 5)) + 1000 * np.arange(5)).astype(np.uint16)


@pytest.fixture
def cube(tmp_path: Path) -> Path:
    path = tmp_path / "satellite.tif"
    tifffile.imwrite(path, CUBE, photometric="minisblack", planarconfig="contig")
    return path


def test_the_chosen_channels_are_shown(cube: Path) -> None:
    image = read_image(cube, SampleView(channels=(4, 2, 0)))
    for shown, channel in enumerate((4, 2, 0)):
        order = np.argsort(CUBE[..., channel].ravel(), kind="stable")
        assert (np.diff(image[..., shown].ravel()[order].astype(int)) >= 0).all(), channel


def test_one_channel_three_times_is_grey(cube: Path) -> None:
    image = read_image(cube, SampleView(channels=(3, 3, 3)))
    assert (image == image[..., :1]).all()


def test_the_whole_range_is_from_the_least_to_the_greatest_sample(cube: Path) -> None:
    image = read_image(cube, SampleView((1, 1, 1), (0.0, 100.0)))[..., 0]
    samples = CUBE[..., 1].astype(float)
    wanted = (samples - samples.min()) / (samples.max() - samples.min()) * 255
    assert np.abs(image - wanted).max() <= 0.51


def test_narrower_percentiles_clip_more(cube: Path) -> None:
    shares = [
        float((read_image(cube, SampleView(percentiles=(low, 100 - low))) == 255).mean())
        for low in (0.0, 5.0, 20.0)
    ]
    assert shares[0] < shares[1] < shares[2]
    assert shares[2] == pytest.approx(0.2, abs=0.02)


def test_an_image_without_the_channel_is_shown_as_suits_it(tmp_path: Path) -> None:
    path = tmp_path / "grey.tif"
    tifffile.imwrite(path, CUBE[..., 0])
    assert np.array_equal(read_image(path, SampleView(channels=(4, 2, 0))), read_image(path))


def test_a_photo_of_8_bits_is_never_changed(tmp_path: Path) -> None:
    rgb = RANDOM.integers(50, 90, (20, 30, 3), dtype=np.uint8)
    view = SampleView((2, 1, 0), (5.0, 95.0))
    for name in ("photo.png", "photo.bmp", "photo.tif"):
        Image.fromarray(rgb).save(tmp_path / name)
        assert np.array_equal(read_image(tmp_path / name, view), rgb), name
        assert not read_sample_kind(tmp_path / name).has_choice


def test_a_fourth_channel_of_8_bits_can_be_shown(tmp_path: Path) -> None:
    pixels = RANDOM.integers(0, 256, (20, 30, 4), dtype=np.uint8)
    path = tmp_path / "infrared.tif"
    tifffile.imwrite(path, pixels, photometric="rgb", extrasamples=["unspecified"])
    assert np.array_equal(read_image(path), pixels[..., :3])
    assert np.array_equal(read_image(path, SampleView(channels=(3, 0, 1))), pixels[..., [3, 0, 1]])


def test_a_deep_photo_keeps_its_range_until_a_stretch_is_asked_for(tmp_path: Path) -> None:
    deep = RANDOM.integers(0, 3000, (20, 30, 3), dtype=np.uint16)
    path = tmp_path / "deep.png"
    cv2.imwrite(str(path), deep[..., ::-1])
    assert read_image(path, SampleView(channels=(2, 1, 0))).max() <= 12
    assert read_image(path, SampleView(percentiles=(0.0, 100.0))).max() == 255


@pytest.mark.parametrize("view", [AS_SUITS, SampleView((4, 2, 0)), SampleView((1, 1, 1), (2.0, 98.0))])
@pytest.mark.parametrize("tile", [None, (32, 32)])
def test_pieces_of_a_big_picture_show_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, view: SampleView, tile: tuple[int, int] | None
) -> None:
    monkeypatch.setattr(image_source, "SMALL_PIXELS", 100)
    path = tmp_path / "big.tif"
    tifffile.imwrite(path, CUBE, photometric="minisblack", planarconfig="contig", tile=tile)
    source = open_source(path, view)
    piece = source.read_region(0, Rect(10, 5, 50, 35))
    source.close()
    assert np.array_equal(piece, read_image(path, view)[5:35, 10:50])


KINDS = {
    "uint16 grey": (CUBE[..., 0], {}, SampleKind(1, "uint16", has_choice=True)),
    "float colours": (
        CUBE[..., :3].astype(np.float32),
        {"photometric": "rgb"},
        SampleKind(3, "float32", has_choice=True),
    ),
    "many channels": (CUBE, {"photometric": "minisblack"}, SampleKind(5, "uint16", has_choice=True)),
    "bytes": (CUBE[..., 0].astype(np.uint8), {}, SampleKind(1, "uint8", has_choice=False)),
    "pages": (
        np.stack([CUBE[..., 0]] * 3),
        {"photometric": "minisblack"},
        SampleKind(1, "uint16", has_choice=True, pages=3),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_header_says_whether_there_is_a_choice(tmp_path: Path, kind: str) -> None:
    samples, options, wanted = KINDS[kind]
    path = tmp_path / "picture.tif"
    if kind in ("many channels", "float colours"):
        options = options | {"planarconfig": "contig"}
    tifffile.imwrite(path, samples, **options)
    assert read_sample_kind(path) == wanted


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="counted from 0"):
        SampleView(channels=(0, -1, 0))
    with pytest.raises(ValueError, match="below white"):
        SampleView(percentiles=(90.0, 10.0))


@pytest.fixture(params=["zlib", "lzw"])
def pages(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Three pages of one size, then a smaller one; LZW goes through another reader than deflate."""
    path = tmp_path / "pages.tif"
    images = [Image.fromarray(np.full((40, 60, 3), value, np.uint8)) for value in (10, 20, 30)]
    images.append(Image.fromarray(np.full((20, 30, 3), 40, np.uint8)))
    compression = {"zlib": "tiff_adobe_deflate", "lzw": "tiff_lzw"}[request.param]
    images[0].save(path, save_all=True, append_images=images[1:], compression=compression)
    return path


@pytest.mark.parametrize(("page", "value"), [(0, 10), (1, 20), (2, 30), (3, 10), (99, 10)])
def test_a_page_is_shown_where_it_is_as_large_as_the_first(pages: Path, page: int, value: int) -> None:
    assert (read_image(pages, SampleView(page=page)) == value).all()


def test_pages_of_another_size_do_not_count(pages: Path) -> None:
    kind = read_sample_kind(pages)
    assert (kind.pages, kind.has_choice, kind.can_be_changed) == (3, False, True)


@pytest.mark.parametrize("tile", [None, (16, 16)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_large_picture_shows_the_page_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tile: tuple[int, int] | None, dtype: type[np.generic]
) -> None:
    monkeypatch.setattr(image_source, "SMALL_PIXELS", 1000)
    path, view = tmp_path / "pages.tif", SampleView(page=1)
    samples = np.random.default_rng(0).integers(0, 255, (3, 90, 120), np.uint8).astype(dtype)
    tifffile.imwrite(path, samples, photometric="minisblack", tile=tile)
    source = open_source(path, view)
    piece = source.read_region(0, Rect(10, 5, 50, 35))
    source.close()
    assert np.array_equal(piece, read_image(path, view)[5:35, 10:50])
    assert not np.array_equal(piece, read_image(path)[5:35, 10:50])


def test_pages_are_counted_from_one_on_the_way_in() -> None:
    with pytest.raises(ValueError, match="Pages are counted from 0"):
        SampleView(page=-1)
