"""Writing label maps with each format's best-known library, as its users do it."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pycocotools import mask as coco_masks

from segstudio.domain.classes import LabelSet

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
Maps = dict[PurePosixPath, NDArray[np.uint8]]


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
