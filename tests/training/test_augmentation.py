"""Augmentation: image, labels and weights move together, and chance is repeatable."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from segstudio.domain.geometry import Size
from segstudio.training.augmentation import augmented, color_change, pasted
from segstudio.training.plan import Recipe, Sample
from segstudio.training.samples import DecodedSample, decode_sample

PLAIN = Recipe(scales=(1.0, 1.0), mirror=False, color=0.0)


def gradient_sample(height: int = 40, width: int = 60, *, is_weighted: bool = False) -> DecodedSample:
    """Each image pixel tells its own place; the left half is class 0, the right half class 1."""
    image = np.zeros((height, width, 3), np.uint8)
    image[..., 0] = 4 * np.arange(width)
    image[..., 1] = 6 * np.arange(height)[:, None]
    labels = np.zeros((height, width), np.uint8)
    labels[:, width // 2 :] = 1
    weights = np.full((height, width), 255, np.uint8) if is_weighted else None
    return decode_sample(Sample(image, labels, weights), (0, 1))


def chance(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_nothing_changes_without_chance() -> None:
    sample = gradient_sample()
    view = augmented(sample, PLAIN, None, chance())
    assert np.array_equal(view.image.permute(1, 2, 0).numpy(), sample.image)
    assert np.array_equal(view.targets.numpy(), sample.targets)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("crop", [Size(32, 24), Size(60, 40), Size(90, 70)])
def test_a_crop_has_its_size_and_labels_stay_on_their_pixels(crop: Size, seed: int) -> None:
    view = augmented(gradient_sample(), Recipe(scales=(1.0, 1.0), color=0.0), crop, chance(seed))
    assert view.image.shape == (3, crop.height, crop.width)
    assert view.targets.shape == (crop.height, crop.width)
    known = view.targets != 255
    # Red tells the column: below 4 * 30 is the left half.
    assert torch.equal((view.image[0][known] >= 120).long(), view.targets[known].long())


@pytest.mark.parametrize("seed", range(6))
def test_scaled_labels_stay_on_their_pixels(seed: int) -> None:
    view = augmented(gradient_sample(), Recipe(scales=(0.5, 2.0), color=0.0), Size(48, 32), chance(seed))
    known = view.targets != 255
    wrong = ((view.image[0][known] >= 120).long() != view.targets[known].long()).float().mean()
    assert known.any()
    assert wrong < 0.05  # Resizing blurs the border by a pixel.


def test_a_mirrored_view_is_mirrored_as_a_whole() -> None:
    sample = gradient_sample(is_weighted=True)
    recipe = Recipe(scales=(1.0, 1.0), color=0.0)
    views = [augmented(sample, recipe, None, chance(seed)) for seed in range(8)]
    mirrored = [bool(view.image[0, 0, 0] > view.image[0, 0, -1]) for view in views]
    assert any(mirrored)
    assert not all(mirrored)
    for view, is_mirrored in zip(views, mirrored, strict=True):
        assert view.targets[0, 0] == (1 if is_mirrored else 0)


def test_weights_move_with_the_pixels_and_are_nothing_beyond_the_image() -> None:
    view = augmented(gradient_sample(is_weighted=True), PLAIN, Size(90, 70), chance())
    assert view.weights is not None
    assert torch.equal(view.weights > 0, view.targets != 255)


def test_rare_crops_show_each_class_evenly() -> None:
    labels = np.zeros((100, 100), np.uint8)
    labels[50, 50] = 1
    sample = decode_sample(Sample(np.zeros((100, 100, 3), np.uint8), labels), (0, 1))

    def share_with_rare_class(rare_share: float) -> float:
        recipe = Recipe(scales=(1.0, 1.0), rare_share=rare_share)
        views = [augmented(sample, recipe, Size(16, 16), chance(seed)) for seed in range(200)]
        return float(np.mean([bool((view.targets == 1).any()) for view in views]))

    assert share_with_rare_class(0.0) < 0.1
    assert 0.35 < share_with_rare_class(1.0) < 0.7


def test_a_class_of_another_view_is_pasted_whole_with_its_labels_and_weights() -> None:
    ground = augmented(gradient_sample(), PLAIN, None, chance())
    labels = np.full((40, 60), 255, np.uint8)
    labels[5:15, 20:30] = 1
    image = np.full((40, 60, 3), 7, np.uint8)
    weights = np.full((40, 60), 51, np.uint8)
    other = augmented(decode_sample(Sample(image, labels, weights), (0, 1)), PLAIN, None, chance())
    mixed = pasted(ground, other, chance())
    mask = torch.zeros((40, 60), dtype=torch.bool)
    mask[5:15, 20:30] = True
    assert (mixed.image[:, mask] == 7).all()
    assert (mixed.targets[mask] == 1).all()
    assert torch.equal(mixed.image[:, ~mask], ground.image[:, ~mask])
    assert torch.equal(mixed.targets[~mask], ground.targets[~mask])
    assert mixed.weights is not None
    assert mixed.weights[mask].unique().tolist() == pytest.approx([0.2])
    assert mixed.weights[~mask].unique().tolist() == [1.0]


def test_nothing_is_pasted_from_a_view_without_labels() -> None:
    ground = augmented(gradient_sample(), PLAIN, None, chance())
    empty = decode_sample(Sample(np.zeros((40, 60, 3), np.uint8), np.full((40, 60), 255, np.uint8)), (0, 1))
    assert pasted(ground, augmented(empty, PLAIN, None, chance()), chance()) is ground


def test_the_same_chance_gives_the_same_view() -> None:
    recipe = Recipe()
    first, second = (augmented(gradient_sample(), recipe, Size(32, 32), chance(5)) for _ in range(2))
    assert torch.equal(first.image, second.image)
    assert np.array_equal(first.color, second.color)


def test_colors_stay_as_they_are_at_strength_0_and_grey_stays_grey_but_for_the_white_balance() -> None:
    matrix = color_change(0.0, chance())
    assert matrix == pytest.approx(np.eye(3, 4), abs=1e-6)
    drawn = [color_change(0.5, chance(seed)) @ np.array([128, 128, 128, 1.0]) for seed in range(20)]
    assert np.std([values.mean() for values in drawn]) > 5
    assert all(values.max() / values.min() < 1.5 for values in drawn)
