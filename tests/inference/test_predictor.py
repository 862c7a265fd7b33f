"""Predictions against the same thing computed the long way round."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from segstudio.domain.errors import CancelledError, DeviceMemoryError
from segstudio.domain.geometry import Size
from segstudio.domain.model_info import HeadKind, NetworkConfig, Normalization
from segstudio.domain.task import Progress, Task
from segstudio.inference.predictor import Predictor
from segstudio.inference.tile_run import MARGIN
from segstudio.inference.tiling import tiles_of
from segstudio.nn.network import Network
from tests.nn.networks import info_of, small_config, small_network

CPU = torch.device("cpu")
NORMALIZATION = Normalization((120.0, 110.0, 100.0), (60.0, 50.0, 40.0))
CONFIGURATIONS = [
    small_config(base_width=4, cell_width=1),
    small_config(base_width=4, cell_width=2, aspp_rates=(6, 12)),
    small_config(base_width=4, cell_width=4, output_stride=16),
    small_config(base_width=4, cell_width=2, head=HeadKind.BILINEAR),
]
configurations = pytest.mark.parametrize(
    "config", CONFIGURATIONS, ids=lambda c: f"{c.head}-{c.output_stride}-{c.cell_width}"
)


def predictor_of(config: NetworkConfig, **options: object) -> tuple[Predictor, Network]:
    network = small_network(config)
    info = replace(info_of(config), normalization=NORMALIZATION)
    settings: dict[str, object] = {"precision": torch.float32, **options}
    return Predictor(network, info, CPU, **settings), network  # type: ignore[arg-type]


def noise(height: int, width: int) -> np.ndarray:
    """Smooth noise, so that neighbouring pixels have something to do with each other."""
    coarse = np.random.default_rng(0).integers(0, 256, (height // 8 + 2, width // 8 + 2, 3), np.uint8)
    return np.ascontiguousarray(coarse.repeat(8, 0).repeat(8, 1)[:height, :width])


def long_way(network: Network, image: np.ndarray, scale: float = 1.0, *, mirror: bool = False) -> torch.Tensor:
    """Probabilities (channels, H, W): scaled, padded with the mean, softmax, enlarged, cut, scaled back."""
    config = network.config
    pixels = torch.from_numpy(image.transpose(2, 0, 1).astype(np.float32))[None]
    height, width = round(image.shape[0] * scale), round(image.shape[1] * scale)
    if scale != 1.0:
        pixels = functional.interpolate(pixels, (height, width), mode="bilinear")
    mean, deviation = (torch.tensor(v).view(1, 3, 1, 1) for v in (NORMALIZATION.mean, NORMALIZATION.deviation))
    pad = (0, -width % config.output_stride, 0, -height % config.output_stride)
    x = functional.pad((pixels - mean) / deviation, pad)
    with torch.inference_mode():
        cells = network(x.flip(3) if mirror else x)
        scores = (
            functional.interpolate(cells, scale_factor=config.cells_per_side, mode="bilinear")
            if config.head is HeadKind.BILINEAR
            else functional.pixel_shuffle(cells, config.cells_per_side)
        )
        shares = scores.softmax(1)
        shares = shares.flip(3) if mirror else shares
        shares = functional.interpolate(shares, scale_factor=config.cell_width, mode="bilinear")
        shares = shares[..., :height, :width]
        return functional.interpolate(shares, image.shape[:2], mode="bilinear")[0]


def assert_says(predictor: Predictor, image: np.ndarray, shares: torch.Tensor, **options: object) -> None:
    """Labels are the winners' class ids (but where two are within rounding), confidence their share."""
    prediction = predictor.predict(image, **options)  # type: ignore[arg-type]
    ids = np.array(predictor.info.channel_map.class_ids, np.uint8)
    best, winner = shares.max(0)
    second = shares.topk(2, 0).values[1]
    is_clear = (best - second > 1e-4).numpy()
    assert is_clear.mean() > 0.99
    assert np.array_equal(prediction.labels[is_clear], ids[winner.numpy()][is_clear])
    assert np.abs(prediction.confidence - best.numpy() * 255.0).max() <= 0.6
    assert len(np.unique(prediction.labels)) > 1


