"""The channels and the stretch of an image, chosen in the popup."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image
from PySide6.QtWidgets import QComboBox, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from segstudio.domain.sample_view import AS_SUITS, SampleKind, SampleView
from segstudio.formats.image_files import read_image
from segstudio.gui.main_window import MainWindow
from segstudio.gui.panels.sample_choice import SampleChoice, words_of

SEVEN = SampleKind(7, "uint16", has_choice=True)


@pytest.fixture
def choice(qtbot: QtBot) -> SampleChoice:
    made = SampleChoice()
    qtbot.addWidget(made)
    made.show_view(SEVEN, AS_SUITS)
    made.show()
    return made


def pick(part: QWidget, name: str, entry: int) -> None:
    """As by a hand: the entry of the box that is called so."""
    box = next(box for box in part.findChildren(QComboBox) if box.accessibleName() == name)
    box.setCurrentIndex(entry)
    box.activated.emit(entry)


def test_three_channels_and_percentiles_are_told_once(qtbot: QtBot, choice: SampleChoice) -> None:
    told: list[SampleView] = []
    choice.view_changed.connect(told.append)
    pick(choice, "Channels shown", 1)
    pick(choice, "Channel shown as red", 6)
    pick(choice, "Stretch", 2)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [SampleView((6, 1, 2), (2.0, 98.0))]


def test_a_channel_in_grey(choice: SampleChoice) -> None:
    pick(choice, "Channels shown", 2 + 4)
    assert choice.view == SampleView((4, 4, 4))


@pytest.mark.parametrize(
    "view", [AS_SUITS, SampleView((3, 3, 3)), SampleView((6, 0, 1), (1.0, 90.0)), SampleView(None, (0.0, 100.0))]
)
def test_what_is_shown_is_what_is_read_back(choice: SampleChoice, view: SampleView) -> None:
    choice.show_view(SEVEN, view)
    assert choice.view == view


def test_the_button_goes_back_to_what_suits(qtbot: QtBot, choice: SampleChoice) -> None:
    choice.show_view(SEVEN, SampleView((6, 0, 1)))
    with qtbot.waitSignal(choice.view_changed) as told:
        choice.findChild(QPushButton).click()
    assert told.args == [AS_SUITS]


def test_a_page_is_chosen_where_there_are_several(qtbot: QtBot, choice: SampleChoice) -> None:
    box = choice.findChild(QSpinBox)
    assert not box.isVisible()
    pages = SampleKind(1, "uint8", has_choice=False, pages=5)
    choice.show_view(pages, SampleView(page=2))
    assert (box.isVisible(), box.value(), box.maximum()) == (True, 3, 5)
    assert not any(part.isVisible() for part in choice.findChildren(QComboBox))
    with qtbot.waitSignal(choice.view_changed) as told:
        box.setValue(5)
    assert told.args == [SampleView(page=4)]
    assert words_of(pages).endswith("5 pages")


def test_the_open_image_changes_its_colours_and_a_photo_has_no_choice(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    folder = tmp_path / "fields"
    folder.mkdir()
    cube = np.random.default_rng(3).integers(0, 4000, (40, 60, 7), dtype=np.uint16)
    tifffile.imwrite(folder / "a.tif", cube, photometric="minisblack", planarconfig="contig")
    Image.fromarray(cube[..., :3].astype(np.uint8)).save(folder / "b.png")
    window.studio.segmentation.is_automatic = False
    window.open_path(folder)
    workspace = window.studio.workspace
    qtbot.waitUntil(lambda: workspace.current is not None)
    window.actions_table["adjust_picture"].trigger()
    samples = window.findChild(SampleChoice)
    assert samples.isVisible()
    pick(samples, "Channels shown", 2 + 5)
    wanted = read_image(folder / "a.tif", SampleView((5, 5, 5)))
    qtbot.waitUntil(lambda: np.array_equal(np.asarray(workspace.current.image), wanted))
    window.actions_table["next_image"].trigger()
    qtbot.waitUntil(
        lambda: workspace.current is not None and workspace.current.record.relative_path.name == "b.png"
    )
    window.actions_table["adjust_picture"].trigger()
    assert not samples.isVisible()
    samples.window().close()
