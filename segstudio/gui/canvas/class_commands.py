"""What is done to all pixels of a class, or to all labels, without a gesture: one undo step each."""

from __future__ import annotations

from segstudio.domain.arrays import LabelMap
from segstudio.editing.class_algebra import merged, swapped
from segstudio.editing.copied_labels import copied_labels
from segstudio.gui.canvas.area_search import AreaSearch
from segstudio.gui.canvas.workbench import Workbench


class ClassCommands:
    """Under the paint rule, like every tool."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._search = AreaSearch(bench)

    def merge(self, source: int, target: int) -> None:
        """All of one class becomes another."""
        self._search.change(
            "Merge classes",
            self._bench.image_rect,
            lambda document, _class_id, area: merged(document.labels, source, target, area),
        )

    def swap(self, one: int, other: int) -> None:
        self._search.change(
            "Swap classes",
            self._bench.image_rect,
            lambda document, _class_id, area: swapped(document.labels, one, other, area),
        )

    def copy_from(self, other: LabelMap) -> None:
        """The labels of another image, such as the previous one; brought to this one's size."""
        document = self._bench.document
        if document is not None:
            self._bench.relabel("Copy labels", copied_labels(other, document.size, document.rect))
