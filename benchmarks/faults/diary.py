"""What a doomed process says it is doing, through a pipe that outlives it, and what may be found afterwards."""

from __future__ import annotations

import json
import os
import time
import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def fingerprint(labels: Pixels, origins: Pixels) -> int:
    """Equal for equal pairs only, as far as a checksum can tell."""
    return zlib.crc32(origins.tobytes(), zlib.crc32(labels.tobytes()))


class Diary:
    """Written by the process that will be killed; each line is in the pipe before the deed begins."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def say(self, word: str, image: int = 0, state: int = 0) -> None:
        os.write(self._descriptor, json.dumps([time.monotonic(), word, image, state]).encode() + b"\n")


@dataclass(slots=True)
class Ledger:
    """For each image the states that it may be in, the oldest first."""

    allowed: dict[int, list[int]]

    @classmethod
    def starting_from(cls, states: dict[int, int]) -> Ledger:
        return cls({image: [state] for image, state in states.items()})

    def read(self, lines: Iterable[bytes], died_at: float, grace_seconds: float) -> int:
        """Take in a diary; how many edits were committed.

        A ``stroke`` older than the grace at death must be there. A ``begin`` may be there, or not, until its
        ``done``; after that it must.
        """
        history: dict[int, list[tuple[int, bool]]] = defaultdict(list)
        edits = 0
        for line in lines:
            at, word, image, state = json.loads(line)
            if word in ("stroke", "begin"):
                history[image].append((state, word == "stroke" and at < died_at - grace_seconds))
                edits += word == "stroke"
            elif word == "done":
                history[image] = [(s, is_certain or s == state) for s, is_certain in history[image]]
        for image, states in history.items():
            chain = [(self.allowed[image][-1], True)] if image not in self.allowed else []
            chain += [(state, False) for state in self.allowed.get(image, [])] + states
            last_certain = max((number for number, (_, certain) in enumerate(chain) if certain), default=0)
            self.allowed[image] = [state for state, _ in chain[last_certain:]]
        return edits

    def settle(self, states: dict[int, int]) -> None:
        """What was found is where the next life begins."""
        self.allowed = {image: [state] for image, state in states.items()}

    def faults(self, states: dict[int, int]) -> list[str]:
        return [
            f"image {image} is in a state that it may not be in ({len(self.allowed[image])} were allowed)"
            for image, state in states.items()
            if state not in self.allowed[image]
        ]
