"""What a right click on a class offers."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from segstudio.domain.classes import ClassSpec


class ClassMenu(QMenu):
    """``active``: the class that is painted with; None where there is none or it is the same."""

    merge_asked = Signal(int)
    """The class whose pixels in this image become the active one's."""
    swap_asked = Signal(int)
    edit_asked = Signal()

    def __init__(self, spec: ClassSpec, active: ClassSpec | None, parent: QWidget) -> None:
        super().__init__(parent)
        if active is not None:
            merge = self.addAction(f"All {spec.name} in this image becomes {active.name}")
            merge.triggered.connect(lambda: self.merge_asked.emit(spec.id))
            swap = self.addAction(f"Swap {spec.name} and {active.name} in this image")
            swap.triggered.connect(lambda: self.swap_asked.emit(spec.id))
            self.addSeparator()
        self.addAction("Edit classes…").triggered.connect(self.edit_asked)
