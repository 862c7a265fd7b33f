"""Fine-tuning: what is learnt, what is judged by, and defaults that fit the number of images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from segstudio.domain.arrays import Origin
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import SegStudioError
from segstudio.domain.geometry import Size
from segstudio.domain.images import Split
from segstudio.domain.model_info import ChannelMap, ModelInfo
from segstudio.domain.task import Task
from segstudio.domain.training_log import EpochRecord, Phase, TrainingLog
from segstudio.nn.checkpoint import read_model, write_model
from segstudio.nn.network import build_network
from segstudio.training import loop
from segstudio.training.estimate import estimated_duration, measured_pace
from segstudio.training.fine_tuning import (
    FineTuningWishes,
    default_recipe,
    fine_tuning_plan,
    origin_weights,
    shortcomings,
)
from segstudio.training.held_out import LabelledImage, split_images
from segstudio.training.plan import LearningParts, TrainingPlan
from segstudio.training.samples import decode_sample
from training.small_plans import LABELS, box_sample, small_network

SIZE = Size(96, 64)


def labelled(index: int, *, is_verified: bool = False, split: Split = Split.NONE) -> LabelledImage:
    return LabelledImage(box_sample(index), SIZE, frozenset({0, 1}), is_verified, split)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    torch.manual_seed(3)
    network = build_network(small_network()).eval()
    path = tmp_path / "base.safetensors"
    info = ModelInfo("base", network.config, LABELS, ChannelMap(LABELS.ids), licence="Apache-2.0")
    write_model(path, network, info)
    return path


def plan(images: list[LabelledImage], base: Path, label_set: LabelSet = LABELS, **changes: object) -> TrainingPlan:
    folder = base.parent
    return fine_tuning_plan(
        images, base, label_set, folder=folder / "state", output=folder / "out.safetensors", name="new", **changes
    )


def test_a_person_teaches_and_the_model_alone_does_not() -> None:
    weights = origin_weights(is_verified=False)
    assert weights[Origin.PERSON] == weights[Origin.ACCEPTED] == 1.0
    assert weights[Origin.MODEL] == weights[Origin.NOBODY] == 0.0
    assert set(origin_weights(is_verified=True)) == {1.0}


def test_a_fifth_of_the_images_is_held_out_verified_ones_first() -> None:
    images = [labelled(index, is_verified=index in (3, 7)) for index in range(10)]
    learning, validation = split_images(images, seed=0)
    assert {id(image) for image in validation} == {id(images[3]), id(images[7])}
    assert len(learning) == 8


def test_splits_that_a_person_chose_are_kept_and_test_images_left_out() -> None:
    splits = [Split.TRAIN, Split.VALIDATION, Split.TEST, Split.NONE, Split.NONE]
    images = [labelled(index, split=split) for index, split in enumerate(splits)]
    learning, validation = split_images(images, seed=0)
    assert validation == (images[1],)
    assert learning == (images[0], images[3], images[4])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_of_few_images_tiles_are_held_out_and_never_learnt(count: int) -> None:
    learning, validation = split_images([labelled(index) for index in range(count)], seed=0)
    assert len(learning) == len(validation) == count
    for learnt, judged in zip(learning, validation, strict=True):
        taught = decode_sample(learnt.sample, (0, 1)).targets != 255
        held = decode_sample(judged.sample, (0, 1)).targets != 255
        assert not (taught & held).any()
        assert (taught | held).all()
        assert held.mean() == pytest.approx(0.25)


def test_the_split_follows_from_the_seed() -> None:
    images = [labelled(index) for index in range(12)]
    held = [[id(image) for image in split_images(images, seed=seed)[1]] for seed in (0, 0, 1)]
    assert held[0] == held[1]
    assert held[0] != held[2]


def test_more_images_mean_more_steps_and_looser_batch_norms() -> None:
    recipes = [
        default_recipe([labelled(0)] * count, small_network(), FineTuningWishes()) for count in (1, 5, 20, 500)
    ]
    steps = [recipe.epochs for recipe in recipes]
    assert steps == sorted(steps)
    assert {recipe.learning_parts for recipe in recipes} == {LearningParts.ALL}
    assert [recipe.freeze_batch_norm for recipe in recipes] == [True, True, True, False]
    assert {(recipe.class_balance, recipe.lovasz_share) for recipe in recipes} == {(0.0, 0.5)}


def test_wishes_win_over_defaults() -> None:
    wishes = FineTuningWishes(LearningParts.HEAD, steps=50, minutes=2.0, learning_rate=0.01)
    recipe = default_recipe([labelled(0)], small_network(), wishes)
    assert recipe.learning_parts is LearningParts.HEAD
    assert recipe.epochs * 25 == 50
    assert (recipe.minutes, recipe.learning_rate) == (2.0, 0.01)


def test_crops_are_no_larger_than_the_smallest_image() -> None:
    images = [labelled(0), replace(labelled(1), size=Size(2000, 40))]
    crop = default_recipe(images, small_network(), FineTuningWishes()).crop
    assert crop == Size(96, 40)


def test_the_plan_grows_the_network_by_the_new_classes(base: Path) -> None:
    found = plan([labelled(index) for index in range(5)], base, LABELS.with_class("lid"))
    assert found.network.channels == 3
    assert found.base == base
    assert found.licence == "Apache-2.0"
    assert len(found.validation) == 1


def test_nothing_to_learn_from_is_said_before_the_start(base: Path) -> None:
    with pytest.raises(SegStudioError, match="correct at least one"):
        plan([], base)
    assert "correct at least one" in shortcomings([], LABELS)[0]


def test_what_is_missing_is_named() -> None:
    told = " ".join(shortcomings([labelled(0)], LABELS.with_class("lid")))
    assert "No corrected image shows lid" in told
    assert "held-out tiles" in told
    assert shortcomings([labelled(index) for index in range(4)], LABELS) == ()


def test_the_estimate_says_where_it_comes_from(base: Path) -> None:
    few = plan([labelled(0)], base)
    guess = estimated_duration(few, device_kind="cpu")
    assert "first run" in guess.reason
    measured = estimated_duration(few, device_kind="cpu", pace=2.0)
    assert "measured here" in measured.reason
    assert estimated_duration(few, device_kind="cpu", pace=4.0).seconds == pytest.approx(2 * measured.seconds)


def test_a_processor_without_bfloat16_is_guessed_to_be_slower(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = plan([labelled(0)], base)
    monkeypatch.setattr("segstudio.training.estimate.has_bfloat16", lambda _device: True)
    quick = estimated_duration(few, device_kind="cpu")
    monkeypatch.setattr("segstudio.training.estimate.has_bfloat16", lambda _device: False)
    assert estimated_duration(few, device_kind="cpu").seconds > 4 * quick.seconds


def test_a_time_limit_counts_only_where_it_is_the_shorter(base: Path) -> None:
    few = plan([labelled(0)], base)
    free = estimated_duration(few, device_kind="cpu", pace=2.0)
    tight = replace(few, recipe=replace(few.recipe, minutes=free.seconds / 120))
    wide = replace(few, recipe=replace(few.recipe, minutes=free.seconds / 30))
    limited = estimated_duration(tight, device_kind="cpu", pace=2.0)
    assert limited.seconds == pytest.approx(free.seconds / 2)
    assert "50%" in limited.reason
    assert estimated_duration(wide, device_kind="cpu", pace=2.0) == free


def test_a_pace_that_was_measured_foretells_the_next_run(base: Path) -> None:
    few = plan([labelled(0)], base)
    epochs = tuple(EpochRecord(number, 1.0, 1e-3, seconds) for number, seconds in ((1, 10.0), (2, 10.0), (3, 90.0)))
    pace = measured_pace(few, TrainingLog(Phase.FINISHED, 3, 75, 75, epochs=epochs))
    assert pace is not None
    whole = estimated_duration(few, device_kind="cpu", pace=pace)
    assert whole.seconds == pytest.approx(10.0 * few.recipe.epochs, rel=0.05)
    head = replace(few, recipe=replace(few.recipe, learning_parts=LearningParts.HEAD))
    assert estimated_duration(head, device_kind="cpu", pace=pace).seconds < 0.5 * whole.seconds
    assert measured_pace(few, TrainingLog(Phase.TRAINING, 3)) is None


def test_one_corrected_image_makes_the_model_better_on_its_held_out_tiles(base: Path) -> None:
    wishes = FineTuningWishes(LearningParts.ALL, steps=75, learning_rate=0.005)
    found = plan([labelled(1)], base, wishes=wishes)
    found = replace(found, device="cpu", precision="float32")
    result = loop.train(found, Task())
    assert result.scores is not None
    assert result.scores.mean_iou > 0.7


def test_pixels_that_only_the_model_set_are_not_learnt(base: Path) -> None:
    """The left half is wrong and the model's, the right half right and a person's."""
    sample = box_sample(2)
    assert isinstance(sample.labels, np.ndarray)
    labels = sample.labels.copy()
    labels[:, :48] = 1 - labels[:, :48]
    origins = np.full(labels.shape, Origin.PERSON, np.uint8)
    origins[:, :48] = Origin.MODEL
    taught = replace(sample, labels=labels, weights=origins, weight_table=origin_weights(is_verified=False))
    image = LabelledImage(taught, SIZE, frozenset({0, 1}))
    wishes = FineTuningWishes(LearningParts.ALL, steps=75, learning_rate=0.005)
    found = plan([image], base, wishes=wishes)
    loop.train(replace(found, device="cpu", precision="float32", validation=()), Task())
    network, info = read_model(found.output)
    pixels = torch.from_numpy(sample.image.copy()).permute(2, 0, 1)[None]
    with torch.inference_mode():
        answer = network.label_cells(network(loop_input(pixels, info)))[0].numpy()
    truth = sample.labels[::2, ::2]
    assert (answer == truth)[:, :24].mean() > 0.8


def loop_input(pixels: torch.Tensor, info: ModelInfo) -> torch.Tensor:
    mean = torch.tensor(info.normalization.mean).view(1, 3, 1, 1)
    return (pixels - mean) / torch.tensor(info.normalization.deviation).view(1, 3, 1, 1)
