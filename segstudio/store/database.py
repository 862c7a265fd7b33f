"""One SQLite file, a connection for each thread, and its failures in whole sentences."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from segstudio.domain.errors import ProjectError
from segstudio.store.atomic_files import replace_file

_BUSY_SECONDS = 10.0


class Database:
    """Readers never wait for a writer (write-ahead log); writers wait for one another.

    Every finished transaction is on the disk. Where the file system can't do a write-ahead log (network
    drives), SQLite's ordinary journal is used: the same promises, slower.
    """

    def __init__(self, path: Path, *, read_only: bool = False, write_ahead: bool = True) -> None:
        """Raises: ProjectError: the file can't be opened or isn't a database."""
        self.path = path
        self.is_read_only = read_only
        self._write_ahead = write_ahead
        self._is_immutable = False
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._opened_lock = threading.Lock()
        self._writer = threading.RLock()
        self._is_closed = False
        with explained(path):
            self._first_look()

    def _first_look(self) -> None:
        try:
            self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            if not self.is_read_only:
                raise
            # A write-ahead log needs a folder it may write; a project that nobody writes can do without.
            self.close()
            self._is_closed = False
            self._is_immutable = True
            self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's own connection. Raises: ProjectError: the database was closed."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if self._is_closed:
            raise ProjectError(f"The project at {self.path.parent} is already closed.")
        if connection is None:
            connection = self._connect()
            self._local.connection = connection
            with self._opened_lock:
                self._opened.append(connection)
        return connection

    def _connect(self) -> sqlite3.Connection:
        mode = "ro" if self.is_read_only else "rwc"
        address = f"{self.path.absolute().as_uri()}?mode={mode}" + ("&immutable=1" if self._is_immutable else "")
        connection = sqlite3.connect(
            address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            if not self.is_read_only:
                connection.execute(f"PRAGMA journal_mode={'WAL' if self._write_ahead else 'DELETE'}")
                connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA trusted_schema=OFF")
            connection.execute("PRAGMA cell_size_check=ON")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Raises: ProjectError: the database can't be read."""
        with explained(self.path):
            yield self.connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, on the disk when the block ends, undone when it fails.

        Raises: ProjectError: the project is open for reading only, or the disk doesn't take it.
        """
        if self.is_read_only:
            raise ProjectError(f"The project at {self.path.parent} is open for reading only; nothing was changed.")
        with self._writer, explained(self.path):
            connection = self.connection
            if connection.in_transaction:  # a transaction within one: they end together
                yield connection
                return
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def copy_to(self, path: Path) -> None:
        """A consistent copy of the whole file, replaced in one step. Raises: ProjectError, OSError."""

        def write(unfinished: Path) -> None:
            copy = sqlite3.connect(unfinished, isolation_level=None)
            try:
                copy.execute("PRAGMA journal_mode=OFF")
                self.connection.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")
            finally:
                copy.close()

        with explained(self.path):
            replace_file(path, write)

    def close(self) -> None:
        """Closing twice is fine."""
        self._is_closed = True
        with self._writer, self._opened_lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
            self._local = threading.local()


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns SQLite's errors into ``ProjectError``s that say what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise ProjectError(sentence_for(error, path)) from error
    except UnicodeDecodeError as error:  # SQLite's own text, where the file is damaged
        raise ProjectError(damaged(path, "it holds text that isn't")) from error


def damaged(path: Path, reason: str) -> str:
    """What to tell of an index that makes no sense."""
    return (
        f"{path} is damaged or isn't a project's index ({reason}). Labels are not affected. "
        f"Type: segstudio project repair {path.parent}"
    )


def sentence_for(error: sqlite3.Error, path: Path) -> str:
    text = str(error)
    repair = f"Type: segstudio project repair {path.parent}"
    if "full" in text:
        return (
            f"The disk that holds {path.parent} is full: make room and save again; nothing that was saved is lost."
        )
    if (
        "not a database" in text
        or "malformed" in text
        or (
            isinstance(error, sqlite3.DatabaseError)
            and ("no such table" in text or "no such column" in text or "Could not decode" in text)
        )
    ):
        return damaged(path, text)
    if "readonly" in text or "read-only" in text:
        return f"{path} may not be written: check the rights of the folder, or copy the project elsewhere."
    if "locked" in text or "busy" in text:
        return f"{path} is being written by another program; try again in a moment."
    if "unable to open" in text:
        return f"{path} can't be opened: check that the folder is there and that you may read and write it."
    return f"{path} couldn't be used ({text}). {repair}"
