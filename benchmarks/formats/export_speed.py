"""Exporting 1,000 CamVid-sized label maps, beside writing the same bytes with each format's best-known library.

    python benchmarks/formats/export_speed.py [COUNT] [FORMAT...]

Both sides start from the same maps in memory and end with the same files (checked); the read-back that every
export is followed by is timed apart. Ratio = ours / library's, best of three rounds in turns.
"""

from __future__ import annotations

import io
import json
import shutil
import sys
import tempfile
import time
import zlib
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
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


def with_label_studio(maps: Maps, folder: Path) -> None:
    """Its converter's own coder (label_studio_sdk.converter.brush.encode_rle), which is pure Python."""
    from label_studio_sdk.converter.brush import encode_rle  # only where it is installed

    tasks = []
    for labels in maps.values():
        for label in np.unique(labels):
            mask = np.repeat((labels.reshape(-1) == label).view(np.uint8) * 255, 4)
            tasks.append({"rle": encode_rle(mask), "label": int(label)})
    (folder / "tasks.json").write_text(json.dumps(tasks))


BASELINES: dict[str, tuple[str, RegionStyle | None, Callable[[Maps, Path], None]]] = {
    "index-png": ("Pillow", None, with_pillow),
    "rgb-png": ("OpenCV", None, with_opencv),
    "voc": ("Pillow", None, with_pillow),
    "cityscapes": ("Pillow, 2 files", None, lambda maps, folder: with_pillow(maps, folder, copies=2)),
    "ade20k": ("Pillow", None, lambda maps, folder: with_pillow(maps, folder, shift=1)),
    "ultralytics-semantic": ("Pillow", None, with_pillow),
    "hugging-face": ("Pillow", None, with_pillow),
    "numpy": ("NumPy", None, with_numpy),
    "coco": ("pycocotools", RegionStyle.MASKS, with_pycocotools),
    "coco-panoptic": ("OpenCV + pycocotools", None, with_opencv_panoptic),
    "yolo-seg": ("OpenCV contours", None, with_opencv_polygons),
    "labelme": ("Pillow + base64", RegionStyle.MASKS, lambda maps, folder: with_bitmaps(maps, folder, bytes)),
    "supervisely": (
        "Pillow + zlib",
        RegionStyle.MASKS,
        lambda maps, folder: with_bitmaps(maps, folder, zlib.compress),
    ),
    "cvat": ("NumPy runs", RegionStyle.MASKS, with_cvat_runs),
    "label-studio": ("label_studio_sdk", None, with_label_studio),
}


def with_us(name: str, style: RegionStyle | None, maps: Maps, folder: Path) -> None:
    open_writer = find_format(name).open_writer
    assert open_writer is not None
    with closing(open_writer(folder, WriteOptions(LABEL_SET, style=style))) as writer:
        for path, labels in maps.items():
            writer.write(LabelledImage(path, labels))
        writer.finish()


def seconds(work: Callable[[Path], None]) -> float:
    folder = Path(tempfile.mkdtemp(prefix="segstudio-benchmark-"))
    started = time.perf_counter()
    work(folder)
    taken = time.perf_counter() - started
    shutil.rmtree(folder)
    return taken


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    maps = label_maps(count)
    print(f"{count} label maps of {WIDTH} x {HEIGHT}\n")
    print(f"{'format':22}{'library':24}{'library s':>10}{'ours s':>10}{'ratio':>8}")
    for name in sys.argv[2:] or BASELINES:
        library, style, baseline = BASELINES[name]
        theirs, ours = [], []
        try:
            for _ in range(ROUNDS):
                theirs.append(seconds(lambda folder, work=baseline: work(maps, folder)))  # type: ignore[misc]  # bound now
                ours.append(seconds(lambda folder, n=name, s=style: with_us(n, s, maps, folder)))  # type: ignore[misc]  # bound now
        except ImportError as error:
            print(f"{name:22}{library:24}NOT MEASURED: {error}")
            continue
        ratio = min(ours) / min(theirs)
        print(f"{name:22}{library:24}{min(theirs):10.2f}{min(ours):10.2f}{ratio:8.2f}")


if __name__ == "__main__":
    main()
