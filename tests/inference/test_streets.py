"""The bundled model does what its card says, on pictures whose labels are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.inference.evaluation import evaluate
from segstudio.inference.models import load_model
from segstudio.inference.predictor import Predictor
from segstudio.scenes.scene import render_scene

MEGABYTES = 60


@pytest.fixture(scope="module")
def streets() -> Predictor:
    return load_model("streets", "cpu")


def test_the_file_is_small_enough_to_come_with_the_program() -> None:
    from segstudio.inference.bundled_models import find_model

    assert find_model("streets").stat().st_size < MEGABYTES * 1_000_000


def test_rendered_scenes_are_segmented_well(streets: Predictor) -> None:
    found = evaluate(streets, [render_scene(seed) for seed in (900_001, 900_002)], data="rendered scenes")
    assert found.scores.pixel_accuracy > 0.8


def test_photographs_are_segmented_about_as_well_as_its_card_says(streets: Predictor, camvid: Path) -> None:
    frames = sorted((camvid / "val" / "images").iterdir())[::25]
    pairs = []
    for frame in frames:
        labels = np.array(Image.open(camvid / "val" / "labels" / f"{frame.stem}.png"))
        labels[labels > 10] = 255
        pairs.append((np.array(Image.open(frame).convert("RGB")), labels))
    found = evaluate(streets, pairs, data="CamVid val")
    (told,) = [scores for scores in streets.info.scores if "val" in scores.data]
    assert found.scores.pixel_accuracy > told.pixel_accuracy - 0.05
    assert found.scores.mean_iou > told.mean_iou - 0.12
