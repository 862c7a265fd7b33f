"""Exporting 1,000 CamVid-sized label maps, beside writing the same with each format's best-known library.

    [SEGSTUDIO_READERS=PYTHON:PYTHON] python benchmarks/formats/export_speed.py [COUNT] [FORMAT...]

Both sides start from the same maps in memory and end with files; the megabytes beside the seconds say how alike
these are. The read-back that every export is followed by is left out. Best of three rounds in turns; the ratio is
ours to the library's, by the clock and by the processor's time, which other work on the machine changes less.
Libraries that can't be installed beside us run in the environments that ``SEGSTUDIO_READERS`` names
(docs/formats.md).
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zlib
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pycocotools import mask as coco_masks

from segstudio.domain.classes import LabelSet
from segstudio.formats.exchange import LabelledImage, RegionStyle, WriteOptions
from segstudio.formats.registry import find_format

WIDTH, HEIGHT = 480, 360
NAMES = [
    "Sky",
    "Building",
    "Pole",
    "Road",
    "Pavement",
    "Tree",
    "SignSymbol",
    "Fence",
    "Car",
    "Pedestrian",
    "Bicyclist",
]
LABEL_SET = LabelSet.from_names(NAMES)
ROUNDS = 3
Maps = dict[PurePosixPath, NDArray[np.uint8]]


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


def pillow_palette(labels: NDArray[np.uint8], palette: bytes) -> bytes:
    image = Image.fromarray(labels)
    image.putpalette(palette)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def with_pillow(maps: Maps, folder: Path, *, shift: int = 0, copies: int = 1) -> None:
    palette = LABEL_SET.color_table().tobytes()
    for name, labels in maps.items():
        stored = labels + np.uint8(shift) if shift else labels
        for copy in range(copies):
            (folder / f"{copy}-{name}").write_bytes(pillow_palette(stored, palette))


def with_opencv(maps: Maps, folder: Path) -> None:
    table = LABEL_SET.color_table()[:, ::-1]
    for name, labels in maps.items():
        cv2.imwrite(str(folder / name), table[labels])


def with_opencv_panoptic(maps: Maps, folder: Path) -> None:
    annotations = []
    for name, labels in maps.items():
        rgb = np.zeros((*labels.shape, 3), np.uint8)
        rgb[..., 2] = labels + 1
        cv2.imwrite(str(folder / name), rgb)
        present = [int(label) for label in np.unique(labels) if label != 255]
        masks = [np.asfortranarray(labels == label).view(np.uint8) for label in present]
        encoded = [coco_masks.encode(mask) for mask in masks]
        areas, boxes = ([f(each) for each in encoded] for f in (coco_masks.area, coco_masks.toBbox))
        segments = [
            {"id": label + 1, "area": int(area), "bbox": list(box)}
            for label, area, box in zip(present, areas, boxes, strict=True)
        ]
        annotations.append({"file_name": str(name), "segments_info": segments})
    (folder / "panoptic.json").write_text(json.dumps(annotations))


def parts(labels: NDArray[np.uint8]) -> list[tuple[int, NDArray[np.uint8]]]:
    """Connected parts as whole masks, as one gets them from OpenCV."""
    found = []
    for label in np.unique(labels):
        if label != 255:
            count, numbered = cv2.connectedComponents((labels == label).view(np.uint8))
            found += [(int(label), (numbered == part).view(np.uint8)) for part in range(1, count)]
    return found


def with_pycocotools(maps: Maps, folder: Path) -> None:
    annotations = []
    for number, labels in enumerate(maps.values()):
        for label, mask in parts(labels):
            run_lengths = coco_masks.encode(np.asfortranarray(mask))
            area, box = coco_masks.area(run_lengths), coco_masks.toBbox(run_lengths)
            counts = {"size": run_lengths["size"], "counts": run_lengths["counts"].decode()}
            entry = {"image_id": number, "category_id": label + 1, "segmentation": counts, "area": int(area)}
            annotations.append(entry | {"bbox": box.tolist(), "iscrowd": 0})
    (folder / "coco.json").write_text(json.dumps({"annotations": annotations}))


def with_opencv_polygons(maps: Maps, folder: Path) -> None:
    for name, labels in maps.items():
        lines = []
        for label, mask in parts(labels):
            contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
            for contour in contours:
                points = cv2.approxPolyDP(contour, 0.75, closed=True).reshape(-1, 2) / (WIDTH, HEIGHT)
                lines.append(f"{label} " + " ".join(f"{value:.8g}" for value in points.reshape(-1).tolist()))
        (folder / f"{name}.txt").write_text("\n".join(lines))


def with_numpy(maps: Maps, folder: Path) -> None:
    for name, labels in maps.items():
        np.save(folder / f"{name}.npy", labels)


def with_bitmaps(maps: Maps, folder: Path, pack: Callable[[bytes], bytes]) -> None:
    """Crops as PNG in base64, as labelme's and Supervisely's own libraries write them."""
    for name, labels in maps.items():
        shapes = []
        for label, mask in parts(labels):
            left, top, width, height = cv2.boundingRect(mask)
            buffer = io.BytesIO()
            Image.fromarray(mask[top : top + height, left : left + width] > 0).save(buffer, "PNG")
            data = b64encode(pack(buffer.getvalue())).decode()
            shapes.append({"label": NAMES[label], "points": [[left, top]], "mask": data})
        (folder / f"{name}.json").write_text(json.dumps({"shapes": shapes}))


def with_cvat_runs(maps: Maps, folder: Path) -> None:
    """As CVAT's own export does it: differences of the flattened box."""
    lines = []
    for name, labels in maps.items():
        lines.append(f'<image name="{name}">')
        for label, mask in parts(labels):
            left, top, width, height = cv2.boundingRect(mask)
            flat = mask[top : top + height, left : left + width].reshape(-1)
            edges = np.concatenate(([0], np.flatnonzero(np.diff(flat)) + 1, [flat.size]))
            runs = np.diff(edges).tolist()
            text = ", ".join(map(str, [0, *runs] if flat[0] else runs))
            lines.append(f'<mask label="{NAMES[label]}" rle="{text}" left="{left}" top="{top}"/>')
        lines.append("</image>")
    (folder / "annotations.xml").write_text("\n".join(lines))


