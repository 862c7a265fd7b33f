"""Brings the outcomes of jobs to the window's thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Delivery(QObject):
    """Call it from any thread; the callback runs on the thread this object was made on."""

    _asked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_open = True
        self._asked.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def __call__(self, callback: Callable[[], None]) -> None:
        if self._is_open:
            self._asked.emit(callback)

    def close(self) -> None:
        """From now on callbacks are dropped: the window is going."""
        self._is_open = False

    @Slot(object)
    def _run(self, callback: Callable[[], None]) -> None:
        if self._is_open:
            callback()
