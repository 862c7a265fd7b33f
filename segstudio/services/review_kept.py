"""Labels that a person has confirmed against the model: the review doesn't ask about them again."""

from __future__ import annotations

import json
from typing import Protocol

from segstudio.domain.errors import ProjectError
from segstudio.domain.geometry import Rect
from segstudio.store.atomic_files import replace_bytes
from segstudio.store.project_store import ProjectStore

LARGEST_BYTES = 20_000_000


class Place(Protocol):
    """What of a difference tells it from another one."""

    @property
    def rect(self) -> Rect: ...
    @property
    def label(self) -> int: ...
    @property
    def answer(self) -> int: ...


class KeptLabels:
    """A file of the project; a damaged one counts as empty."""

    def __init__(self, store: ProjectStore) -> None:
        self._path = store.layout.folder / "confirmed-labels.json"
        self._places = self._read()

    def has(self, path: str, place: Place) -> bool:
        """Whether the middle of ``place`` lies in one that was kept, of the same two classes."""
        middle = (place.rect.left + place.rect.right) // 2, (place.rect.top + place.rect.bottom) // 2
        return any(
            (label, answer) == (place.label, place.answer)
            and left <= middle[0] < right
            and top <= middle[1] < bottom
            for left, top, right, bottom, label, answer in self._places.get(path, ())
        )

    def keep(self, path: str, place: Place) -> None:
        """Raises: ProjectError: it can't be noted."""
        rect = place.rect
        entry = (rect.left, rect.top, rect.right, rect.bottom, place.label, place.answer)
        self._places[path] = [*self._places.get(path, []), entry]
        try:
            replace_bytes(self._path, json.dumps(self._places).encode())
        except OSError as error:
            raise ProjectError(f"{self._path} can't be written: {error.strerror or error}.") from error

    def _read(self) -> dict[str, list[tuple[int, ...]]]:
        try:
            if self._path.stat().st_size > LARGEST_BYTES:
                return {}
            told = json.loads(self._path.read_bytes())
            return {str(path): [_entry(entry) for entry in entries] for path, entries in told.items()}
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            return {}


def _entry(told: object) -> tuple[int, ...]:
    """Raises: ValueError: not six whole numbers."""
    if not isinstance(told, list) or len(told) != 6 or not all(isinstance(number, int) for number in told):
        raise ValueError("not a place")
    return tuple(told)
