"""Learning from finished images is on unless a person has switched it off, and the choice is kept."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox

from segstudio.gui.main_window import MainWindow


def _box(window: MainWindow) -> QCheckBox:
    return next(box for box in window.segmentation.findChildren(QCheckBox) if "finished image" in box.text())


def test_it_is_on_at_first_and_switched_off_for_good_by_a_click(window: MainWindow) -> None:
    sitting = window.studio.sitting
    assert sitting.is_on and _box(window).isChecked()
    _box(window).click()
    assert not sitting.is_on
    assert window.settings.get("learn_from_finished_images", default=True) is False
    window.settings.set("learn_from_finished_images", True)  # a stored value
    window.model_desk.use_settings()
    assert sitting.is_on and _box(window).isChecked()
