"""What the program remembers between sittings, typed, as one JSON file that is replaced whole."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, TypeVar

from segstudio.domain.errors import ProjectError
from segstudio.store.atomic_files import replace_bytes
from segstudio.store.locations import settings_folder

Value = TypeVar("Value", bool, int, float, str)
_LARGEST_BYTES = 1_000_000
_MOST_LISTED = 1000

Later: TypeAlias = Callable[[Callable[[], None]], None]


class Settings:
    """A damaged or foreign file counts as empty; a value of another type than asked for as its default."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or settings_folder() / "settings.json"
        self._values: dict[str, object] = self._load()
        self._changed: dict[str, object] = {}
        self._guard, self._writing = threading.Lock(), threading.Lock()
        self._later: Later | None = None

    def write_through(self, later: Later | None) -> None:
        """From now on ``later`` is handed each writing and does it elsewhere, so that ``set`` doesn't wait for the
        disk; None: at once again."""
        self._later = later

    def get(self, key: str, default: Value) -> Value:
        value = self._values.get(key)
        return value if isinstance(value, type(default)) and type(value) is type(default) else default

    def get_list(self, key: str) -> tuple[str, ...]:
        value = self._values.get(key)
        if not isinstance(value, list):
            return ()
        return tuple(item for item in value if isinstance(item, str))[:_MOST_LISTED]

    def set(self, key: str, value: bool | int | float | str | tuple[str, ...]) -> None:  # noqa: FBT001  a stored value
        """Raises: ProjectError: the file can't be written, where that is done at once; the value counts for this
        sitting."""
        plain: object = list(value) if isinstance(value, tuple) else value
        if self._values.get(key) == plain and type(self._values.get(key)) is type(plain):
            return
        self._values = {**self._values, key: plain}
        with self._guard:
            self._changed[key] = plain
        if self._later is None:
            self._write()
        else:
            self._later(self._write)

    def _write(self) -> None:
        """What has changed and isn't in the file yet. Raises: ProjectError: the file can't be written."""
        with self._writing:
            with self._guard:
                changed, self._changed = self._changed, {}
            if not changed:
                return
            # Another window may have written meanwhile: only these values are ours to change.
            values = json.dumps({**self._load(), **changed}, indent=2, ensure_ascii=False).encode()
            try:
                replace_bytes(self._path, values)
            except OSError as error:
                with self._guard:
                    self._changed = {**changed, **self._changed}
                raise ProjectError(f"{self._path} can't be saved: {error.strerror or error}.") from error

    def _load(self) -> dict[str, object]:
        with contextlib.suppress(OSError, ValueError, RecursionError):
            if self._path.stat().st_size <= _LARGEST_BYTES:
                value = json.loads(self._path.read_bytes())
                if isinstance(value, dict):
                    return value
        return {}