@configurations
@pytest.mark.parametrize("shape", [(64, 96), (61, 83)])
def test_labels_and_confidence_are_those_of_the_enlarged_softmax(
    config: NetworkConfig, shape: tuple[int, int]
) -> None:
    predictor, network = predictor_of(config)
    image = noise(*shape)
    assert_says(predictor, image, long_way(network, image))


@configurations
def test_scales_and_mirrors_are_averaged_as_published(config: NetworkConfig) -> None:
    predictor, network = predictor_of(config)
    image = noise(61, 83)
    scales = (0.75, 1.0, 1.5)
    looks = [long_way(network, image, scale, mirror=mirror) for scale in scales for mirror in (False, True)]
    assert_says(predictor, image, torch.stack(looks).mean(0), scales=scales, mirror=True)


@configurations
def test_logits_are_the_networks_own_in_float32_whatever_the_engine(config: NetworkConfig) -> None:
    predictor, network = predictor_of(config, precision=torch.bfloat16)
    image = noise(64, 96)
    mean, deviation = (np.array(v, np.float32) for v in (NORMALIZATION.mean, NORMALIZATION.deviation))
    x = torch.from_numpy(((image - mean) / deviation).transpose(2, 0, 1))[None].contiguous()
    with torch.inference_mode():
        wanted = network.logits(x)[0].numpy()
    logits = predictor.logits(image)
    assert logits.dtype == np.float32
    assert logits.shape == (5, 64 // config.cell_width, 96 // config.cell_width)
    np.testing.assert_allclose(logits, wanted, atol=2e-5 * wanted.std(), rtol=1e-5)


def test_logits_of_an_odd_size_cover_every_pixel() -> None:
    predictor, _ = predictor_of(CONFIGURATIONS[1])
    assert predictor.logits(noise(61, 83)).shape == (5, 31, 42)


def test_bfloat16_agrees_with_float32() -> None:
    config, image = CONFIGURATIONS[1], noise(96, 128)
    exact, fast = (predictor_of(config, precision=p)[0].predict(image) for p in (torch.float32, torch.bfloat16))
    assert (exact.labels == fast.labels).mean() > 0.97
    assert np.abs(exact.confidence.astype(int) - fast.confidence).mean() < 3
    assert exact.device == "CPU, float32"
    assert fast.device == "CPU, bfloat16"


@configurations
@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (3, 20_000), (17, 9)])
def test_images_of_any_shape_are_segmented(config: NetworkConfig, shape: tuple[int, int]) -> None:
    predictor, _ = predictor_of(config)
    prediction = predictor.predict(noise(*shape), with_probabilities=True)
    assert prediction.labels.shape == prediction.confidence.shape == shape
    assert set(np.unique(prediction.labels)) <= set(predictor.info.channel_map.class_ids)
    assert prediction.confidence.min() >= 255 // 5
    assert prediction.probabilities is not None
    cell = config.cell_width
    assert prediction.probabilities.values.shape == (5, -(-shape[0] // cell), -(-shape[1] // cell))


@pytest.mark.parametrize("config", [CONFIGURATIONS[0], CONFIGURATIONS[1]], ids=["early", "enlarged"])
def test_a_large_image_is_what_its_tiles_are(config: NetworkConfig) -> None:
    predictor, _ = predictor_of(config, pixel_budget=256 * 256)
    alone, _ = predictor_of(config)
    image = noise(300, 400)
    seen: list[Progress] = []
    whole = predictor.predict(image, Task(seen.append), with_probabilities=True)
    tiles = tiles_of(Size(400, 300), pixel_budget=256 * 256, margin=MARGIN, stride=8)
    assert len(tiles) > 4
    assert seen[-1].done == seen[-1].total == len(tiles)
    assert whole.probabilities is not None
    for tile in tiles:
        part = alone.predict(np.ascontiguousarray(image[tile.read.slices]), with_probabilities=True)
        rows, columns = tile.keep.slices
        inner = (
            slice(rows.start - tile.read.top, rows.stop - tile.read.top),
            slice(columns.start - tile.read.left, columns.stop - tile.read.left),
        )
        assert np.array_equal(whole.labels[tile.keep.slices], part.labels[inner])
        assert np.array_equal(whole.confidence[tile.keep.slices], part.confidence[inner])
    assert predictor.logits(image).shape[1:] == whole.probabilities.values.shape[1:]


def test_probabilities_sum_to_one_and_know_their_classes() -> None:
    predictor, _ = predictor_of(CONFIGURATIONS[1])
    for options in ({}, {"scales": (1.0, 0.5), "mirror": True}):
        found = predictor.probabilities(noise(61, 83), **options)  # type: ignore[arg-type]
        assert np.abs(found.values.sum(0, dtype=int) - 255).max() <= 5
        assert found.class_ids == predictor.info.channel_map.class_ids
        assert (found.image_size, found.cell_width) == (Size(83, 61), 2)


def test_what_leaves_is_read_only() -> None:
    predictor, _ = predictor_of(CONFIGURATIONS[0])
    prediction = predictor.predict(noise(16, 16))
    with pytest.raises(ValueError, match="read-only"):
        prediction.labels[0, 0] = 3


@pytest.mark.parametrize("bad", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)])
def test_what_is_no_image_is_refused(bad: np.ndarray) -> None:
    predictor, _ = predictor_of(CONFIGURATIONS[0])
    with pytest.raises(ValueError, match="image"):
        predictor.predict(bad)


