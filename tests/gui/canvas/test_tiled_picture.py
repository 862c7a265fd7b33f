"""A picture read tile by tile, on a real lane."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from segstudio.domain.arrays import RgbImage
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Rect, Size
from segstudio.editing.document import LabelDocument
from segstudio.formats.streamed_source import halvings
from segstudio.gui.canvas.canvas_view import CanvasView
from segstudio.gui.canvas.label_display import LabelDisplay
from segstudio.gui.canvas.picture import MemoryPicture, level_size
from segstudio.gui.canvas.picture_keeper import PictureKeeper
from segstudio.gui.canvas.tile_reader import TILE, TileKey, read_tile
from segstudio.gui.canvas.tiled_picture import NOT_YET, TiledPicture
from segstudio.gui.delivery import Delivery
from segstudio.services.jobs import JobRunner
from tests.gui.canvas.hands import CLASSES


class Source:
    """Gives regions of a picture, and counts them; the lower right tile of level 0 is damaged if asked to."""

    def __init__(self, rgb: NDArray[np.uint8], *, is_damaged: bool = False) -> None:
        self._levels = [rgb]
        while max(self._levels[-1].shape[:2]) > TILE:
            size = level_size(self.size, len(self._levels))
            self._levels.append(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA))
        self._is_damaged = is_damaged
        self.read: list[tuple[int, Rect]] = []
        self.threads: set[str] = set()

    @property
    def size(self) -> Size:
        height, width = self._levels[0].shape[:2]
        return Size(width, height)

    @property
    def levels(self) -> tuple[Size, ...]:
        return tuple(Size(level.shape[1], level.shape[0]) for level in self._levels)

    def close(self) -> None:
        """Nothing is held."""

    def prepare(self, level: int, rect: Rect, seconds: float) -> Rect:
        return rect

    def read_region(self, level: int, rect: Rect) -> RgbImage:
        self.read.append((level, rect))
        self.threads.add(threading.current_thread().name)
        if self._is_damaged and level == 0 and rect.right == self.size.width:
            raise FormatError("The picture ends too early.")
        return self._levels[level][rect.slices].copy()


class OddLevels(Source):
    """Its only other level is a fifth of the size."""

    def __init__(self, rgb: NDArray[np.uint8]) -> None:
        super().__init__(rgb)
        self._levels = [rgb, cv2.resize(rgb, (rgb.shape[1] // 5, rgb.shape[0] // 5), interpolation=cv2.INTER_AREA)]


class FromTheTop(Source):
    """Is decoded a hundred rows at a time."""

    def __init__(self, rgb: NDArray[np.uint8]) -> None:
        super().__init__(rgb)
        self.rows = 0
        self.may_go_on = threading.Semaphore(0)

    def prepare(self, level: int, rect: Rect, seconds: float) -> Rect:
        if self.rows < rect.bottom << level and self.may_go_on.acquire(timeout=seconds):
            self.rows += 100
        return rect.intersected(Rect(0, 0, rect.right, self.rows >> level))


def gradient(width: int, height: int) -> NDArray[np.uint8]:
    rows, columns = np.indices((height, width))
    return np.dstack([columns * 255 // width, rows * 255 // height, (rows // 64 + columns // 64) % 2 * 255]).astype(
        np.uint8
    )


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[JobRunner]:
    delivery = Delivery()
    runner = JobRunner(delivery)
    yield runner
    runner.shut_down()
    delivery.close()


def test_a_region_arrives_whole_and_exact(qtbot: QtBot, jobs: JobRunner) -> None:
    rgb = gradient(1500, 1100)
    source, arrived = Source(rgb), []
    picture = TiledPicture(source, jobs, arrived.append)
    region = Rect(400, 300, 1400, 1050)
    picture.read(0, region)
    qtbot.waitUntil(lambda: np.array_equal(picture.read(0, region), rgb[region.slices]), timeout=20_000)
    assert arrived
    assert all("tiles" in name for name in source.threads)
    asked = len(source.read)
    picture.read(0, region)
    assert len(source.read) == asked


def test_what_is_missing_is_shown_coarser_first(qtbot: QtBot, jobs: JobRunner) -> None:
    rgb = gradient(1500, 1100)
    picture = TiledPicture(Source(rgb), jobs, lambda _rect: None)
    qtbot.waitUntil(lambda: picture.byte_count > 0, timeout=20_000)
    region = Rect(0, 0, 500, 500)
    coarse = picture.read(0, region).astype(int)
    assert np.abs(coarse[..., :2] - rgb[region.slices][..., :2]).max() < 8


@pytest.mark.parametrize(("level", "stored"), [(1, 0), (2, 0), (3, 1)])
def test_levels_that_a_file_lacks_are_made_of_a_finer_one(level: int, stored: int) -> None:
    rgb = gradient(2500, 1500)
    source = OddLevels(rgb)
    part = read_tile(source, TileKey(level, 0, 0))
    assert part.is_whole
    tile = part.pixels[32:132, 64:164]
    assert source.read[-1][0] == stored
    step = 1 << level
    expected = (
        rgb[32 * step : 132 * step, 64 * step : 164 * step].reshape(100, step, 100, step, 3).mean(axis=(1, 3))
    )
    assert np.abs(tile[..., :2] - expected[..., :2]).mean() < 2


def test_a_file_that_is_decoded_from_its_top_is_shown_as_far_as_it_is(qtbot: QtBot, jobs: JobRunner) -> None:
    rgb = gradient(600, 1100)
    source = FromTheTop(rgb)
    picture = TiledPicture(source, jobs, lambda _rect: None)
    region = Rect(0, 0, 600, 1100)
    for rows in (100, 200, 600):
        while source.rows < rows:
            source.may_go_on.release()
            qtbot.wait(5)
        top = Rect(0, 0, 600, rows)
        qtbot.waitUntil(lambda top=top: np.array_equal(picture.read(0, top), rgb[top.slices]), timeout=20_000)
        assert tuple(picture.read(0, region)[-1, -1]) == NOT_YET
        assert picture.is_waiting
    source.rows = 2000
    qtbot.waitUntil(lambda: np.array_equal(picture.read(0, region), rgb), timeout=20_000)
    qtbot.waitUntil(lambda: not picture.is_waiting, timeout=20_000)


def test_every_tile_of_a_slow_file_has_its_turn(qtbot: QtBot, jobs: JobRunner) -> None:
    rgb = gradient(5200, 1000)
    source = FromTheTop(rgb)
    source.rows = 60
    picture = TiledPicture(source, jobs, lambda _rect: picture.read(0, region))
    region = Rect(0, 0, 5200, 900)
    picture.read(0, region)
    top = Rect(0, 0, 5200, 60)
    qtbot.waitUntil(lambda: np.array_equal(picture.read(0, top), rgb[top.slices]), timeout=20_000)
    source.rows = 2000


def test_memory_is_bounded_and_the_oldest_tiles_go(qtbot: QtBot, jobs: JobRunner) -> None:
    budget = 3 * TILE * TILE * 3
    source = Source(gradient(2100, 1600))
    picture = TiledPicture(source, jobs, lambda _rect: None, byte_budget=budget)
    for left in range(0, 2000, 512):
        picture.read(0, Rect(left, 0, left + 100, 1600))
    qtbot.waitUntil(lambda: len(source.read) > 12 and not jobs.running and picture.byte_count > 0, timeout=20_000)
    assert picture.byte_count <= budget


def test_a_damaged_part_is_told_once_while_the_picture_is_shown(qtbot: QtBot, jobs: JobRunner) -> None:
    keeper, told = PictureKeeper(jobs), []
    keeper.troubled.connect(told.append)
    picture = keeper.open(Source(gradient(1600, 600), is_damaged=True))
    assert picture is not None
    picture.read(0, Rect(0, 0, 1600, 600))
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    picture.read(0, Rect(0, 0, 1600, 600))
    qtbot.waitUntil(lambda: not jobs.running, timeout=20_000)
    assert told == ["The picture ends too early."]
    left = keeper.open(Source(gradient(1600, 600), is_damaged=True))
    assert left is not None
    left.read(0, Rect(0, 0, 1600, 600))
    keeper.open(None)
    qtbot.waitUntil(lambda: not jobs.running and not left.is_waiting, timeout=20_000)
    assert len(told) == 1


def test_a_damaged_part_stays_grey_and_is_asked_for_once(qtbot: QtBot, jobs: JobRunner) -> None:
    rgb = gradient(1100, 600)
    source = Source(rgb, is_damaged=True)
    picture = TiledPicture(source, jobs, lambda _rect: None)
    good = Rect(0, 0, 500, 500)
    picture.read(0, Rect(1030, 0, 1100, 100))
    qtbot.waitUntil(lambda: any(rect.right == 1100 and level == 0 for level, rect in source.read), timeout=20_000)
    qtbot.waitUntil(lambda: not jobs.running, timeout=20_000)
    picture.read(0, Rect(1030, 0, 1100, 100))
    qtbot.waitUntil(lambda: np.array_equal(picture.read(0, good), rgb[good.slices]), timeout=20_000)
    assert sum(rect.right == 1100 and level == 0 and rect.top == 0 for level, rect in source.read) == 1


def test_the_canvas_shows_a_source_as_it_shows_the_same_picture_in_memory(qtbot: QtBot, jobs: JobRunner) -> None:
    rgb = gradient(1500, 1100)
    canvas = CanvasView(jobs=jobs)
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    labels = np.zeros(rgb.shape[:2], np.uint8)
    document = LabelDocument(labels, labels.copy())
    source = Source(rgb)
    canvas.content.show_image(source)
    canvas.content.show_document(document, CLASSES)
    canvas.mini_map.set_wanted(wanted=False)
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.show_view(canvas.view.zoomed(1.0, 200, 150))
    memory = MemoryPicture(rgb)
    visible = canvas.view.visible
    qtbot.waitUntil(lambda: _shows(canvas, memory.read(0, visible)), timeout=20_000)
    assert not any(rect.width > TILE or rect.height > TILE for _, rect in source.read)


def test_a_source_without_a_job_runner_is_refused(qtbot: QtBot) -> None:
    canvas = CanvasView()
    qtbot.addWidget(canvas)
    with pytest.raises(ValueError, match="job runner"):
        canvas.content.show_image(Source(gradient(1600, 600)))


def _shows(canvas: CanvasView, rgb: RgbImage) -> bool:
    """At 100 %, in some places, with the labels hidden."""
    canvas.look.set_display(LabelDisplay(is_visible=False))
    shown = canvas.grab().toImage()
    place = [(10, 10), (200, 150), (390, 290), (128, 77)]
    return all(shown.pixelColor(x, y).getRgb()[:3] == tuple(int(part) for part in rgb[y, x]) for x, y in place)


@pytest.mark.parametrize("shape", [(600, 901), (256, 255), (1, 700)])
def test_halves_made_beforehand_are_those_that_grow_between_events(shape: tuple[int, int]) -> None:
    rgb = np.random.default_rng(2).integers(0, 256, (*shape, 3), np.uint8)
    grown, ready = MemoryPicture(rgb), MemoryPicture(rgb, halvings(rgb))
    while grown.work(1.0):
        pass
    assert not ready.work(0.0)
    assert ready.level_count == grown.level_count
    for level in range(grown.level_count):
        size = level_size(grown.size, level)
        whole = Rect(0, 0, size.width, size.height)
        assert np.array_equal(ready.read(level, whole), grown.read(level, whole))
