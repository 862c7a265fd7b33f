"""What the program remembers between sittings, typed, as one JSON file that is replaced whole."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import TypeVar

from segstudio.domain.errors import ProjectError
from segstudio.store.atomic_files import replace_bytes
from segstudio.store.locations import settings_folder

Value = TypeVar("Value", bool, int, float, str)
_LARGEST_BYTES = 1_000_000
_MOST_LISTED = 1000


class Settings:
    """A damaged or foreign file counts as empty; a value of another type than asked for as its default."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or settings_folder() / "settings.json"
        self._values: dict[str, object] = self._load()

    def get(self, key: str, default: Value) -> Value:
        value = self._values.get(key)
        return value if isinstance(value, type(default)) and type(value) is type(default) else default

    def get_list(self, key: str) -> tuple[str, ...]:
        value = self._values.get(key)
        if not isinstance(value, list):
            return ()
        return tuple(item for item in value if isinstance(item, str))[:_MOST_LISTED]

    def set(self, key: str, value: bool | int | float | str | tuple[str, ...]) -> None:  # noqa: FBT001  a stored value
        """Raises: ProjectError: the file can't be written; the value counts for this sitting."""
        plain: object = list(value) if isinstance(value, tuple) else value
        if self._values.get(key) == plain and type(self._values.get(key)) is type(plain):
            return
        # Another window may have written meanwhile: only this value is ours to change.
        self._values = {**self._values, **self._load(), key: plain}
        try:
            replace_bytes(self._path, json.dumps(self._values, indent=2, ensure_ascii=False).encode())
        except OSError as error:
            raise ProjectError(f"{self._path} can't be saved: {error.strerror or error}.") from error

    def _load(self) -> dict[str, object]:
        with contextlib.suppress(OSError, ValueError, RecursionError):
            if self._path.stat().st_size <= _LARGEST_BYTES:
                value = json.loads(self._path.read_bytes())
                if isinstance(value, dict):
                    return value
        return {}
