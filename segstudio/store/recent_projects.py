"""The projects, folders and images that were opened last."""

from __future__ import annotations

import os
from pathlib import Path

from segstudio.store.settings import Settings

_KEY = "recent"
KEPT = 20


class RecentProjects:
    """The newest first; what isn't there any more is left out, not forgotten: its drive may come back."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def add(self, path: Path) -> None:
        """Raises: ProjectError: the settings can't be saved."""
        text = os.path.abspath(path)
        others = [known for known in self._settings.get_list(_KEY) if known != text]
        self._settings.set(_KEY, (text, *others[: KEPT - 1]))

    def forget(self, path: Path) -> None:
        text = os.path.abspath(path)
        self._settings.set(_KEY, tuple(known for known in self._settings.get_list(_KEY) if known != text))

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(path for path in map(Path, self._settings.get_list(_KEY)) if os.path.exists(path))  # noqa: PTH110
