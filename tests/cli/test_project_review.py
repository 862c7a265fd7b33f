"""`segstudio project differences|survey|queue`, as a user types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from segstudio.cli.main import main
from segstudio.domain.arrays import Origin
from segstudio.domain.images import ImageStatus
from segstudio.domain.task import Task
from segstudio.services.opening import create_project
from segstudio.store.project_store import ProjectStore
from tests.services.sitting import HEIGHT, WIDTH, make_images, write_small_model

Say = Callable[..., str]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command that must succeed; what it printed on stdout."""

    def run(*words: object) -> str:
        found = main(["project", *map(str, words)])
        printed = capsys.readouterr()
        assert found == 0, printed.err
        return printed.out

    return run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Four images; the first is verified, all of it of one class."""
    model = write_small_model(tmp_path / "small.safetensors")
    images = make_images(tmp_path / "images", 4)
    opened = create_project(tmp_path / "project", images, None, Task(), model=str(model))
    with opened.store as store:
        first = store.records[0].id
        labels = np.full((HEIGHT, WIDTH), 2, np.uint8)
        store.labels.save(first, labels, np.full_like(labels, Origin.PERSON))
        store.index.set_statuses([first], ImageStatus.VERIFIED)
    return tmp_path / "project"


def test_disagreements_are_listed_as_json(project: Path, say: Say) -> None:
    found = json.loads(say("differences", project, "--json", "--device", "cpu"))
    assert (found["images"], found["left_out"]) == (1, 0)
    for difference in found["differences"]:
        assert difference["path"] == "0.png"
        assert difference["label"] == "sky"
        assert difference["model"] in ("ground", "box")
        assert 0 <= difference["confidence"] <= 1
    assert "disagree" in say("differences", project, "--device", "cpu")


def test_a_head_learns_from_verified_images_before_it_labels_the_others(project: Path, say: Say) -> None:
    """The one that is verified is all sky, and so are the others then."""
    report = json.loads(say("pre-label", project, "--learn-first", "--device", "cpu", "--json"))
    assert report["changed"] == 3
    with ProjectStore.open(project, read_only=True) as store:
        second = store.labels.load(store.records[1].id).labels
    assert np.count_nonzero(second == 2) > 0.9 * second.size


def test_a_survey_gives_the_queue_its_order(project: Path, say: Say) -> None:
    first = json.loads(say("survey", project, "--json", "--device", "cpu"))
    assert first["images"] == 4
    assert all(set(pair) == {"pair", "share", "images"} for pair in first["confused"])
    for order in ("both", "coverage", "uncertainty", "confusion", "random"):
        queue = json.loads(say("queue", project, "--order", order, "--json"))
        assert sorted(image["path"] for image in queue) == ["1.png", "2.png", "3.png"]
        assert all(0 < image["uncertainty"] < 1 for image in queue)
    assert len(json.loads(say("queue", project, "--pair", "sky", "box", "--limit", "1", "--json"))) == 1


def test_a_class_that_is_not_there_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["project", "queue", str(project), "--pair", "sky", "kerb"]) != 0
    assert "no class 'kerb'" in capsys.readouterr().err


def test_images_that_seem_to_hold_a_painted_class_are_found(project: Path, say: Say) -> None:
    found = json.loads(say("find-class", project, "--class", "sky", "--device", "cpu", "--json"))
    assert {one["path"] for one in found} <= {"1.png", "2.png", "3.png"}
    assert all(0 < one["share"] <= 1 for one in found)
