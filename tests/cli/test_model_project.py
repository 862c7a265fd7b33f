"""A project's models looked after from the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file

from segstudio.cli.main import main
from segstudio.domain.arrays import Origin
from segstudio.domain.images import ImageStatus
from segstudio.domain.task import Task
from segstudio.nn.model_header import read_model_info
from segstudio.services.opening import create_project
from tests.services.sitting import HEIGHT, WIDTH, make_images, write_small_model

Say = Callable[..., str]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command that must succeed, or end with ``code``; all that it printed."""

    def run(*words: object, code: int = 0) -> str:
        found = main(["model", *map(str, words)])
        printed = capsys.readouterr()
        assert found == code, printed.err
        return printed.out + printed.err

    return run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two images, the first verified: its upper half ground, its lower one sky."""
    model = write_small_model(tmp_path / "small.safetensors")
    opened = create_project(
        tmp_path / "project", make_images(tmp_path / "images", 2), None, Task(), model=str(model)
    )
    with opened.store as store:
        first = store.records[0].id
        labels = np.zeros((HEIGHT, WIDTH), np.uint8)
        labels[HEIGHT // 2 :] = 2
        store.labels.save(first, labels, np.full_like(labels, Origin.PERSON))
        store.index.set_statuses([first], ImageStatus.VERIFIED)
    return tmp_path / "project"


def test_a_candidate_is_compared_with_pictures(project: Path, tmp_path: Path, say: Say) -> None:
    candidate = write_small_model(tmp_path / "candidate.safetensors", seed=7)
    words = ("compare", candidate, "--project", project, "--device", "cpu")
    found = json.loads(say(*words, "--json", "--pictures", tmp_path / "changes"))
    assert set(found) == {"data", "now", "new", "suggestion", "adopt", "worse", "better"}
    assert {"ground", "sky"} <= set(found["new"]["classes"])
    for picture in (tmp_path / "changes").glob("*.png"):
        with Image.open(picture) as strip:
            assert strip.width == 4 * WIDTH
    assert "one image only" in say(*words)


def test_a_model_is_adopted_renamed_noted_about_and_left_again(project: Path, tmp_path: Path, say: Say) -> None:
    candidate = write_small_model(tmp_path / "candidate.safetensors", seed=7)
    assert "project-model" in say("adopt", candidate, "--project", project)
    say("rename", "project-model", "night", "--project", project)
    say("note", "night", "good in the dark: ü", "--project", project)
    kept = project / "models" / "night.safetensors"
    assert read_model_info(kept).notes == "good in the dark: ü"
    before, after = load_file(candidate), load_file(kept)
    assert all(np.array_equal(before[name], after[name]) for name in before)
    assert "choose another model" in say("delete", "night", "--project", project, code=1)
    assert "small" in say("back", "--project", project)
    assert "nothing to go back to" in say("back", "--project", project, code=1)
    say("use", "night", "--project", project)
    say("use", "streets", "--project", project)
    say("delete", "night", "--project", project)
    assert not kept.exists()
