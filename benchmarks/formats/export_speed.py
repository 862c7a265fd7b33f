"""Exporting 1,000 CamVid-sized label maps, beside writing the same with each format's best-known library.

    [SEGSTUDIO_READERS=PYTHON:PYTHON] python -m benchmarks.formats.export_speed [COUNT] [FORMAT...] [--rounds N]

Both sides start from the same maps in memory and end with files; the megabytes beside the seconds say how alike
these are. The read-back that every export is followed by is left out. Best of three rounds in turns (or
``--rounds``); the ratio is ours to the library's, by the clock and by the processor's time, which other work on the
machine changes less.
Libraries that can't be installed beside us run in the environments that ``SEGSTUDIO_READERS`` names
(docs/formats.md).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
from PIL import Image

from benchmarks.formats.library_writers import (
    HEIGHT,
    LABEL_SET,
    WIDTH,
    Maps,
    with_bitmaps,
    with_cvat_runs,
    with_json_polygons,
    with_numpy,
    with_opencv,
    with_opencv_panoptic,
    with_opencv_polygons,
    with_pillow,
    with_pycocotools,
)
from segstudio.formats.exchange import LabelledImage, RegionStyle, WriteOptions
from segstudio.formats.registry import find_format

ROUNDS = 3


def label_maps(count: int) -> Maps:
    """CamVid's own where they lie beside the repository, otherwise street-like blobs."""
    folder = Path(__file__).resolve().parents[2].parent / "shared/data/camvid/train/labels"
    files = sorted(folder.glob("*.png"))
    if files:
        found = [np.asarray(Image.open(path)) for path in files[:count]]
        found = [np.where(labels > 10, 255, labels).astype(np.uint8) for labels in found]
    else:
        random = np.random.default_rng(0)
        coarse = (random.random((count, 9, 12)) * 11.99 for _ in range(1))
        found = [
            cv2.resize(each.astype(np.float32), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
            .clip(0, 11)
            .astype(np.uint8)
            for block in coarse
            for each in block
        ]
    return {PurePosixPath(f"{number:04}.png"): found[number % len(found)] for number in range(count)}


@dataclass(frozen=True, slots=True)
class Taken:
    """``seconds`` by the clock, ``processor`` by the processor's time; ``written`` in bytes."""

    seconds: float
    processor: float
    written: int


def elsewhere(library: str) -> Callable[[Maps], Taken]:
    """``library`` in an environment of its own. Raises: ImportError: none has it."""

    def write(maps: Maps) -> Taken:
        python = python_with(library)
        with tempfile.TemporaryDirectory(prefix="segstudio-benchmark-") as place:
            np.savez(Path(place) / "maps.npz", *maps.values())
            (Path(place) / "out").mkdir()
            words = [python, str(Path(__file__).with_name("library_speed.py")), library, "maps.npz", "out"]
            done = subprocess.run(words, cwd=place, capture_output=True, text=True, check=True)
        taken = json.loads(done.stdout.splitlines()[-1])
        return Taken(taken["seconds"], taken["processor"], taken["bytes"])

    return write


def python_with(library: str) -> str:
    for python in filter(None, os.environ.get("SEGSTUDIO_READERS", "").split(os.pathsep)):
        if subprocess.run([python, "-c", f"import {library}"], capture_output=True, check=False).returncode == 0:
            return python
    raise ImportError(f"no Python in SEGSTUDIO_READERS has {library}")


def here(write: Callable[[Maps, Path], None]) -> Callable[[Maps], Taken]:
    def timed(maps: Maps) -> Taken:
        with tempfile.TemporaryDirectory(prefix="segstudio-benchmark-") as place:
            clock, processor = time.perf_counter(), time.process_time()
            write(maps, Path(place))
            taken = time.perf_counter() - clock, time.process_time() - processor
            written = sum(path.stat().st_size for path in Path(place).rglob("*") if path.is_file())
        return Taken(*taken, written)

    return timed


@dataclass(frozen=True, slots=True)
class Row:
    format_name: str
    style: RegionStyle | None
    library: str
    write: Callable[[Maps], Taken]


MASKS, POLYGONS = RegionStyle.MASKS, RegionStyle.POLYGONS
ROWS = (
    Row("index-png", None, "Pillow", here(with_pillow)),
    Row("rgb-png", None, "OpenCV", here(with_opencv)),
    Row("voc", None, "Pillow", here(with_pillow)),
    Row("cityscapes", None, "Pillow, 2 files", here(lambda maps, folder: with_pillow(maps, folder, copies=2))),
    Row("ade20k", None, "Pillow", here(lambda maps, folder: with_pillow(maps, folder, shift=1))),
    Row("ultralytics-semantic", None, "Pillow", here(with_pillow)),
    Row("hugging-face", None, "Pillow", here(with_pillow)),
    Row("numpy", None, "NumPy", here(with_numpy)),
    Row("coco", MASKS, "pycocotools", here(with_pycocotools)),
    Row("coco", POLYGONS, "OpenCV, no holes", here(with_json_polygons)),
    Row("coco-panoptic", None, "OpenCV + pycocotools", here(with_opencv_panoptic)),
    Row("labelme", MASKS, "Pillow + base64", here(lambda maps, folder: with_bitmaps(maps, folder, bytes))),
    Row("labelme", POLYGONS, "OpenCV, no holes", here(with_json_polygons)),
    Row(
        "supervisely", MASKS, "Pillow + zlib", here(lambda maps, folder: with_bitmaps(maps, folder, zlib.compress))
    ),
    Row("supervisely", POLYGONS, "OpenCV, no holes", here(with_json_polygons)),
    Row("cvat", MASKS, "NumPy runs", here(with_cvat_runs)),
    Row("cvat", POLYGONS, "OpenCV, no holes", here(with_json_polygons)),
    Row("yolo-seg", None, "OpenCV, no holes", here(with_opencv_polygons)),
    Row("yolo-seg", None, "supervision", elsewhere("supervision")),
    Row("label-studio", None, "label_studio_sdk", elsewhere("label_studio_sdk")),
)


def with_us(name: str, style: RegionStyle | None, maps: Maps, folder: Path) -> None:
    open_writer = find_format(name).open_writer
    assert open_writer is not None
    with closing(open_writer(folder, WriteOptions(LABEL_SET, style=style))) as writer:
        for path, labels in maps.items():
            writer.write(LabelledImage(path, labels))
        writer.finish()


def measured(row: Row, maps: Maps, rounds: int) -> str:
    """A line of the table."""
    find_format(row.format_name)  # is imported when it is first asked for
    ours_write = here(lambda maps, folder: with_us(row.format_name, row.style, maps, folder))
    theirs, ours = [], []
    for _ in range(rounds):
        theirs.append(row.write(maps))
        ours.append(ours_write(maps))
    cells = [f"{row.format_name}{f', {row.style}' if row.style else ''}", row.library]
    for side in (theirs, ours):
        cells += [f"{min(each.seconds for each in side):.2f}", f"{side[0].written / 1e6:.1f}"]
    ratio = min(each.seconds for each in ours) / min(each.seconds for each in theirs)
    processor = min(each.processor for each in ours) / min(each.processor for each in theirs)
    return f"| {' | '.join([*cells, f'{ratio:.2f}', f'{processor:.2f}'])} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", nargs="?", type=int, default=1000)
    parser.add_argument(
        "formats", nargs="*", metavar="FORMAT", help="also FORMAT:masks, FORMAT:polygons or FORMAT:LIBRARY"
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    arguments = parser.parse_args()
    maps = label_maps(arguments.count)
    print(f"{arguments.count} label maps of {WIDTH} x {HEIGHT}\n")
    print("| format | library | its s | its MB | our s | our MB | ratio | of processor time |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for row in ROWS:
        names = {row.format_name, f"{row.format_name}:{row.style}", f"{row.format_name}:{row.library}"}
        if not arguments.formats or names & set(arguments.formats):
            try:
                print(measured(row, maps, arguments.rounds), flush=True)
            except ImportError as error:
                print(f"| {row.format_name} | {row.library} | NOT MEASURED: {error} |")
            except subprocess.CalledProcessError as error:
                print(f"| {row.format_name} | {row.library} | IT FAILED: {error.stderr.splitlines()[-1]} |")


if __name__ == "__main__":
    main()
