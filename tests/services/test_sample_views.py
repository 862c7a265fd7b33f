"""Other channels and another stretch, chosen while an image is open: kept, and the labels stay."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile

from segstudio.domain.changes import PictureChanged
from segstudio.domain.sample_view import AS_SUITS, SampleView
from segstudio.formats.image_files import read_image
from segstudio.store.project_store import ProjectStore
from tests.services.sitting import HEIGHT, WIDTH, Sitting

VIEW = SampleView((4, 2, 0), (2.0, 98.0))


@pytest.fixture
def deep(sitting: Sitting) -> Sitting:
    """Two images of five channels among the sitting's own; the first of them is open."""
    random = np.random.default_rng(1)
    for name in ("a.tif", "b.tif"):
        cube = random.integers(0, 4000, (HEIGHT, WIDTH, 5), dtype=np.uint16)
        tifffile.imwrite(sitting.images / name, cube, photometric="minisblack", planarconfig="contig")
    sitting.open()
    sitting.show(of(sitting, "a.tif"))
    sitting.until(lambda: sitting.is_pre_labelled)
    return sitting


def of(sitting: Sitting, name: str) -> int:
    assert sitting.workspace.store is not None
    record = sitting.workspace.store.find(name)
    assert record is not None
    return record.id


def shown(sitting: Sitting) -> np.ndarray:
    assert sitting.workspace.current is not None
    return np.asarray(sitting.workspace.current.image)


def test_the_open_image_is_read_anew_and_keeps_its_labels_and_their_undo(deep: Sitting) -> None:
    deep.paint(1)
    deep.paint(2)
    painted = deep.labels().copy()
    deep.studio.samples.use(VIEW)
    deep.until(lambda: deep.saw(PictureChanged))
    assert np.array_equal(shown(deep), read_image(deep.images / "a.tif", VIEW))
    assert np.array_equal(deep.labels(), painted)
    deep.workspace.undo()
    assert (deep.labels()[4:20, 4:20] == 1).all()


def test_the_choice_is_kept_for_the_next_image_and_the_next_sitting(deep: Sitting) -> None:
    deep.studio.samples.use(VIEW)
    deep.show(of(deep, "b.tif"))
    assert np.array_equal(shown(deep), read_image(deep.images / "b.tif", VIEW))
    deep.close()
    with ProjectStore.open(deep.folder / "project") as store:
        assert store.info.sample_view == VIEW


def test_an_image_left_before_the_choice_follows_it_when_it_comes_back(deep: Sitting) -> None:
    deep.show(of(deep, "b.tif"))
    deep.studio.samples.use(VIEW)
    deep.until(lambda: deep.saw(PictureChanged))
    deep.show(of(deep, "a.tif"))
    deep.until(lambda: len(deep.saw(PictureChanged)) == 2)
    assert np.array_equal(shown(deep), read_image(deep.images / "a.tif", VIEW))


def test_a_photo_has_no_choice_and_isnt_read_again(deep: Sitting) -> None:
    deep.show(of(deep, "0.png"))
    assert deep.workspace.current is not None
    before = deep.workspace.current.image
    deep.studio.samples.use(VIEW)
    assert not deep.workspace.current.kind.has_choice
    assert deep.workspace.current.image is before


def test_of_two_wishes_the_newest_counts(deep: Sitting) -> None:
    deep.studio.samples.use(VIEW)
    deep.studio.samples.use(AS_SUITS)
    deep.until(lambda: deep.saw(PictureChanged))
    assert np.array_equal(shown(deep), read_image(deep.images / "a.tif"))
    assert len(deep.saw(PictureChanged)) == 1
