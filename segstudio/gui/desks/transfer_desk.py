"""Import and export: the dialogs and the transfer service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from segstudio.domain.changes import Told
from segstudio.domain.images import ImageId, ImageStatus
from segstudio.formats.exchange import ReadOptions, WriteOptions
from segstudio.gui.actions import Actions
from segstudio.gui.panels.image_model import ImageListModel
from segstudio.services.exchange_report import ExportReport
from segstudio.services.project_exchange import ImportSummary
from segstudio.services.project_index import ImageFilter, select_images
from segstudio.services.studio import Studio

Answer = TypeVar("Answer")


def _while_open(dialog: QWidget, show: Callable[[Answer], None]) -> Callable[[Answer], None]:
    """``show``, for answers that may come when the dialog has gone."""
    return lambda answer: show(answer) if isValid(dialog) else None


class TransferDesk:
    """Dialogs are imported when they are first opened."""

    def __init__(self, window: QWidget, studio: Studio, actions: Actions, images: ImageListModel) -> None:
        self._window = window
        self._studio = studio
        self._images = images
        actions.on("export_labels", self._on_export)
        actions.on("import_labels", self._on_import)

    def _on_export(self) -> None:
        from segstudio.gui.dialogs.export_labels import ExportDialog

        project = self._studio.workspace.project
        if project is None or not self._is_possible():
            return
        dialog = ExportDialog(project, self._window)
        dialog.export_asked.connect(self._export)
        dialog.open()

    def _on_import(self) -> None:
        from segstudio.gui.dialogs.import_labels import ImportDialog

        if not self._is_possible():
            return
        dialog = ImportDialog(self._studio.workspace.label_set, self._window)
        look = self._studio.import_look
        dialog.survey_asked.connect(
            partial(
                look.survey,
                on_survey=_while_open(dialog, dialog.show_survey),
                on_error=_while_open(dialog, dialog.show_failed_survey),
                on_progress=_while_open(dialog, dialog.show_progress),
            )
        )
        dialog.preview_asked.connect(
            partial(
                look.preview,
                on_preview=_while_open(dialog, dialog.show_preview),
                on_error=_while_open(dialog, dialog.show_failed_preview),
            )
        )
        dialog.look_dropped.connect(look.stop)
        dialog.finished.connect(look.stop)
        dialog.import_asked.connect(self._import)
        dialog.open()

    def _is_possible(self) -> bool:
        if self._studio.workspace.store is None:
            self._studio.workspace.announce(Told("Open a project first."))
            return False
        if self._studio.transfer.is_running:
            self._studio.workspace.announce(Told("Another import or export is under way; wait for it or stop it."))
            return False
        return True

    def _export(self, scope: str, format_name: str, output: Path, options: WriteOptions) -> None:
        self._studio.transfer.export(self._chosen(scope), format_name, output, options, self._show_report)

    def _chosen(self, scope: str) -> Sequence[ImageId]:
        store = self._studio.workspace.store
        if scope == "shown" or store is None:
            return self._images.shown_ids
        wanted = ImageFilter(statuses=frozenset({ImageStatus.VERIFIED})) if scope == "verified" else ImageFilter()
        return tuple(record.id for record in select_images(store, wanted))

    def _show_report(self, report: ExportReport) -> None:
        from segstudio.gui.dialogs.export_report import ExportReportDialog

        ExportReportDialog(report, self._window).open()

    def _import(self, name: str, source: Path, options: ReadOptions) -> None:
        self._studio.transfer.take_in(name, source, options, self._tell)

    def _tell(self, summary: ImportSummary) -> None:
        images = f"{summary.images} image{'' if summary.images == 1 else 's'}"
        told = [f"The labels of {images} were imported."]
        if summary.new_classes:
            told.append(f"New classes: {', '.join(summary.new_classes)}.")
        if summary.unmatched:
            told.append(f"{len(summary.unmatched)} are not in the project, such as {summary.unmatched[0]}.")
        told.append('"Undo the last import or batch" in the menu Model takes it back.')
        self._studio.workspace.announce(Told(" ".join(told)))
