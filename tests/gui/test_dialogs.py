"""The dialogs: what they show, and what they hand back."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.errors import CancelledError, FormatError
from segstudio.domain.project import ProjectInfo
from segstudio.domain.task import Progress
from segstudio.formats.exchange import OverlapOrder, RegionStyle
from segstudio.formats.names import OWN_MODULES
from segstudio.gui.dialogs.edit_classes import NAME, EditClassesDialog
from segstudio.gui.dialogs.edit_shortcuts import EditShortcutsDialog
from segstudio.gui.dialogs.export_labels import ExportDialog
from segstudio.gui.dialogs.import_labels import ImportDialog
from segstudio.gui.dialogs.new_project import FROM_NAMES, NewProjectDialog
from segstudio.gui.dialogs.palette import PaletteDialog
from segstudio.gui.dialogs.shortcuts import ShortcutsDialog
from segstudio.gui.failures import FailureDialog, Failures
from segstudio.gui.key_presets import DEFAULT_KEYS, PRESETS
from segstudio.gui.key_settings import load_keys, save_keys
from segstudio.gui.main_window import MainWindow
from segstudio.services.exchange_survey import SourceSurvey, SurveyEntry
from segstudio.store.settings import Settings

CLASSES = LabelSet.from_names(["sky", "road", "tree"])


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def test_a_class_is_added_renamed_recoloured_and_retired(parent: QWidget) -> None:
    dialog = EditClassesDialog(CLASSES, parent)
    dialog.add_class()
    name = dialog.table.item(3, NAME)
    assert name is not None
    name.setText("car")
    dialog.recolor(0, (1, 2, 3))
    dialog.retire(1)
    assert [spec.name for spec in dialog.label_set.active] == ["sky", "tree", "car"]
    assert dialog.label_set.by_id(0).color == (1, 2, 3)
    assert dialog.label_set.by_id(1).is_retired


def test_a_name_that_another_class_has_is_refused_with_a_sentence(parent: QWidget) -> None:
    dialog = EditClassesDialog(CLASSES, parent)
    name = dialog.table.item(0, NAME)
    assert name is not None
    name.setText("Road")
    assert dialog.label_set == CLASSES
    assert "share the name" in dialog._verdict.text()


def test_a_key_given_twice_keeps_ok_from_being_pressed(parent: QWidget) -> None:
    dialog = EditShortcutsDialog(DEFAULT_KEYS, parent)
    accept = dialog._buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert accept.isEnabled()
    undo = list(DEFAULT_KEYS).index("undo")
    item = dialog.table.item(undo, 1)
    assert item is not None
    item.setText("B")
    assert not accept.isEnabled()
    assert "Undo" in dialog._verdict.text()
    assert "Brush" in dialog._verdict.text()
    item.setText("Ctrl+Z")
    assert accept.isEnabled()


def test_a_preset_is_free_of_conflicts_in_the_editor_and_survives_it(parent: QWidget) -> None:
    dialog = EditShortcutsDialog(DEFAULT_KEYS, parent)
    for name in PRESETS:
        dialog.presets.textActivated.emit(name)
        assert dialog.is_free_of_conflicts


def test_changed_keys_come_back_from_the_settings(tmp_path: Path) -> None:
    keys = {**DEFAULT_KEYS, "undo": ("Ctrl+Z", "U"), "brush_smaller": ("[", ",")}
    save_keys(Settings(tmp_path / "settings.json"), keys)
    assert load_keys(Settings(tmp_path / "settings.json")) == keys


def test_the_palette_finds_a_class_by_its_letters(qtbot: QtBot, window: MainWindow) -> None:
    palette = PaletteDialog(window.actions_table, CLASSES, window)
    palette.open()
    qtbot.keyClicks(palette.line, "tre")
    with qtbot.waitSignal(palette.class_chosen) as chosen:
        qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert chosen.args == [2]


def test_the_palette_runs_a_command(qtbot: QtBot, window: MainWindow) -> None:
    palette = PaletteDialog(window.actions_table, CLASSES, window)
    palette.open()
    before = window.actions_table["dark_theme"].isChecked()
    qtbot.keyClicks(palette.line, "dark")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert window.actions_table["dark_theme"].isChecked() != before


def test_the_map_of_keys_shows_them_as_they_are_set_now(window: MainWindow) -> None:
    window.actions_table.use_keys({"undo": ("Ctrl+Alt+Z",)})
    dialog = ShortcutsDialog(window.actions_table, window)
    texts = [label.text() for label in dialog.findChildren(QWidget) if hasattr(label, "text")]
    assert "Ctrl+Alt+Z" in texts


def test_a_fault_of_ours_comes_with_a_report_and_a_user_s_failure_without(parent: QWidget) -> None:
    told: list[str] = []
    failures = Failures(parent, told.append)
    failures.show_error(FormatError("The file is cut off.", path=Path("a.png")))
    dialog = parent.findChild(FailureDialog)
    assert dialog is not None
    assert dialog.sentence.text() == "a.png: The file is cut off."
    assert dialog.findChild(QPlainTextEdit) is None
    dialog.reject()
    failures.show_error(ZeroDivisionError("a fault"))
    reports = [found.toPlainText() for found in parent.findChildren(QPlainTextEdit)]
    assert any("ZeroDivisionError: a fault" in report for report in reports)


def test_being_stopped_is_no_failure(parent: QWidget) -> None:
    Failures(parent, lambda _sentence: None).show_error(CancelledError())
    assert parent.findChild(FailureDialog) is None


def test_a_new_project_needs_images_and_takes_typed_classes(qtbot: QtBot, parent: QWidget, tmp_path: Path) -> None:
    dialog = NewProjectDialog(parent)
    dialog._on_create()
    assert "folder that your images are in" in dialog._verdict.text()
    dialog.images.setText(str(tmp_path))
    assert dialog.folder.text().endswith(".segstudio")
    dialog.source.setCurrentIndex(FROM_NAMES)
    dialog.names.setPlainText("cell\n\nmembrane\n")
    assert dialog._chosen_classes() == LabelSet.from_names(["cell", "membrane"])
    with qtbot.waitSignal(dialog.project_asked):
        dialog._on_create()


PROJECT = ProjectInfo(Path("p"), Path("images"), "p", CLASSES, "streets")


def test_every_format_that_can_be_written_is_offered(parent: QWidget) -> None:
    dialog = ExportDialog(PROJECT, parent)
    offered = [dialog.format.itemData(index) for index in range(dialog.format.count())]
    assert offered == list(OWN_MODULES)


def test_an_export_asks_for_a_folder_and_hands_over_the_style(qtbot: QtBot, parent: QWidget) -> None:
    dialog = ExportDialog(PROJECT, parent)
    dialog._on_export()
    assert "folder" in dialog.remark.label.text()
    dialog.format.setCurrentIndex(dialog.format.findData("coco"))
    dialog.style_box.setCurrentIndex(dialog.style_box.findData(RegionStyle.POLYGONS.value))
    assert dialog.remark.label.text() != ""
    dialog.output.line.setText("out")
    dialog.copies_images.setChecked(True)
    with qtbot.waitSignal(dialog.export_asked) as asked:
        dialog._on_export()
    scope, name, output, options = asked.args
    assert (scope, name, output) == ("all", "coco", Path("out"))
    assert (options.style, options.copy_images_from) == (RegionStyle.POLYGONS, Path("images"))


def surveyed(*entries: SurveyEntry, overlapping: tuple[PurePosixPath, ...] = ()) -> SourceSurvey:
    """Of a source that calls its value 4 Road and its value 7 cow."""
    classes = LabelSet((ClassSpec(4, "Road", (9, 9, 9)), ClassSpec(7, "cow", (1, 1, 1))))
    return SourceSurvey(3, 300, entries, overlapping, classes)


ROAD, COW = SurveyEntry("4", 200, 0.66, 3, 4), SurveyEntry("7", 100, 0.33, 1, 7)


def test_an_import_matches_names_and_lets_each_value_become_another_class(qtbot: QtBot, parent: QWidget) -> None:
    dialog = ImportDialog(CLASSES, parent)
    assert not dialog.go.isEnabled()
    dialog.source.line.setText("labels")
    dialog.show_survey(surveyed(ROAD, COW))
    assert dialog.options.mapping == {"4": 1, "7": 3}
    label_set = dialog.options.label_set
    assert label_set is not None
    assert label_set.by_id(3).name == "cow"
    box = dialog.table.box(1)
    box.setCurrentIndex(box.findText("Ignore"))
    with qtbot.waitSignal(dialog.import_asked) as asked:
        dialog._on_import()
    options = asked.args[2]
    assert options.mapping == {"4": 1, "7": 255}
    assert options.label_set == CLASSES


def test_overlapping_shapes_ask_for_an_order(parent: QWidget) -> None:
    dialog = ImportDialog(CLASSES, parent)
    dialog.format.setCurrentIndex(dialog.format.findData("coco"))
    dialog.show_survey(surveyed(ROAD, overlapping=(PurePosixPath("a.png"),)))
    assert "a.png" in dialog.remark.label.text()
    assert not dialog.go.isEnabled()
    dialog.overlap.setCurrentIndex(1)
    assert dialog.options.overlap is OverlapOrder.SMALL_OVER_LARGE
    assert dialog.go.isEnabled()


def test_formats_with_an_order_of_their_own_ask_for_none(parent: QWidget) -> None:
    dialog = ImportDialog(CLASSES, parent)
    dialog.format.setCurrentIndex(dialog.format.findData("labelme"))
    dialog.show_survey(surveyed(ROAD, overlapping=(PurePosixPath("a.png"),)))
    assert dialog.go.isEnabled()
    assert dialog.options.overlap is None


def test_what_no_shape_covers_can_become_background(parent: QWidget) -> None:
    dialog = ImportDialog(CLASSES, parent)
    dialog.format.setCurrentIndex(dialog.format.findData("coco"))
    dialog.show_survey(surveyed(ROAD, COW))
    assert dialog.options.uncovered == 255
    dialog.uncovered.setCurrentIndex(dialog.uncovered.findText("Background (a new class)"))
    box = dialog.table.box(1)
    box.setCurrentIndex(box.findText("Background (a new class)"))
    options = dialog.options
    assert options.label_set is not None
    background = options.label_set.by_name("background")
    assert background is not None
    assert options.uncovered == options.mapping["7"] == background.id


def test_another_source_needs_another_look(parent: QWidget) -> None:
    dialog = ImportDialog(CLASSES, parent)
    dialog.show_survey(surveyed(ROAD))
    assert dialog.go.isEnabled()
    dialog.source.line.setText("elsewhere")
    assert not dialog.go.isEnabled()
    assert dialog.options.mapping == {}


def test_a_look_that_failed_says_so_and_doesnt_go_on_looking(qtbot: QtBot, parent: QWidget, tmp_path: Path) -> None:
    dialog = ImportDialog(CLASSES, parent)
    dialog.source.line.setText(str(tmp_path))
    with qtbot.waitSignal(dialog.survey_asked):
        dialog._on_look()
    assert dialog.remark.label.text() == "Looking…"
    dialog.show_progress(Progress(2, 1000))
    assert "2 of 1,000" in dialog.remark.label.text()
    dialog.show_failed_survey(FormatError("No *.png file lies in this folder.", path=tmp_path))
    assert "No *.png file" in dialog.remark.label.text()
    assert not dialog.go.isEnabled()


def test_a_change_of_the_source_drops_the_look_under_way(qtbot: QtBot, parent: QWidget) -> None:
    dialog = ImportDialog(CLASSES, parent)
    with qtbot.waitSignal(dialog.look_dropped):
        dialog.source.line.setText("elsewhere")


def test_what_is_exported_from_the_window_comes_back_by_its_import(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    import cv2

    pictures = tmp_path / "pictures"
    pictures.mkdir()
    cv2.imwrite(str(pictures / "a.png"), np.zeros((20, 30, 3), np.uint8))
    (pictures / "classes.txt").write_text("ground\nwater\n")
    window.studio.segmentation.is_automatic = False
    window.open_path(pictures)
    workspace = window.studio.workspace
    qtbot.waitUntil(lambda: workspace.current is not None, timeout=10_000)
    current = workspace.current
    assert current is not None
    edit = current.document.begin_edit("Test")
    edit.write(current.document.rect, None, 1)
    workspace.committed(edit.commit())
    reports = []
    project = workspace.project
    assert project is not None
    window.studio.transfer.export(
        [current.record.id], "index-png", tmp_path / "out", ExportDialog(project, window).options, reports.append
    )
    qtbot.waitUntil(lambda: bool(reports), timeout=10_000)
    assert reports[0].is_exact
    workspace.undo()
    dialog = ImportDialog(workspace.label_set, window)
    window.studio.import_look.survey(
        "index-png",
        tmp_path / "out",
        dialog.options,
        on_survey=dialog.show_survey,
        on_error=dialog.show_failed_survey,
        on_progress=dialog.show_progress,
    )
    qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
    summaries = []
    window.studio.transfer.take_in("index-png", tmp_path / "out", dialog.options, summaries.append)
    qtbot.waitUntil(lambda: bool(summaries) and workspace.current is not None, timeout=10_000)
    again = workspace.current
    assert again is not None
    assert (again.document.labels == 1).all()
