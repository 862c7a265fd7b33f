"""The image list: filter, order, neighbours, and 100,000 rows."""

from __future__ import annotations

import time

import numpy as np
import pytest

from segstudio.domain.images import ImageId, ImageStatus
from segstudio.gui.panels.image_filter import ImageFilter, Order, matching_rows
from segstudio.gui.panels.image_model import ImageListModel
from segstudio.store.image_table import ImageTable


def table_of(count: int) -> ImageTable:
    """Status by turns; every third is flagged; names ``a/0.png`` and ``b/1.png`` by turns."""
    rows = np.arange(count)
    return ImageTable(
        ids=rows + 100,
        paths=[f"{'ab'[row % 2]}/{row}.png" for row in range(count)],
        widths=np.full(count, 480, np.int32),
        heights=np.full(count, 360, np.int32),
        statuses=(rows % 4).astype(np.uint8),
        splits=np.zeros(count, np.uint8),
        flags=rows % 3 == 0,
        notes={5: "Strange Light"},
        uncertainties=(rows / max(count, 1)).astype(np.float32),
        file_states=np.zeros(count, np.uint8),
        labelled_at=np.full(count, np.nan),
        modified_ns=np.zeros(count, np.int64),
        rows={int(row) + 100: int(row) for row in rows},
    )


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        (ImageFilter(), [0, 1, 2, 3, 4, 5, 6, 7]),
        (ImageFilter(text="B/"), [1, 3, 5, 7]),
        (ImageFilter(text="strange"), [5]),
        (ImageFilter(statuses=frozenset({ImageStatus.VERIFIED})), [3, 7]),
        (ImageFilter(flagged_only=True), [0, 3, 6]),
        (ImageFilter(statuses=frozenset({ImageStatus.VERIFIED}), flagged_only=True), [3]),
        (ImageFilter(order=Order.STATUS), [0, 4, 1, 5, 2, 6, 3, 7]),
        (ImageFilter(order=Order.UNCERTAINTY), [7, 6, 5, 4, 3, 2, 1, 0]),
        (ImageFilter(text="nowhere"), []),
    ],
)
def test_the_filter_lets_through_what_is_asked_for(wanted: ImageFilter, rows: list[int]) -> None:
    assert matching_rows(table_of(8), wanted).tolist() == rows


def shown(count: int, wanted: ImageFilter | None = None) -> ImageListModel:
    model = ImageListModel(lambda _record: None)
    model.show_table(table_of(count))
    if wanted is not None:
        model.use_filter(wanted)
    return model


def test_neighbours_follow_the_filter() -> None:
    model = shown(8, ImageFilter(text="b/"))
    model.show_open(ImageId(103))
    assert model.neighbour(1) == 105
    assert model.neighbour(-1) == 101
    assert model.neighbour(1, lambda record: record.status is ImageStatus.VERIFIED) == 107


def test_without_an_open_image_next_is_the_first_and_previous_the_last() -> None:
    model = shown(8)
    assert model.neighbour(1) == 100
    assert model.neighbour(-1) == 107


def test_there_is_nothing_after_the_last() -> None:
    model = shown(8)
    model.show_open(ImageId(107))
    assert model.neighbour(1) is None


def test_an_image_that_the_filter_keeps_out_has_no_index() -> None:
    model = shown(8, ImageFilter(text="b/"))
    assert not model.index_of(ImageId(100)).isValid()
    assert model.index_of(ImageId(103)).row() == 1


def test_a_hundred_thousand_images_filter_within_a_tenth_of_a_second() -> None:
    model = shown(100_000)
    begin = time.perf_counter()
    model.use_filter(ImageFilter(text="99", order=Order.UNCERTAINTY))
    seconds = time.perf_counter() - begin
    assert model.rowCount() > 1000
    assert seconds < 0.3, "ten times the goal leaves room for a busy machine"
