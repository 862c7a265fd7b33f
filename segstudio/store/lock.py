"""One writer: who may write a project, and who holds it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from dataclasses import asdict, dataclass

from filelock import FileLock, Timeout

from segstudio.store.atomic_files import remove_quietly, replace_bytes
from segstudio.store.layout import ProjectLayout

_LARGEST_BYTES = 10_000
_LATEST = 2**36
"""A moment some two thousand years from now: a later one has no date."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that writes a project; ``since`` in seconds since 1970."""

    process: int
    host: str
    since: float

    @classmethod
    def this_process(cls) -> Holder:
        return cls(os.getpid(), socket.gethostname(), time.time())

    @property
    def description(self) -> str:
        since = time.strftime("%d %B %Y, %H:%M", time.localtime(self.since))
        where = "this computer" if self.host == socket.gethostname() else self.host
        return f"process {self.process} on {where}, since {since}"


class WriterLock:
    """Held by the operating system for a living process, so a dead one's lock is free by itself."""

    def __init__(self, layout: ProjectLayout) -> None:
        self._layout = layout
        self._lock = FileLock(layout.lock, timeout=0, thread_local=False)

    def try_acquire(self) -> bool:
        """False where another window or command holds it. Raises: OSError: the folder may not be written."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        holder = Holder.this_process()
        try:
            replace_bytes(self._layout.holder, json.dumps(asdict(holder)).encode())
        except BaseException:
            self._lock.release()
            raise
        return True

    def release(self) -> None:
        remove_quietly(self._layout.holder)
        self._lock.release()


def read_holder(layout: ProjectLayout) -> Holder | None:
    """Who said last that it holds the project; None where nobody did, or nothing that could be true."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        with layout.holder.open("rb") as file:
            value = json.loads(file.read(_LARGEST_BYTES))
        holder = Holder(int(value["process"]), str(value["host"])[:200], float(value["since"]))
        return holder if 0 <= holder.since < _LATEST else None
    return None
