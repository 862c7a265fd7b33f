"""Changes that are found by looking through an area of the labels: at once if it is small, otherwise on a lane."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from segstudio.domain.geometry import Rect
from segstudio.editing.document import LabelDocument
from segstudio.editing.region import Region, Relabelling
from segstudio.gui.canvas.workbench import Workbench

AT_ONCE_PIXELS = 1 << 20
"""Looking through more takes longer than a window may keep still."""

Found = TypeVar("Found", Region, Relabelling)


class AreaSearch:
    """``find`` gets the document, the active class and the area; what it finds becomes one undo step."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def paint(self, name: str, area: Rect, find: Callable[[LabelDocument, int, Rect], Region]) -> None:
        """What is found takes the active class."""

        def write(region: Region) -> None:
            self._bench.paint(name, region, pressed=None, erasing=False)

        self._start(name, area, find, write)

    def relabel(self, name: str, area: Rect, find: Callable[[LabelDocument, int, Rect], Relabelling]) -> None:
        """What is found takes the labels that were found with it."""

        def write(relabelling: Relabelling) -> None:
            self._bench.relabel(name, relabelling)

        self._start(name, area, find, write)

    def _start(
        self,
        name: str,
        area: Rect,
        find: Callable[[LabelDocument, int, Rect], Found],
        write: Callable[[Found], None],
    ) -> None:
        document, class_id = self._bench.document, self._bench.settings.class_id
        if document is None:
            return
        if area.area <= AT_ONCE_PIXELS:
            write(find(document, class_id, area))
            return
        revision = document.revision

        def done(found: Found) -> None:
            if document.revision == revision and class_id == self._bench.settings.class_id:
                write(found)
            else:
                self._bench.say(f"{name}: the labels or the active class changed meanwhile; ask for it again.")

        self._bench.work.edit_later(name, lambda _task: find(document, class_id, area), done)
