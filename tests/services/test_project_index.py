"""The list shows what was asked for, in the order that was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from segstudio.domain.images import ImageStatus, Split
from segstudio.domain.task import Task
from segstudio.services.project_index import ImageFilter, SortKey, select_images
from segstudio.store.project_store import ProjectStore
from services.project_images import HEIGHT, WIDTH, image_id, label, make_project


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProjectStore]:
    with make_project(tmp_path, ["a.png", "b.png", "c/a.png", "c/Übung.png"]) as store:
        label(store, "a.png", 0)
        label(store, "c/a.png", 1)
        store.index.set_statuses([image_id(store, "a.png")], ImageStatus.VERIFIED)
        store.index.set_statuses([image_id(store, "b.png")], ImageStatus.PRE_LABELLED)
        store.index.set_splits({image_id(store, "b.png"): Split.TEST})
        store.index.set_flags([image_id(store, "c/a.png")], is_flagged=True)
        store.index.set_note(image_id(store, "b.png"), "Fog, LOOK again")
        store.index.set_uncertainties({image_id(store, "a.png"): 0.1})
        store.index.set_uncertainties({image_id(store, "b.png"): 0.9})
        yield store


def found(store: ProjectStore, image_filter: ImageFilter, **order: object) -> list[str]:
    return [str(r.relative_path) for r in select_images(store, image_filter, **order)]  # type: ignore[arg-type]  # a test's shorthand


@pytest.mark.parametrize(
    ("image_filter", "expected"),
    [
        (ImageFilter(), ["a.png", "b.png", "c/a.png", "c/Übung.png"]),
        (ImageFilter(statuses=frozenset({ImageStatus.VERIFIED, ImageStatus.PRE_LABELLED})), ["a.png", "b.png"]),
        (ImageFilter(splits=frozenset({Split.TEST})), ["b.png"]),
        (ImageFilter(is_flagged=True), ["c/a.png"]),
        (ImageFilter(is_flagged=False), ["a.png", "b.png", "c/Übung.png"]),
        (ImageFilter(class_ids=frozenset({0})), ["a.png"]),
        (ImageFilter(class_ids=frozenset({0, 1})), ["a.png", "c/a.png"]),
        (ImageFilter(class_ids=frozenset({2})), []),
        (ImageFilter(text="ÜBUNG"), ["c/Übung.png"]),
        (ImageFilter(text="look"), ["b.png"]),
        (ImageFilter(text="c/"), ["c/a.png", "c/Übung.png"]),
        (ImageFilter(uncertain_above=0.5), ["b.png"]),
        (ImageFilter(labelled_since=1.0), ["a.png", "c/a.png"]),
        (ImageFilter(labelled_until=1.0), []),
        (ImageFilter(is_missing=True), []),
        (ImageFilter(text="a.png", is_flagged=True), ["c/a.png"]),
    ],
)
def test_every_condition_must_hold(store: ProjectStore, image_filter: ImageFilter, expected: list[str]) -> None:
    assert found(store, image_filter) == expected


def test_missing_images_are_found(store: ProjectStore) -> None:
    store.image_path(image_id(store, "b.png")).unlink()
    store.scan(Task())

    assert found(store, ImageFilter(is_missing=True)) == ["b.png"]


@pytest.mark.parametrize(
    ("sort", "ascending", "descending"),
    [
        (SortKey.NAME, "a b ca cÜ", "cÜ ca b a"),
        (SortKey.STATUS, "ca cÜ b a", "a b ca cÜ"),
        (SortKey.SPLIT, "a ca cÜ b", "b a ca cÜ"),
        (SortKey.FLAG, "ca a b cÜ", "a b cÜ ca"),
        (SortKey.UNCERTAINTY, "a b ca cÜ", "b a ca cÜ"),
        (SortKey.DATE, "a ca b cÜ", "ca a b cÜ"),
        (SortKey.CLASS, "a b ca cÜ", "a b ca cÜ"),
    ],
)
def test_the_list_sorts_by_each(store: ProjectStore, sort: SortKey, ascending: str, descending: str) -> None:
    short = {"a.png": "a", "b.png": "b", "c/a.png": "ca", "c/Übung.png": "cÜ"}
    for is_descending, expected in ((False, ascending), (True, descending)):
        paths = found(store, ImageFilter(), sort=sort, is_descending=is_descending)
        assert " ".join(short[path] for path in paths) == expected


def test_the_list_sorts_by_the_pixels_of_the_classes_asked_for(store: ProjectStore) -> None:
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    labels[:3], labels[3:5] = 1, 2
    store.labels.save(image_id(store, "b.png"), labels, labels)
    wanted = ImageFilter(class_ids=frozenset({1, 2}))

    assert found(store, wanted, sort=SortKey.CLASS) == ["b.png", "c/a.png"]
    assert found(store, wanted, sort=SortKey.CLASS, is_descending=True) == ["c/a.png", "b.png"]
