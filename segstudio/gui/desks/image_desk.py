"""The image list and the project: which image is open, which comes next, what its status is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from segstudio.domain.changes import (
    Failed,
    ImageOpened,
    ImageOpening,
    ImagesChanged,
    ImageUnreadable,
    ProjectOpened,
    Told,
)
from segstudio.domain.images import ImageId, ImageRecord, ImageStatus
from segstudio.gui.actions import Actions
from segstudio.gui.panels.image_list import ImageListPanel
from segstudio.gui.panels.thumbnails import Thumbnails
from segstudio.gui.panels.top_bar import TopBar
from segstudio.gui.workspace_signals import WorkspaceSignals
from segstudio.services.project_index import select_images
from segstudio.services.studio import Studio

NEEDS_AN_IMAGE = ("accept", "flag", "next_image", "previous_image", "next_unverified", "previous_unverified")


Wanted = Callable[[ImageRecord], bool]


class ImageDesk:
    """Owns nothing but the wish which image comes next."""

    def __init__(
        self,
        studio: Studio,
        actions: Actions,
        panel: ImageListPanel,
        top_bar: TopBar,
        thumbnails: Thumbnails,
        signals: WorkspaceSignals,
    ) -> None:
        workspace = self._workspace = studio.workspace
        self._actions = actions
        self._panel = panel
        self._top_bar = top_bar
        self._thumbnails = thumbnails
        self._way: tuple[int, Wanted] | None = None
        panel.image_chosen.connect(lambda image_id: self.go_to(ImageId(image_id)))
        panel.status_asked.connect(workspace.marks.set_status)
        panel.split_asked.connect(workspace.marks.set_split)
        panel.flag_asked.connect(lambda ids, is_flagged: workspace.marks.set_flag(ids, is_flagged=is_flagged))
        panel.batch_undo_asked.connect(studio.batch.undo)
        panel.query_changed.connect(self._select)
        thumbnails.arrived.connect(lambda image_id: panel.model.redraw([ImageId(image_id)]))
        for name, step, wanted in (
            ("next_image", 1, _any),
            ("previous_image", -1, _any),
            ("next_unverified", 1, _is_unverified),
            ("previous_unverified", -1, _is_unverified),
        ):
            actions.on(name, partial(self._go, step, wanted))
        signals.project_opened.connect(self._on_project_opened)
        signals.project_closed.connect(self._on_project_closed)
        signals.images_changed.connect(self._on_images_changed)
        signals.images_chosen.connect(lambda change: panel.show_only(frozenset(change.ids)))
        signals.classes_changed.connect(lambda change: panel.show_classes(change.label_set))
        signals.image_opening.connect(self._on_opening)
        signals.image_opened.connect(self._on_opened)
        signals.image_unreadable.connect(self._on_unreadable)
        actions.enable(NEEDS_AN_IMAGE, wanted=False)

    def accept(self) -> None:
        """The open image is right; show the next one that isn't verified yet."""
        if self._workspace.accept_current():
            self._go(1, _is_unverified)

    def go_to(self, image_id: ImageId) -> None:
        self._way = None
        self._workspace.open_image(image_id)

    def _go(self, step: int, wanted: Wanted, *, start: ImageId | None = None) -> None:
        next_id = self._panel.model.neighbour(step, wanted, start=start)
        if next_id is not None:
            self._way = step, wanted
            self._workspace.open_image(next_id)

    def _on_unreadable(self, change: ImageUnreadable) -> None:
        """Who was walking by walks past it; who asked for it is told why it doesn't come."""
        self._panel.model.show_fault(change.record.id, change.sentence)
        if self._way is None:
            self._workspace.announce(Failed(change.sentence))
            return
        self._workspace.announce(Told(f"Left out: {change.sentence}"))
        step, wanted = self._way
        self._go(step, wanted, start=change.record.id)

    def flag(self) -> None:
        opened = self._workspace.current
        if opened is not None:
            self._workspace.marks.set_flag([opened.record.id], is_flagged=not opened.record.is_flagged)

    def _on_project_opened(self, change: ProjectOpened) -> None:
        """What was looked for in the last project isn't looked for in this one."""
        self._thumbnails.forget()
        self._panel.model.forget_faults()
        self._panel.show_all()
        self._panel.show_classes(change.info.label_set)

    def _on_project_closed(self, _change: object) -> None:
        self._thumbnails.forget()
        self._panel.show_records(None)
        self._panel.show_open(None)
        self._top_bar.show_image(None)
        self._actions.enable(NEEDS_AN_IMAGE, wanted=False)

    def _on_images_changed(self, change: ImagesChanged) -> None:
        store = self._workspace.store
        if store is None:
            return
        if change.ids is None:
            self._select()
        else:
            self._panel.model.redraw(change.ids)
        self._show_place()

    def _select(self) -> None:
        store, query = self._workspace.store, self._panel.query
        if store is None:
            return
        self._panel.show_records(
            select_images(store, query.filter, sort=query.sort, is_descending=query.is_descending)
        )
        self._show_place()

    def _on_opening(self, change: ImageOpening) -> None:
        self._panel.show_open(change.record.id)

    def _on_opened(self, change: ImageOpened) -> None:
        self._way = None
        self._panel.model.show_fault(change.record.id, "")
        self._panel.show_open(change.record.id)
        self._actions.enable(NEEDS_AN_IMAGE, wanted=True)
        self._show_place()

    def _show_place(self) -> None:
        opened = self._workspace.current
        if opened is None:
            return
        index = self._panel.model.index_of(opened.record.id)
        place = f"{index.row() + 1:,} of {self._panel.model.rowCount():,}" if index.isValid() else ""
        self._top_bar.show_image(opened.record, place)


def _any(_record: ImageRecord) -> bool:
    return True


def _is_unverified(record: ImageRecord) -> bool:
    return record.status is not ImageStatus.VERIFIED
