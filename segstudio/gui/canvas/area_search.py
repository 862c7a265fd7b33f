"""Changes that are found by looking through an area of the labels: at once if it is small, otherwise on a lane."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from segstudio.domain.geometry import Rect
from segstudio.editing.document import LabelDocument
from segstudio.editing.region import Region, Relabelling
from segstudio.gui.canvas.workbench import Workbench

AT_ONCE_PIXELS = 1 << 20
"""Looking through more takes longer than a window may keep still."""

Find: TypeAlias = Callable[[LabelDocument, int, Rect], Region | Relabelling]


class AreaSearch:
    """``find`` gets the document, the active class and the area. A region that it finds takes that class, a
    relabelling the labels that it brings."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def change(self, name: str, area: Rect, find: Find) -> None:
        """What is found becomes one undo step."""
        document, class_id = self._bench.document, self._bench.settings.class_id
        if document is None:
            return
        if area.area <= AT_ONCE_PIXELS:
            self._write(name, find(document, class_id, area))
            return
        revision = document.revision

        def done(found: Region | Relabelling) -> None:
            if document.revision == revision and class_id == self._bench.settings.class_id:
                self._write(name, found)
            else:
                self._bench.say(f"{name}: the labels or the active class changed meanwhile; ask for it again.")

        self._bench.work.edit_later(name, lambda _task: find(document, class_id, area), done)

    def look(self, name: str, area: Rect, find: Find, show: Callable[[Region | Relabelling], None]) -> None:
        """Hands what is found to ``show`` and changes nothing."""
        document, class_id = self._bench.document, self._bench.settings.class_id
        if document is None:
            return
        if area.area <= AT_ONCE_PIXELS:
            show(find(document, class_id, area))
        else:
            self._bench.work.later(name, lambda _task: find(document, class_id, area), show)

    def _write(self, name: str, found: Region | Relabelling) -> None:
        if isinstance(found, Relabelling):
            self._bench.relabel(name, found)
        else:
            self._bench.paint(name, found, pressed=None, erasing=False)
