"""The sample project's files are the scenes that the program draws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.scenes import render_scene
from segstudio.scenes.sample import FIRST_SAMPLE_SEED, SAMPLE_SCENES, write_sample

SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "sample"


def test_every_sample_scene_lies_there_and_no_other() -> None:
    assert sorted(path.stem for path in (SAMPLE / "images").iterdir()) == sorted(SAMPLE_SCENES)
    assert sorted(path.stem for path in (SAMPLE / "labels").iterdir()) == sorted(SAMPLE_SCENES)
    assert (SAMPLE / "classes.json").is_file()


def test_sample_seeds_are_kept_apart_from_those_of_training() -> None:
    assert all(seed >= FIRST_SAMPLE_SEED for seed, _ in SAMPLE_SCENES.values())


def test_the_sample_is_small_enough_to_travel_with_the_program() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 3_000_000


@pytest.mark.parametrize("name", ["01-sunny-street", "04-pavement", "11-crossing-bicycles"])
def test_the_files_show_what_their_seed_draws(name: str) -> None:
    """To a few pixels in a thousand: other releases of OpenCV round differently."""
    picture, labels = render_scene(*SAMPLE_SCENES[name])
    written = np.asarray(Image.open(SAMPLE / "labels" / f"{name}.png"))
    assert written.shape == labels.shape
    assert np.mean(written != labels) < 0.005
    shown = np.asarray(Image.open(SAMPLE / "images" / f"{name}.jpg"))
    assert np.abs(shown.astype(int) - picture).mean() < 6


def test_the_script_writes_the_whole_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = dict(list(SAMPLE_SCENES.items())[:1])
    monkeypatch.setattr("segstudio.scenes.sample.SAMPLE_SCENES", few)
    (path,) = write_sample(tmp_path)
    assert path == tmp_path / "images" / "01-sunny-street.jpg"
    assert (tmp_path / "labels" / "01-sunny-street.png").is_file()
