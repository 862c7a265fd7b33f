"""Lets the program live and kills it, again and again, on one project; looks after each death what is left.

    python -m benchmarks.faults --rounds 200

Every stroke that is older than a second when the process dies must be there, every finished save, import and
batch run as well; labels and origins must be of one moment; no file may be half-written; the index must be whole;
a training goes on from the last epoch that it told of.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path

import cv2
import numpy as np

from benchmarks.faults.diary import Diary, Ledger, fingerprint
from benchmarks.faults.lesson import LessonLedger, broken_files
from benchmarks.faults.life import CLASSES, IMAGES, Life
from segstudio.domain.task import Task
from segstudio.formats.indexed_png import read_label_map
from segstudio.store.project_store import ProjectStore

GRACE_SECONDS = 1.0
SIZES = ((96, 64), (480, 360), (1600, 1200))


@dataclass(slots=True)
class Table:
    """What a run saw."""

    rounds: int = 0
    killed_while_opening: int = 0
    killed_at_work: int = 0
    edits_committed: int = 0
    edits_replayed: int = 0
    saves_finished_on_opening: int = 0
    rounds_with_recovery: int = 0
    litter_found: int = 0
    epochs_trained: int = 0
    trainings_resumed: int = 0
    slowest_opening_seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest-life", type=float, default=2.0, metavar="SECONDS")
    parser.add_argument("--grace", type=float, default=GRACE_SECONDS, metavar="SECONDS")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="segstudio-faults-") as folder:
        table = run(Path(folder), arguments.rounds, arguments.seed, arguments.longest_life, arguments.grace)
    print(json.dumps(asdict(table), indent=2))
    return 1 if table.faults else 0


def run(place: Path, rounds: int, seed: int, longest_life: float, grace_seconds: float) -> Table:
    chance = random.Random(seed)
    folder = make_project(place)
    table = Table()
    ledger, lessons = Ledger.starting_from(states_of(folder)), LessonLedger()
    for number in range(rounds):
        table.rounds += 1
        lines, died_at = live_and_die(folder, chance, longest_life, seed * 100_000 + number, table)
        table.edits_committed += ledger.read(lines, died_at, grace_seconds)
        lessons.read([(word, state) for _, word, _, state in map(json.loads, lines)])
        faults = lessons.faults + broken_files(folder) + look(folder, ledger, chance, table)
        table.faults += [f"round {number}: {fault}" for fault in faults]
        if table.faults:
            break
    table.epochs_trained, table.trainings_resumed = lessons.learnt, lessons.resumed
    return table


def make_project(place: Path) -> Path:
    images = place / "images"
    images.mkdir()
    random_pixels = np.random.default_rng(0)
    for number in range(IMAGES):
        width, height = SIZES[number % len(SIZES)]
        picture = random_pixels.integers(0, 256, (height, width, 3), np.uint8)
        cv2.imwrite(str(images / f"{number:02}.png"), picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    ProjectStore.create(place / "project", images, CLASSES, "streets").close()
    return place / "project"


def live_and_die(
    folder: Path, chance: random.Random, longest_life: float, seed: int, table: Table
) -> tuple[list[bytes], float]:
    """A child lives and is killed. Returns its diary's whole lines and the moment of its death."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            Life(folder, Diary(writing), seed).live()
        except BaseException:
            Diary(writing).say("error: " + traceback.format_exc())
        os._exit(1)
    os.close(writing)
    started = time.monotonic()
    text = b""
    is_early = chance.random() < 0.2
    if not is_early:
        while b'"ready"' not in text and (part := os.read(reading, 65536)):
            text += part
        started = time.monotonic()
    ends = started + chance.uniform(0.0, 0.15 if is_early else longest_life)
    os.set_blocking(reading, False)
    while time.monotonic() < ends:
        time.sleep(0.002)
        try:
            text += os.read(reading, 1 << 20)
        except BlockingIOError:
            continue
    died_at = time.monotonic()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.set_blocking(reading, True)
    while part := os.read(reading, 1 << 20):
        text += part
    os.close(reading)
    if b'"ready"' in text:
        table.killed_at_work += 1
    else:
        table.killed_while_opening += 1
    lines = text.split(b"\n")[:-1]
    table.faults += [line.decode() for line in lines if b'"error' in line]
    return lines, died_at


def look(folder: Path, ledger: Ledger, chance: random.Random, table: Table) -> list[str]:
    """What is wrong after a death. Half of the time the next life has to recover by itself."""
    faults = half_written(folder)
    faults += ledger.faults(states_of(folder))
    if chance.random() < 0.5:
        started = time.monotonic()
        with ProjectStore.open(folder) as store:
            table.slowest_opening_seconds = max(table.slowest_opening_seconds, time.monotonic() - started)
            if store.is_read_only:
                faults.append("the lock of the dead process was not taken over")
                return faults
            recovery = store.recovery
            table.edits_replayed += recovery.edits_replayed
            table.saves_finished_on_opening += recovery.saves_finished
            table.rounds_with_recovery += bool(recovery.edits_replayed or recovery.saves_finished)
            faults += [question.reason for question in recovery.questions]
            table.litter_found += len(litter(folder))
            store.scan(Task())
        faults += [f"litter: {path}" for path in litter(folder)]
        found = states_of(folder)
        faults += ledger.faults(found)
        ledger.settle(found)
        with closing(sqlite3.connect(folder / "project.sqlite")) as connection:
            faults += [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
    return faults


def states_of(folder: Path) -> dict[int, int]:
    """Every image's state as a reader sees it, who may not change anything."""
    with ProjectStore.open(folder, read_only=True) as store:
        return {record.id: fingerprint(*store.labels.load(record.id)) for record in store.records}


def litter(folder: Path) -> list[Path]:
    """What dead writers left: files of ours that were never finished, models among them."""
    return [path for pattern in (".segstudio-*", ".*.part") for path in folder.rglob(pattern)]


def half_written(folder: Path) -> list[str]:
    """Every label and origin file is a whole picture at any moment, whatever the index says."""
    faults = []
    for part in ("labels", "origins"):
        for path in sorted((folder / part).rglob("[!.]*.png")):
            try:
                read_label_map(path)
            except Exception as error:  # whatever a broken file ends in is a fault
                faults.append(f"half-written: {path}: {error}")
    return faults


if __name__ == "__main__":
    sys.exit(main())
