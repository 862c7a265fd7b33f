"""The image list: filter, order, neighbours, and 100,000 rows."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from segstudio.domain.images import ImageId, ImageStatus
from segstudio.gui.panels.image_model import ImageListModel, Index
from segstudio.gui.panels.image_view import ImageView
from segstudio.store.image_table import ImageTable, Records


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
        rising=rows,
        rows={int(row) + 100: int(row) for row in rows},
    )


def shown(count: int, rows: list[int] | None = None) -> ImageListModel:
    model = ImageListModel(lambda _record: None)
    model.show_records(Records(table_of(count), rows))
    return model


def test_neighbours_follow_what_is_selected() -> None:
    model = shown(8, [1, 3, 5, 7])
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


def test_an_image_that_is_not_selected_has_no_index() -> None:
    model = shown(8, [7, 3])
    assert not model.index_of(ImageId(100)).isValid()
    assert model.index_of(ImageId(103)).row() == 1
    assert model.shown_ids == (107, 103)


class CountingModel(ImageListModel):
    asked = 0

    def rowCount(self, parent: Index | None = None) -> int:
        self.asked += 1
        return super().rowCount(parent)


def test_the_view_asks_for_the_rows_that_it_shows_and_no_others(qtbot: QtBot) -> None:
    model = CountingModel(lambda _record: None)
    view = ImageView(model)
    qtbot.addWidget(view)
    view.resize(240, 700)
    view.show()
    model.show_records(Records(table_of(20_000)))
    view.show_row(model.index_of(ImageId(19_000)))
    view.viewport().repaint()
    assert view.rowAt(300) > 18_000
    assert model.asked < 2_000
