"""Which models a project has used one after the other, so that an adoption can be undone days later."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from segstudio.store.atomic_files import replace_bytes
from segstudio.store.layout import ProjectLayout

LARGEST_BYTES = 5_000_000
MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Adoption:
    """``before`` is the model whose place ``model`` took, ``at`` in seconds since 1970."""

    model: str
    before: str
    at: float


class AdoptionLog:
    """A file of the project's ``models/``; a damaged one counts as empty."""

    def __init__(self, project_folder: Path) -> None:
        self._path = ProjectLayout(project_folder).models / "adoptions.json"

    def entries(self) -> tuple[Adoption, ...]:
        """The newest last."""
        try:
            if self._path.stat().st_size > LARGEST_BYTES:
                return ()
            told = json.loads(self._path.read_bytes())
            return tuple(Adoption(str(item["model"]), str(item["before"]), float(item["at"])) for item in told)
        except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return ()

    def newest(self, model: str) -> Adoption | None:
        """How ``model``, which is in use, came to be so; None where it wasn't adopted, or another one since."""
        entries = self.entries()
        return entries[-1] if entries and entries[-1].model == model else None

    def note(self, model: str, before: str) -> Adoption:
        """Raises: OSError."""
        entry = Adoption(model, before, time.time())
        self._write((*self.entries(), entry))
        return entry

    def take_back(self) -> None:
        """Forget the newest one. Raises: OSError."""
        self._write(self.entries()[:-1])

    def rename(self, name: str, new_name: str) -> None:
        """A model is called something else now. Raises: OSError."""
        entries = self.entries()
        renamed = tuple(
            replace(
                entry,
                model=new_name if entry.model == name else entry.model,
                before=new_name if entry.before == name else entry.before,
            )
            for entry in entries
        )
        if renamed != entries:
            self._write(renamed)

    def _write(self, entries: tuple[Adoption, ...]) -> None:
        told = [asdict(entry) for entry in entries[-MOST_KEPT:]]
        replace_bytes(self._path, json.dumps(told, indent=1).encode())
