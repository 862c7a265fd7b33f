"""The errors a user may meet, each carrying a whole sentence: what happened, where, what to do."""

from __future__ import annotations

from pathlib import Path


class SegStudioError(Exception):
    """A failure that the user can understand; its text is shown as it is."""


class ProjectError(SegStudioError):
    """A project can't be opened, read or written."""


class FormatError(SegStudioError):
    """A file isn't what it should be; knows the file and, where there is one, the place within it."""

    def __init__(self, sentence: str, *, path: Path | None = None, place: str | None = None) -> None:
        self.path = path
        self.place = place
        where = ", ".join(str(part) for part in (path, place) if part)
        super().__init__(f"{where}: {sentence}" if where else sentence)


class ModelError(SegStudioError):
    """A model file is damaged, foreign or doesn't fit."""


class DeviceMemoryError(SegStudioError):
    """The device has too little memory for the work, even in its smallest form."""


class CancelledError(SegStudioError):
    """The work was stopped because somebody asked for it: not a failure, never a dialog."""

    def __init__(self, sentence: str = "Stopped.") -> None:
        super().__init__(sentence)