@pytest.mark.parametrize("scales", [(), (0.0,), (100.0,), (float("nan"),)])
def test_impossible_scales_are_refused(scales: tuple[float, ...]) -> None:
    predictor, _ = predictor_of(CONFIGURATIONS[0])
    with pytest.raises(ValueError, match="Scales"):
        predictor.predict(noise(8, 8), scales=scales)


class MemoryOf:
    """Makes every convolution of more input pixels than ``pixels`` fail as a device that is full does."""

    def __init__(self, pixels: int) -> None:
        self._pixels = pixels
        self.failures = 0

    def __call__(self, module: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        if isinstance(module, nn.Conv2d) and inputs[0].shape[2] * inputs[0].shape[3] > self._pixels:
            self.failures += 1
            raise torch.OutOfMemoryError("CUDA out of memory.")


@pytest.fixture
def small_memory(request: pytest.FixtureRequest) -> Iterator[MemoryOf]:
    memory = MemoryOf(request.param)
    handle = nn.modules.module.register_module_forward_pre_hook(memory)
    yield memory
    handle.remove()


@pytest.mark.parametrize("small_memory", [200 * 200], indirect=True)
def test_when_memory_runs_short_smaller_tiles_are_taken_and_it_says_so(small_memory: MemoryOf) -> None:
    predictor, _ = predictor_of(CONFIGURATIONS[0])
    prediction = predictor.predict(noise(400, 400))
    assert small_memory.failures > 0
    assert "Memory ran short" in prediction.remark
    assert prediction.labels.shape == (400, 400)
    assert set(np.unique(prediction.labels)) <= set(predictor.info.channel_map.class_ids)


@pytest.mark.parametrize("small_memory", [10], indirect=True)
@pytest.mark.usefixtures("small_memory")
def test_when_nothing_fits_it_says_what_to_do() -> None:
    predictor, _ = predictor_of(CONFIGURATIONS[0])
    with pytest.raises(DeviceMemoryError, match="smaller model"):
        predictor.predict(noise(400, 400))


def test_a_stop_ends_the_work_within_a_tile() -> None:
    predictor, _ = predictor_of(CONFIGURATIONS[0])
    task: Task[Progress] = Task(lambda _: task.stop())
    with pytest.raises(CancelledError):
        predictor.predict(noise(64, 64), task)


def test_images_that_look_alike_have_features_that_are_alike() -> None:
    predictor, _ = predictor_of(CONFIGURATIONS[0])
    image = noise(96, 96)
    first, brighter = (
        predictor.image_features(i) for i in (image, np.clip(image.astype(int) + 3, 0, 255).astype(np.uint8))
    )
    other = predictor.image_features(np.full((96, 96, 3), 200, np.uint8))
    assert first.dtype == np.float32
    assert float(first @ first) == pytest.approx(1.0, abs=1e-4)
    assert float(first @ brighter) > float(first @ other)
