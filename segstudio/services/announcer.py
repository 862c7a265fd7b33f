"""Tells those who listen what changed."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Protocol

from segstudio.domain.changes import Change, Failed
from segstudio.domain.errors import SegStudioError
from segstudio.editing.change import DocumentChange

Listener = Callable[[Change], None]


class EditListener(Protocol):
    """Told of every commit, undo and redo on the open image."""

    def __call__(self, change: DocumentChange, *, by_person: bool) -> None: ...


class Announcer:
    """Listeners are called at once, on the window's thread, in the order they came."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._edit_listeners: list[EditListener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` with every change; the function returned ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def subscribe_to_edits(self, listener: EditListener) -> None:
        self._edit_listeners.append(listener)

    def announce(self, change: Change) -> None:
        for listener in tuple(self._listeners):
            listener(change)

    def announce_failure(self, what: str, error: Exception) -> None:
        """A ``SegStudioError`` speaks for itself; anything else is a fault of ours and gets a report."""
        if isinstance(error, SegStudioError):
            self.announce(Failed(str(error)))
            return
        report = "".join(traceback.format_exception(error))
        self.announce(Failed(f"{what} The fault is SegStudio's; nothing that was saved is lost.", report))

    def announce_edit(self, change: DocumentChange, *, by_person: bool) -> None:
        for listener in tuple(self._edit_listeners):
            listener(change, by_person=by_person)
