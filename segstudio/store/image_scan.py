"""Compares the index with the image folder: what is new, moved, changed, missing or back."""

from __future__ import annotations

import itertools
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

from segstudio.domain.images import ImageId
from segstudio.domain.task import Progress, Task
from segstudio.formats.image_walk import FoundFile
from segstudio.store.atomic_files import remove_quietly
from segstudio.store.database import Database
from segstudio.store.image_files import ProjectWalk, content_hash, require_readable, sort_key
from segstudio.store.image_table import CHANGED, MISSING, PRESENT
from segstudio.store.layout import ProjectLayout, label_name, name_key

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What looking through the image folder found."""

    images: int = 0
    added: int = 0
    moved: tuple[tuple[str, str], ...] = ()
    """(old path, new path) of the images that were found again by their content."""
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    back: int = 0
    unusable: tuple[str, ...] = ()
    """Names that aren't valid Unicode, and folders that can't be read."""
    seconds: float = 0.0
    has_changed_index: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    id: ImageId
    path: str
    label_name: str
    byte_size: int
    modified_ns: int
    content_hash: bytes | None
    file_state: int
    has_work: bool


class ImageScan:
    """One look through the image folder."""

    def __init__(
        self, layout: ProjectLayout, database: Database, image_folder: Path, parts: Sequence[str] = ()
    ) -> None:
        """``parts``: the files and folders below ``image_folder`` that are looked at; none: everything there."""
        self._layout = layout
        self._database = database
        self._folder = image_folder
        self._parts = parts
        self._label_keys: set[str] = set()

    def run(self, task: Task[Progress]) -> ScanReport:
        """Bring the index up to date, in short transactions. Raises: ProjectError, CancelledError."""
        started = time.monotonic()
        known = self._load_known()
        require_readable(self._folder)
        walk = ProjectWalk(self._folder)
        fresh: list[FoundFile] = []
        altered: list[tuple[_Known, FoundFile]] = []
        back: list[_Known] = []
        unseen = dict(known)
        for count, found in enumerate(walk.images(self._folder, self._parts)):
            if count % _BATCH == 0:
                task.report(Progress(count, 0, f"{count} images found"))
            row = unseen.pop(found.path, None)
            if row is None:
                fresh.append(found)
            elif (row.byte_size, row.modified_ns) != (found.byte_size, found.modified_ns):
                altered.append((row, found))
            elif row.file_state == MISSING:
                back.append(row)
        if walk.unreadable:
            # What lies behind an unreadable folder isn't known to be gone.
            unseen = {path: row for path, row in unseen.items() if row.file_state == MISSING}
        moved, fresh = self._relink(list(unseen.values()), fresh, task)
        for row, _ in moved:
            unseen.pop(row.path)
        is_news = bool(fresh or moved or altered or back) or any(
            row.file_state != MISSING for row in unseen.values()
        )
        changed = self._note_altered(altered, task)
        self._set_states(unseen.values(), MISSING)
        self._set_states(back, PRESENT)
        self._add(fresh, task)
        return ScanReport(
            images=len(known) - len(unseen) + len(fresh),
            added=len(fresh),
            moved=tuple((row.path, found.path) for row, found in moved),
            changed=changed,
            missing=tuple(sorted(unseen)),
            back=len(back),
            unusable=(*walk.unusable, *walk.unreadable),
            seconds=time.monotonic() - started,
            has_changed_index=is_news,
        )

    def _load_known(self) -> dict[str, _Known]:
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, path, label_name, byte_size, modified_ns, content_hash, file_state, "
                "labelled_at IS NOT NULL OR status > 0 OR split > 0 OR is_flagged OR note != '' FROM images"
            ).fetchall()
        self._label_keys = {name_key(row[2]) for row in rows}
        return {row[1]: _Known(*row) for row in rows}

    def _relink(
        self, lost: Sequence[_Known], fresh: Sequence[FoundFile], task: Task[Progress]
    ) -> tuple[list[tuple[_Known, FoundFile]], list[FoundFile]]:
        """Pairs of a lost image and the new file that holds it, and the files that remain new."""
        if not lost or not fresh:
            return [], list(fresh)
        by_size: dict[int, list[FoundFile]] = {}
        for found in fresh:
            by_size.setdefault(found.byte_size, []).append(found)
        hashes: dict[str, bytes | None] = {}
        pairs: list[tuple[_Known, FoundFile]] = []
        taken: set[str] = set()
        # Images that somebody worked on choose first.
        for number, row in enumerate(sorted(lost, key=lambda row: not row.has_work)):
            task.report(Progress(number, len(lost), "looking for moved images"))
            candidates = [found for found in by_size.get(row.byte_size, ()) if found.path not in taken]
            match = self._same_content(row, candidates, hashes)
            if match is not None:
                taken.add(match.path)
                pairs.append((row, match))
        for row, found in pairs:
            self._move(row, found)
        return pairs, [found for found in fresh if found.path not in taken]

    def _same_content(
        self, row: _Known, candidates: Sequence[FoundFile], hashes: dict[str, bytes | None]
    ) -> FoundFile | None:
        if row.content_hash is None:
            # Never hashed: the same size and the same nanosecond, once, is the same file.
            same_time = [found for found in candidates if found.modified_ns == row.modified_ns]
            return same_time[0] if len(same_time) == 1 else None
        for found in candidates:
            if found.path not in hashes:
                hashes[found.path] = self._hash(found.path)
        matches = [found for found in candidates if hashes[found.path] == row.content_hash]
        name = row.path.rpartition("/")[2]
        return min(matches, key=lambda found: (found.path.rpartition("/")[2] != name, found.path), default=None)

    def _hash(self, path: str) -> bytes | None:
        try:
            return content_hash(self._folder / path)
        except OSError:
            return None

    def _move(self, row: _Known, found: FoundFile) -> None:
        """The label files go along, so that their names still say whose they are."""
        new_name = label_name(found.path, self._label_keys - {name_key(row.label_name)})
        pairs = [
            (self._layout.label_file(row.label_name), self._layout.label_file(new_name)),
            (self._layout.origin_file(row.label_name), self._layout.origin_file(new_name)),
        ]
        copied = [(old, new) for old, new in pairs if old != new and old.is_file()]
        for old, new in copied:
            new.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(old, new)
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE images SET path = ?, sort_key = ?, label_name = ?, label_key = ?, byte_size = ?, "
                "modified_ns = ?, file_state = ? WHERE id = ?",
                (
                    *(found.path, sort_key(found.path), new_name, name_key(new_name)),
                    *(found.byte_size, found.modified_ns, PRESENT, row.id),
                ),
            )
        self._label_keys.discard(name_key(row.label_name))
        self._label_keys.add(name_key(new_name))
        for old, _ in copied:
            remove_quietly(old)

    def _note_altered(self, altered: Sequence[tuple[_Known, FoundFile]], task: Task[Progress]) -> tuple[str, ...]:
        changed: list[str] = []
        for number, (row, found) in enumerate(altered):
            task.report(Progress(number, len(altered), "looking at changed images"))
            is_same = row.content_hash is not None and self._hash(found.path) == row.content_hash
            state = PRESENT if is_same or not row.has_work else CHANGED
            with self._database.writing() as connection:
                connection.execute(
                    "UPDATE images SET byte_size = ?, modified_ns = ?, file_state = ? WHERE id = ?",
                    (found.byte_size, found.modified_ns, state, row.id),
                )
                if not is_same:
                    connection.execute(
                        "UPDATE images SET width = 0, height = 0, content_hash = NULL WHERE id = ?", (row.id,)
                    )
            if not is_same:
                changed.append(found.path)
        return tuple(sorted(changed))

    def _set_states(self, rows: Iterable[_Known], state: int) -> None:
        ids = [(state, row.id) for row in rows if row.file_state != state]
        for start in range(0, len(ids), _BATCH):
            with self._database.writing() as connection:
                connection.executemany("UPDATE images SET file_state = ? WHERE id = ?", ids[start : start + _BATCH])

    def _add(self, fresh: Sequence[FoundFile], task: Task[Progress]) -> None:
        ordered = sorted(fresh, key=lambda found: found.path)
        rest = iter(ordered)
        done = 0
        while batch := list(itertools.islice(rest, _BATCH)):
            with self._database.writing() as connection:
                self._insert(connection, batch)
            done += len(batch)
            task.report(Progress(done, len(ordered), "adding images"))

    def _insert(self, connection: Connection, batch: Sequence[FoundFile]) -> None:
        rows = []
        for found in batch:
            name = label_name(found.path, self._label_keys)
            key = name_key(name)
            self._label_keys.add(key)
            rows.append((found.path, sort_key(found.path), name, key, found.byte_size, found.modified_ns))
        connection.executemany(
            "INSERT INTO images (path, sort_key, label_name, label_key, byte_size, modified_ns) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            rows,
        )
