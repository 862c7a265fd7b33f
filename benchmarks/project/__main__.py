"""Measures a project of 100,000 images against its goals and prints one line each.

    python -m benchmarks.project [--images 100000]

The images are tiny files; the index looks at names, sizes and times only, so their content doesn't matter.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np

from segstudio.domain.classes import LabelSet
from segstudio.domain.images import ImageStatus, Split
from segstudio.domain.task import Task
from segstudio.services.project_index import ImageFilter, SortKey, select_images
from segstudio.services.statistics import project_statistics
from segstudio.store.image_table import STATUS_CODES
from segstudio.store.project_store import ProjectStore
from segstudio.store.thumbnails import ThumbnailStore

Result = TypeVar("Result")

CLASSES = LabelSet.from_names([f"class {number}" for number in range(20)])
WIDTH, HEIGHT = 64, 48

MEASURE_MEMORY = """
import gc, sys, time
from pathlib import Path
from segstudio.store.project_store import ProjectStore
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
before = resident()
started, worked = time.perf_counter(), time.process_time()
with ProjectStore.open(Path(sys.argv[1])) as store:
    first = [store.records[row] for row in range(min(50, len(store.records)))]
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    shown = list(store.records) if sys.argv[2] == "all" else first
    print(seconds, cpu, resident() - before)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=100_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="segstudio-project-") as place:
        measure(Path(place), arguments.images)
    return 0


def measure(place: Path, count: int) -> None:
    print(f"{count} images, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    make_images(place / "images", count)
    project = place / "project"
    ProjectStore.create(project, place / "images", CLASSES, "streets", scan=False).close()
    with ProjectStore.open(project) as store:
        worked = time.process_time()
        seconds, report = timed(lambda: store.scan(Task()))
        rates = f"{report.images / seconds:,.0f} images/s"
        rates += f" ({report.images / (time.process_time() - worked):,.0f} by CPU time)"
        tell("first look through the folder", rates, "at least 5,000")
        seconds, _ = timed(lambda: store.scan(Task()))
        tell("a later look, nothing new", f"{report.images / seconds:,.0f} images/s", "")
        work_on(store)
    for shown in ("first", "all"):
        runs = [open_in_a_new_process(project, shown) for _ in range(5)]
        seconds, cpu, megabytes = (statistics.median(column) for column in zip(*runs, strict=True))
        if shown == "first":
            tell("opening to a usable list", f"{seconds:.2f} s (CPU {cpu:.2f} s)", "at most 1 s")
        tell(f"memory for the list, {shown} records made", f"{megabytes:.0f} MB", "under 200 MB")
    with ProjectStore.open(project) as store:
        measure_filters(store)
        seconds, _ = timed(lambda: project_statistics(store))
        tell("statistics", f"{1000 * seconds:.0f} ms", "")
        measure_thumbnails(store)
    print(f"peak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def make_images(folder: Path, count: int) -> None:
    done, data = cv2.imencode(".png", np.zeros((HEIGHT, WIDTH, 3), np.uint8))
    assert done
    content = data.tobytes()
    for number in range(count):
        place = folder / f"drive {number // 1000:03}"
        if number % 1000 == 0:
            place.mkdir(parents=True)
        (place / f"frame_{number:06}.png").write_bytes(content)


def work_on(store: ProjectStore) -> None:
    """Give every filter something to find, as years of work would."""
    chance = random.Random(0)
    ids = [record.id for record in store.records]
    for status in STATUS_CODES[1:]:
        store.index.set_statuses(chance.sample(ids, len(ids) // 4), status)
    store.index.set_splits({image_id: chance.choice(tuple(Split)) for image_id in ids})
    store.index.set_uncertainties({image_id: chance.random() for image_id in ids})
    for image_id in chance.sample(ids, 200):
        store.index.set_note(image_id, f"look at number {image_id} again")
    with store._database.writing() as connection:  # saving 100,000 label files would take an hour
        connection.executemany(
            "INSERT INTO class_pixels VALUES (?, ?, ?)",
            [(i, c, chance.randrange(1, 3000)) for i in ids for c in sorted(chance.sample(range(20), 6))],
        )
        connection.execute("UPDATE images SET labelled_at = 1.7e9 + id")


def measure_filters(store: ProjectStore) -> None:
    asked = {
        "status": ImageFilter(statuses=frozenset({ImageStatus.CORRECTED, ImageStatus.VERIFIED})),
        "split": ImageFilter(splits=frozenset({Split.TEST})),
        "class present": ImageFilter(class_ids=frozenset({3})),
        "three classes": ImageFilter(class_ids=frozenset({3, 7, 11})),
        "text in the path": ImageFilter(text="frame_0123"),
        "text in few notes": ImageFilter(text="AGAIN"),
        "date": ImageFilter(labelled_since=1.7e9 + 50_000),
        "uncertainty": ImageFilter(uncertain_above=0.9),
        "all at once": ImageFilter(
            statuses=frozenset({ImageStatus.VERIFIED}),
            class_ids=frozenset({3}),
            text="frame",
            uncertain_above=0.2,
        ),
    }
    for name, image_filter in asked.items():
        seconds = best_of(lambda wanted=image_filter: select_images(store, wanted))  # type: ignore[misc]  # bound early
        tell(f"filter by {name}", f"{1000 * seconds:.0f} ms", "within 100 ms")
    for sort in SortKey:
        seconds = best_of(lambda key=sort: select_images(store, sort=key, is_descending=True))  # type: ignore[misc]
        tell(f"sort by {sort}", f"{1000 * seconds:.0f} ms", "within 100 ms")


def measure_thumbnails(store: ProjectStore) -> None:
    thumbnails = ThumbnailStore(store)
    ids = [record.id for record in store.records[:300]]
    seconds, _ = timed(lambda: [thumbnails.load(image_id) for image_id in ids])
    tell("making a thumbnail of a small picture", f"{1000 * seconds / len(ids):.1f} ms", "")
    seconds, _ = timed(lambda: [thumbnails.load(image_id) for image_id in ids])
    tell("reading a kept thumbnail", f"{1000 * seconds / len(ids):.2f} ms", "")


def open_in_a_new_process(project: Path, shown: str) -> tuple[float, float, float]:
    """Seconds, seconds of the processor, megabytes."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE_MEMORY, str(project), shown], capture_output=True, text=True, check=True
    )
    seconds, cpu, megabytes = map(float, done.stdout.split())
    return seconds, cpu, megabytes


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def best_of(work: Callable[[], object], times: int = 5) -> float:
    """The median of several, the first left out."""
    work()
    return statistics.median(timed(work)[0] for _ in range(times))


def tell(what: str, value: str, goal: str) -> None:
    print(f"  {what:45} {value:>32}   {goal}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
