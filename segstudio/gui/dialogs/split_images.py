"""Asks how the images are divided into training, validation and test, and shows beforehand what comes of it."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QRadioButton,
    QSpinBox,
    QWidget,
)

from segstudio.domain.errors import ProjectError
from segstudio.domain.images import Split
from segstudio.gui.parts import column, push_button, set_kind, text_label
from segstudio.services.splits import SplitMethod, SplitPlan, SplitReport

METHODS = (
    (SplitMethod.RANDOM, "By chance"),
    (SplitMethod.FOLDER, "Folders stay together (one drive, one patient)"),
    (SplitMethod.CLASSES, "Each class in every part, as far as it goes"),
)
_PAUSE_MS = 150


class SplitImagesDialog(QDialog):
    """Emits ``preview_asked`` and ``split_asked`` with a ``SplitPlan`` and whether all parts are made anew."""

    preview_asked = Signal(object, bool)
    split_asked = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Training, validation, test")
        self.setMinimumWidth(480)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(self._on_changed)
        self.methods = QButtonGroup(self)
        self.validation, self.test = _percent("Share for validation", 15), _percent("Share for the test", 0)
        self.seed = QSpinBox()
        self.seed.setRange(0, 999_999)
        self.again = QCheckBox("Make the part of every image anew")
        self._verdict = text_label("", "small", wraps=True)
        self._fill()
        self._soon.start()

    def _fill(self) -> None:
        layout = column(self, margin=20, spacing=12)
        for number, (_, words) in enumerate(METHODS):
            button = QRadioButton(words)
            button.setChecked(number == 0)
            self.methods.addButton(button, number)
            layout.addWidget(button)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.addRow("Validation", self.validation)
        form.addRow("Test", self.test)
        form.addRow("Seed", self.seed)
        layout.addLayout(form)
        words = "Once made, a part stays: only images that have none get one, so that the whole fits the shares."
        layout.addWidget(text_label(words, "small", wraps=True))
        layout.addWidget(self.again)
        layout.addWidget(self._verdict)
        layout.addWidget(self._buttons())
        self.methods.idToggled.connect(lambda _id, _on: self._soon.start())
        for box in (self.validation, self.test, self.seed):
            box.valueChanged.connect(lambda _value: self._soon.start())
        self.again.toggled.connect(lambda _on: self._soon.start())

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.divide = push_button("Divide", kind="primary")
        self.divide.setEnabled(False)
        buttons.addButton(self.divide, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._on_divide)
        buttons.rejected.connect(self.reject)
        return buttons

    @property
    def plan(self) -> SplitPlan:
        """Raises: ProjectError: nothing is left to train on."""
        method = METHODS[self.methods.checkedId()][0]
        return SplitPlan(method, self.validation.value() / 100, self.test.value() / 100, self.seed.value())

    def show_preview(self, report: SplitReport) -> None:
        """What the plan asked for last would come to."""
        train, validation, test = (report.counts[part] for part in (Split.TRAIN, Split.VALIDATION, Split.TEST))
        words = f"{train:,} images to train on, {validation:,} to validate on, {test:,} for the test."
        kept = f" {report.kept:,} of them keep the part they have." if report.kept else ""
        self._show_verdict(words + kept, is_bad=False)

    def _show_verdict(self, words: str, *, is_bad: bool) -> None:
        self._verdict.setText(words)
        set_kind(self._verdict, "bad" if is_bad else "small")
        self.divide.setEnabled(not is_bad)

    def _on_changed(self) -> None:
        try:
            self.preview_asked.emit(self.plan, self.again.isChecked())
        except ProjectError as error:
            self._show_verdict(str(error), is_bad=True)

    def _on_divide(self) -> None:
        self.split_asked.emit(self.plan, self.again.isChecked())
        self.accept()


def _percent(name: str, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(0, 90)
    box.setSingleStep(5)
    box.setValue(value)
    box.setSuffix(" %")
    box.setAccessibleName(name)
    return box
