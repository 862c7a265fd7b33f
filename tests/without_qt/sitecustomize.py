"""Makes PySide6 impossible to find, in this Python and every one it starts: as where it isn't installed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

HIDDEN = frozenset({"PySide6", "shiboken6", "pyqtgraph", "PyQt5", "PyQt6", "PySide2"})


class FinderWithoutQt(PathFinder):
    """Finds everything that the usual finder does, but nothing of Qt."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in HIDDEN:
            return None
        return super().find_spec(fullname, path, target)


sys.meta_path[:] = [FinderWithoutQt if finder is PathFinder else finder for finder in sys.meta_path]
