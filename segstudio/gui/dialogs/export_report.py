"""What an export wrote, and what a reader finds in it, class by class."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from segstudio.gui.parts import column, text_label
from segstudio.services.exchange_report import ExportReport


class ExportReportDialog(QDialog):
    """The IoU of each class after the files were read back."""

    def __init__(self, report: ExportReport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Exported")
        self.resize(420, 460)
        layout = column(self, margin=20, spacing=12)
        images = f"{report.images:,} image{'' if report.images == 1 else 's'}"
        layout.addWidget(
            text_label(f"{images} written as {report.format_name} and read back.", "title", wraps=True)
        )
        words = "Every pixel came back as it was." if report.is_exact else report.reason
        layout.addWidget(text_label(words, "good" if report.is_exact else "warn", wraps=True))
        table = QTableWidget(len(report.class_iou), 2)
        table.setHorizontalHeaderLabels(["Class", "IoU"])
        table.verticalHeader().hide()
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        table.setShowGrid(False)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for line, (name, iou) in enumerate(report.class_iou.items()):
            table.setItem(line, 0, QTableWidgetItem(name))
            table.setItem(line, 1, QTableWidgetItem("1" if iou == 1.0 else f"{iou:.4f}"))
        layout.addWidget(table, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
