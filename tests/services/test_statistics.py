"""Numbers about a project, against numbers counted by hand."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from segstudio.domain.images import ImageStatus
from segstudio.services.csv_tables import classes_table
from segstudio.services.statistics import as_json, project_statistics
from segstudio.store import image_index
from services.project_images import HEIGHT, WIDTH, image_id, label, make_project


def test_images_and_pixels_are_counted_for_each_class(tmp_path: Path) -> None:
    with make_project(tmp_path, ["a.png", "b.png", "c.png"]) as store:
        label(store, "a.png", 0)
        labels = np.full((HEIGHT, WIDTH), 255, np.uint8)
        labels[:5] = 1
        labels[5:10] = 0
        store.labels.save(image_id(store, "b.png"), labels, labels % 4)
        found = project_statistics(store)

    whole = HEIGHT * WIDTH
    assert [(c.name, c.images, c.pixels) for c in found.classes] == [
        ("road", 2, whole + 5 * WIDTH),
        ("car", 1, 5 * WIDTH),
        ("sky", 0, 0),
    ]
    assert (found.images, found.labelled, found.labelled_pixels) == (3, 2, whole + 10 * WIDTH)
    assert found.ignored_pixels == 10 * WIDTH
    assert sum(c.share for c in found.classes) == pytest.approx(1)


def test_saving_again_does_not_count_twice(tmp_path: Path) -> None:
    with make_project(tmp_path, ["a.png"]) as store:
        for value in (0, 1, 1):
            label(store, "a.png", value)
        found = project_statistics(store)
    assert [c.images for c in found.classes] == [0, 1, 0]


@pytest.mark.parametrize(("rows", "balance"), [((20, 0, 0), 0.0), ((10, 10, 0), 0.63093), ((5, 5, 5), 1.0)])
def test_balance_is_one_for_equal_classes(tmp_path: Path, rows: tuple[int, ...], balance: float) -> None:
    with make_project(tmp_path, ["a.png"]) as store:
        labels = np.full((HEIGHT, WIDTH), 255, np.uint8)
        labels[: sum(rows)] = np.repeat(np.arange(3, dtype=np.uint8), rows)[:, None]
        store.labels.save(image_id(store, "a.png"), labels, labels % 4)
        found = project_statistics(store)
    assert found.balance == pytest.approx(balance, abs=1e-4)


def test_progress_tells_each_days_end_even_when_the_clock_jumps_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = 86_400.0
    clock = iter([10 * day, 10 * day, 12 * day, 3 * day])
    with make_project(tmp_path, ["a.png", "b.png"]) as store:
        monkeypatch.setattr(image_index.time, "time", lambda: next(clock))
        first, second = image_id(store, "a.png"), image_id(store, "b.png")
        store.index.set_statuses([first], ImageStatus.CORRECTED)
        store.index.set_statuses([second], ImageStatus.PRE_LABELLED)
        store.index.set_statuses([first], ImageStatus.VERIFIED)
        store.index.set_statuses([second], ImageStatus.CORRECTED)
        monkeypatch.undo()
        progress = project_statistics(store).progress

    assert [(d.pre_labelled, d.corrected, d.verified) for d in progress] == [(1, 1, 0), (0, 1, 1)]
    assert [d.day for d in progress] == sorted(d.day for d in progress)


def test_json_and_csv_say_the_same(tmp_path: Path) -> None:
    with make_project(tmp_path, ["a.png"]) as store:
        label(store, "a.png", 2)
        found = project_statistics(store)
    value = json.loads(json.dumps(as_json(found)))
    lines = list(csv.DictReader(io.StringIO(classes_table(found))))
    assert [int(line["pixels"]) for line in lines] == [c["pixels"] for c in value["classes"]]
    assert value["statuses"] == {"new": 1, "pre-labelled": 0, "corrected": 0, "verified": 0}