def with_json_polygons(maps: Maps, folder: Path) -> None:
    """As most converters for LabelMe, COCO and the like do it: OpenCV's outer contours, in JSON."""
    for name, labels in maps.items():
        shapes = []
        for label, mask in parts(labels):
            contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
            for contour in contours:
                points = cv2.approxPolyDP(contour, 0.75, closed=True).reshape(-1, 2)
                shapes.append({"label": NAMES[label], "points": points.astype(float).tolist(), "flags": {}})
        (folder / f"{name}.json").write_text(json.dumps({"shapes": shapes}, indent=1))


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


def measured(row: Row, maps: Maps) -> str:
    """A line of the table."""
    ours_write = here(lambda maps, folder: with_us(row.format_name, row.style, maps, folder))
    theirs, ours = [], []
    for _ in range(ROUNDS):
        theirs.append(row.write(maps))
        ours.append(ours_write(maps))
    cells = [f"{row.format_name}{f', {row.style}' if row.style else ''}", row.library]
    for side in (theirs, ours):
        cells += [f"{min(each.seconds for each in side):.2f}", f"{side[0].written / 1e6:.1f}"]
    ratio = min(each.seconds for each in ours) / min(each.seconds for each in theirs)
    processor = min(each.processor for each in ours) / min(each.processor for each in theirs)
    return f"| {' | '.join([*cells, f'{ratio:.2f}', f'{processor:.2f}'])} |"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    maps = label_maps(count)
    print(f"{count} label maps of {WIDTH} x {HEIGHT}\n")
    print("| format | library | its s | its MB | our s | our MB | ratio | of processor time |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for row in ROWS:
        if not sys.argv[2:] or row.format_name in sys.argv[2:]:
            try:
                print(measured(row, maps), flush=True)
            except ImportError as error:
                print(f"| {row.format_name} | {row.library} | NOT MEASURED: {error} |")
            except subprocess.CalledProcessError as error:
                print(f"| {row.format_name} | {row.library} | IT FAILED: {error.stderr.splitlines()[-1]} |")


if __name__ == "__main__":
    main()
