"""Scores of a predictor on labelled images."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from segstudio.domain.errors import CancelledError, SegStudioError
from segstudio.domain.task import Progress, Task
from segstudio.inference.evaluation import evaluate
from segstudio.inference.predictor import Predictor
from tests.nn.networks import info_of, small_config, small_network


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    config = small_config()
    return Predictor(small_network(config), info_of(config), torch.device("cpu"), precision=torch.float32)


def images(count: int) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [random.integers(0, 256, (24 + 8 * i, 40, 3), np.uint8) for i in range(count)]


def test_against_its_own_labels_a_model_is_perfect(predictor: Predictor) -> None:
    pairs = [(image, predictor.predict(image).labels) for image in images(3)]
    seen: list[Progress] = []
    result = evaluate(predictor, pairs, Task(seen.append), data="itself", total=3)
    assert (result.scores.mean_iou, result.scores.pixel_accuracy, result.scores.data) == (1.0, 1.0, "itself")
    assert result.images == 3
    assert result.images_a_second > 0
    assert [state.done for state in seen] == [0, 1, 2, 3]


def test_ignored_pixels_do_not_count(predictor: Predictor) -> None:
    (image,) = images(1)
    labels = predictor.predict(image).labels.copy()
    labels[:12] = 255
    result = evaluate(predictor, [(image, labels)])
    assert result.scores.mean_iou == 1.0
    assert result.matrix.pixels == 12 * 40


def test_labels_of_another_size_are_named(predictor: Predictor) -> None:
    with pytest.raises(SegStudioError, match="Image 1 has 40 x 24 pixels, its labels 3 x 2"):
        evaluate(predictor, [(images(1)[0], np.zeros((2, 3), np.uint8))])


def test_a_stop_ends_it_with_the_image_under_way(predictor: Predictor) -> None:
    task: Task[Progress] = Task(lambda state: task.stop() if state.done == 1 else None)
    with pytest.raises(CancelledError):
        evaluate(predictor, [(image, np.zeros(image.shape[:2], np.uint8)) for image in images(3)], task)
