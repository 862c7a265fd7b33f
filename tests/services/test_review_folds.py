"""Label errors are found by heads that have not learnt them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from training.small_plans import LABELS, small_network

from segstudio.domain.arrays import LabelMap
from segstudio.domain.images import ImageStatus
from segstudio.domain.model_info import ChannelMap, ModelInfo
from segstudio.domain.task import Task
from segstudio.inference.models import load_model
from segstudio.nn.checkpoint import write_model
from segstudio.nn.network import build_network
from segstudio.services.learnt_images import mark_of
from segstudio.services.review_comparison import compare, report_words
from segstudio.services.review_differences import LearntImages
from segstudio.services.review_folds import untaught_model
from segstudio.store.project_store import ProjectStore

NAMES = [f"{number}.png" for number in range(10)]
WRONG = "5.png"


def _picture(number: int) -> tuple[NDArray[np.uint8], LabelMap]:
    """A red box on dark noise, a little farther to the right in each, and its labels."""
    image = np.random.default_rng(number).integers(0, 60, (64, 96, 3), dtype=np.uint8)
    labels = np.zeros((64, 96), np.uint8)
    place = np.s_[16:48, 4 + 6 * number : 32 + 6 * number]
    labels[place] = 1
    image[(*place, 0)] += 180
    return image, labels


@pytest.fixture
def store(tmp_path: Path) -> ProjectStore:
    """Ten verified images of a box; the box of one is called ground. The project's model ``taught`` has learnt
    from all of them, ``base``, which it comes from, from none."""
    images = tmp_path / "images"
    images.mkdir()
    for number, name in enumerate(NAMES):
        cv2.imwrite(str(images / name), _picture(number)[0][:, :, ::-1])
    made = ProjectStore.create(tmp_path / "project", images, LABELS, "taught")
    for number, name in enumerate(NAMES):
        record = made.find(name)
        assert record is not None
        labels = np.zeros((64, 96), np.uint8) if name == WRONG else _picture(number)[1]
        made.labels.save(record.id, labels, np.full_like(labels, 3))
        made.index.set_statuses([record.id], ImageStatus.VERIFIED)
    torch.manual_seed(0)
    network, config = build_network(small_network()), small_network()
    base = ModelInfo("base", config, LABELS, ChannelMap(LABELS.ids))
    taught = replace(base, name="taught", parent="base", learnt=frozenset(mark_of(name) for name in NAMES))
    made.layout.models.mkdir(exist_ok=True)
    for info in (base, taught):
        write_model(made.layout.models / f"{info.name}.safetensors", network, info)
    return made


def test_an_error_that_the_model_learnt_is_found_out_of_fold(store: ProjectStore) -> None:
    with store:
        model = store.layout.models / "taught.safetensors"
        predictor = load_model(model, "cpu")
        alone = compare(store, predictor, model, LearntImages.LEAVE_OUT, Task())
        report = compare(store, predictor, model, LearntImages.OUT_OF_FOLD, Task())
    assert (alone.images, alone.left_out) == (0, 10)
    assert (report.images, report.out_of_fold, report.left_out) == (10, 10, 0)
    found = [one for one in report.differences if one.path == WRONG and (one.label, one.answer) == (0, 1)]
    assert found and sum(one.pixels for one in found) > 100
    assert not any(one.is_learnt for one in report.differences)
    assert "10 of them judged out of fold" in report_words(report)


def test_the_trunk_is_that_of_a_model_that_has_learnt_none_of_them(store: ProjectStore) -> None:
    with store:
        models = store.layout.models
        assert untaught_model(store, models / "taught.safetensors", NAMES) == models / "base.safetensors"
        assert untaught_model(store, "base", NAMES) == models / "base.safetensors"
        (models / "base.safetensors").unlink()
        assert untaught_model(store, "taught", NAMES) is None


def test_without_such_a_model_nothing_is_claimed(store: ProjectStore) -> None:
    with store:
        (store.layout.models / "base.safetensors").unlink()
        model = store.layout.models / "taught.safetensors"
        report = compare(store, load_model(model, "cpu"), model, LearntImages.OUT_OF_FOLD, Task())
    assert (report.images, report.left_out, report.differences) == (0, 10, ())
