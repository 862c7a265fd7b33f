"""Fetches tiles on a lane: what is wished for last comes first, and nothing holds the others up for long."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

from segstudio.domain.errors import FormatError
from segstudio.domain.task import Progress, Task
from segstudio.formats.image_source import ImageSource
from segstudio.gui.canvas.tile_reader import TileKey, TilePart, read_tile
from segstudio.services.jobs import JobRunner, Lane, Urgency

_MOST_WANTED = 96
_TILES_A_JOB = 8
_TURN_SECONDS = 0.06
"""A file that can only be decoded from its top is decoded for so long at a time, and shown as far as it got."""


class TileErrand:
    """One job at a time, so that what is wished for meanwhile comes before older wishes. A tile that isn't whole
    yet stays wished for, behind the others, so that all of them get on."""

    def __init__(
        self,
        source: ImageSource,
        jobs: JobRunner,
        on_read: Callable[[Sequence[TilePart]], None],
        on_trouble: Callable[[str], None],
    ) -> None:
        """``on_trouble`` gets the first sentence about tiles that can't be read; they stay grey."""
        self._source = source
        self._on_trouble = on_trouble
        self._jobs = jobs
        self._on_read = on_read
        self._wanted: OrderedDict[TileKey, None] = OrderedDict()
        self._under_way: frozenset[TileKey] = frozenset()
        self._begun: set[TileKey] = set()
        self._failed: set[TileKey] = set()

    @property
    def is_under_way(self) -> bool:
        return bool(self._under_way)

    def want(self, key: TileKey) -> None:
        """Nothing happens if it is under way or has its turn coming, or failed: asking again wouldn't help."""
        if key in self._under_way or key in self._failed or key in self._begun:
            return
        self._wanted[key] = None
        self._wanted.move_to_end(key)
        while len(self._wanted) > _MOST_WANTED:
            dropped, _ = self._wanted.popitem(last=False)
            self._begun.discard(dropped)
        self._send()

    def _send(self) -> None:
        if self._under_way or not self._wanted:
            return
        keys = tuple(self._wanted.popitem()[0] for _ in range(min(_TILES_A_JOB, len(self._wanted))))
        self._under_way = frozenset(keys)
        source = self._source

        def read(task: Task[Progress]) -> list[TilePart]:
            end = time.perf_counter() + _TURN_SECONDS
            found = []
            for key in keys:
                task.check()
                found.append(_read(source, key, end))
            return found

        self._jobs.submit(
            Lane.TILES,
            "Reading the picture",
            read,
            on_result=self._on_result,
            on_error=lambda error: self._on_failed(keys, error),
            on_cancelled=self._forget,
            urgency=Urgency.NOW,
        )

    def _on_result(self, found: Sequence[TilePart]) -> None:
        self._forget()
        for part in found:
            self._begun.discard(part.key)
            if part.damage:
                self._fail((part.key,), part.damage)
            elif not part.is_whole:
                self._begun.add(part.key)
                self._wanted[part.key] = None
                self._wanted.move_to_end(part.key, last=False)
        self._send()
        self._on_read([part for part in found if not part.rect.is_empty])

    def _on_failed(self, keys: tuple[TileKey, ...], error: Exception) -> None:
        """The file can't be read any more, or what is decoded can't be kept."""
        self._fail(keys, f"The picture can't be read on: {error}.")
        self._forget()
        self._send()

    def _fail(self, keys: Sequence[TileKey], sentence: str) -> None:
        if not self._failed:
            self._on_trouble(sentence)
        self._failed.update(keys)

    def _forget(self) -> None:
        self._under_way = frozenset()


def _read(source: ImageSource, key: TileKey, end: float) -> TilePart:
    try:
        return read_tile(source, key, end - time.perf_counter())
    except FormatError as error:
        return TilePart.damaged(key, str(error))
