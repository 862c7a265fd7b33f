"""Images are divided by the shares, once and for all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from segstudio.domain.errors import ProjectError
from segstudio.domain.images import Split
from segstudio.domain.task import Task
from segstudio.services.splits import SplitMethod, SplitPlan, make_split
from segstudio.store.project_store import ProjectStore
from services.project_images import HEIGHT, WIDTH, make_project, write_images


def splits_of(store: ProjectStore) -> dict[str, Split]:
    return {str(record.relative_path): record.split for record in store.records}


def test_a_random_split_fits_the_shares(tmp_path: Path) -> None:
    with make_project(tmp_path, [f"{number}.png" for number in range(40)]) as store:
        report = make_split(store, SplitPlan(validation=0.25, test=0.1, seed=3))

        assert dict(report.counts) == {Split.TRAIN: 26, Split.VALIDATION: 10, Split.TEST: 4}
        assert Counter(splits_of(store).values()) == report.counts


def test_the_same_seed_gives_the_same_split_and_another_another(tmp_path: Path) -> None:
    with make_project(tmp_path, [f"{number}.png" for number in range(30)]) as store:
        results = []
        for seed in (1, 1, 2):
            make_split(store, SplitPlan(validation=0.5, seed=seed), is_again=True)
            results.append(splits_of(store))
    assert results[0] == results[1] != results[2]


def test_a_part_once_given_stays_and_new_images_fill_the_shares(tmp_path: Path) -> None:
    with make_project(tmp_path, [f"{number}.png" for number in range(10)]) as store:
        make_split(store, SplitPlan(validation=0.5))
        before = splits_of(store)
        write_images(tmp_path / "images", [f"new{number}.png" for number in range(10)])
        store.scan(Task())
        report = make_split(store, SplitPlan(validation=0.2))

        assert splits_of(store).items() >= before.items()
        assert report.kept == 10
        assert dict(report.counts) == {Split.TRAIN: 15, Split.VALIDATION: 5, Split.TEST: 0}


def test_images_of_one_folder_stay_together(tmp_path: Path) -> None:
    names = [f"drive{drive}/{number}.png" for drive in range(6) for number in range(4)]
    with make_project(tmp_path, names) as store:
        make_split(store, SplitPlan(SplitMethod.FOLDER, validation=0.34))
        write_images(tmp_path / "images", ["drive0/late.png"])
        store.scan(Task())
        make_split(store, SplitPlan(SplitMethod.FOLDER, validation=0.34))

        parts = splits_of(store)
        assert all(len({parts[n] for n in parts if n.startswith(f"drive{d}/")}) == 1 for d in range(6))
        assert Counter(parts.values())[Split.VALIDATION] in (8, 9)


def test_rare_classes_are_in_every_part(tmp_path: Path) -> None:
    with make_project(tmp_path, [f"{number:02}.png" for number in range(30)]) as store:
        for number, record in enumerate(store.records):
            labels = np.zeros((HEIGHT, WIDTH), np.uint8)
            labels[0] = 1 if number % 3 == 0 else 0
            labels[1] = 2 if number in (7, 14, 21) else 0
            store.labels.save(record.id, labels, labels)
        for seed in range(5):
            plan = SplitPlan(SplitMethod.CLASSES, validation=1 / 3, test=1 / 3, seed=seed)
            report = make_split(store, plan, is_again=True)
            parts = list(splits_of(store).values())

            assert {parts[7], parts[14], parts[21]} == {Split.TRAIN, Split.VALIDATION, Split.TEST}
            assert all(3 <= count <= 4 for count in Counter(parts[0::3]).values())
            assert sorted(report.counts.values()) == [10, 10, 10]


def test_shares_that_leave_nothing_to_train_on_are_refused() -> None:
    with pytest.raises(ProjectError, match="nothing to train on"):
        SplitPlan(validation=0.6, test=0.4)
