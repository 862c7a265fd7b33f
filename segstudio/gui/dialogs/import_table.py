"""The table of an import: each value, colour or name that was found, its share, and what it becomes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QComboBox, QHeaderView, QTableWidget, QTableWidgetItem

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import LabelSet
from segstudio.services.exchange_survey import SourceSurvey, SurveyEntry
from segstudio.services.import_choices import BACKGROUND_NAME, NewClass, Target

GREY = (128, 128, 128)
ROW_HEIGHT = 44


class TargetBox(QComboBox):
    """A class of the project, background, ignore and, for a thing that was found, a class of its own."""

    def __init__(self, own: LabelSet, *, offers_own_name: bool) -> None:
        super().__init__()
        for spec in own.active:
            self.addItem(spec.name, spec.id)
        if offers_own_name:
            self.addItem("New class", NewClass.OWN_NAME)
        if own.by_name(BACKGROUND_NAME) is None:
            self.addItem("Background (a new class)", NewClass.BACKGROUND)
        self.addItem("Ignore", IGNORE)

    @property
    def target(self) -> Target:
        data = self.currentData()
        return data if isinstance(data, int) else NewClass(data)

    def show_target(self, target: Target) -> None:
        self.setCurrentIndex(self.findData(target))


class ImportTable(QTableWidget):
    """Emits ``changed`` when something is to become something else."""

    changed = Signal()

    def __init__(self, own: LabelSet) -> None:
        super().__init__(0, 3)
        self._own = own
        self._keys: list[str] = []
        self.setHorizontalHeaderLabels(["Found", "Share", "Becomes"])
        self.verticalHeader().hide()
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setShowGrid(False)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(1, 80)
        self.setColumnWidth(2, 220)

    @property
    def targets(self) -> dict[str, Target]:
        return {key: self.box(line).target for line, key in enumerate(self._keys)}

    def show_survey(self, survey: SourceSurvey | None) -> None:
        """None: nothing was found yet."""
        entries = survey.entries if survey else ()
        self._keys = [entry.key for entry in entries]
        self.setRowCount(len(entries))
        for line, entry in enumerate(entries):
            assert survey is not None
            self._show_entry(line, entry, survey)

    def box(self, line: int) -> TargetBox:
        box = self.cellWidget(line, 2)
        assert isinstance(box, TargetBox)
        return box

    def _show_entry(self, line: int, entry: SurveyEntry, survey: SourceSurvey) -> None:
        spec = survey.named(entry)
        words = entry.key if spec is None or spec.name == entry.key else f"{entry.key}: {spec.name}"
        swatch = QPixmap(14, 14)
        swatch.fill(QColor(entry.key) if entry.key.startswith("#") else QColor(*(spec.color if spec else GREY)))
        self.setItem(line, 0, QTableWidgetItem(QIcon(swatch), words))
        self.setItem(line, 1, QTableWidgetItem(f"{entry.share:.2%}"))
        box = TargetBox(self._own, offers_own_name=True)
        match = survey.suggested(entry, self._own)
        box.show_target(NewClass.OWN_NAME if match is None else match)
        box.currentIndexChanged.connect(self.changed)
        self.setCellWidget(line, 2, box)
        self.setRowHeight(line, ROW_HEIGHT)
