"""The readers of label formats, pictures and class files."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path, PurePosixPath

import cv2
import numpy as np

from benchmarks.fuzz.target import CLASSES, Seeds, Target, file_target, labels_of
from segstudio.domain.errors import SegStudioError
from segstudio.domain.task import Task
from segstudio.formats.class_file import read_classes, write_classes
from segstudio.formats.exchange import LabelledImage, OverlapOrder, ReadOptions, RegionStyle, WriteOptions
from segstudio.formats.image_files import read_image, read_image_size
from segstudio.formats.indexed_png import read_label_map, write_label_map
from segstudio.formats.registry import find_format
from segstudio.services.exchange_survey import survey_source

MASKS, POLYGONS = RegionStyle.MASKS, RegionStyle.POLYGONS


def format_targets() -> Sequence[Target]:
    return (
        exchange_target("coco", "annotations/instances_default.json", MASKS),
        exchange_target("coco", "annotations/instances_default.json", POLYGONS),
        exchange_target("coco-panoptic", "annotations/panoptic_default.json"),
        exchange_target("coco-panoptic", "annotations/panoptic_default/a.png", part="png"),
        exchange_target("labelme", "a.json", MASKS),
        exchange_target("labelme", "a.json", POLYGONS),
        exchange_target("cvat", "annotations.xml", MASKS),
        exchange_target("cvat", "annotations.xml", POLYGONS),
        exchange_target("label-studio", "tasks.json"),
        exchange_target("label-studio", "labeling_config.xml", part="config"),
        exchange_target("supervisely", "dataset/ann/a.png.json", MASKS),
        exchange_target("supervisely", "dataset/ann/a.png.json", POLYGONS),
        exchange_target("supervisely", "meta.json", part="meta"),
        exchange_target("index-png", "a.png"),
        exchange_target("index-png", "classes.json", part="sidecar"),
        exchange_target("rgb-png", "a.png"),
        exchange_target("voc", "SegmentationClass/a.png"),
        exchange_target("voc", "labelmap.txt", part="labelmap"),
        exchange_target("cityscapes", "gtFine/train/city/a_gtFine_labelIds.png"),
        exchange_target("ade20k", "annotations/training/a.png"),
        exchange_target("yolo-seg", "labels/train/a.txt"),
        exchange_target("yolo-seg", "data.yaml", part="data"),
        exchange_target("ultralytics-semantic", "masks/train/a.png"),
        exchange_target("ultralytics-semantic", "data.yaml", part="data"),
        exchange_target("hugging-face", "train/labels/a.png"),
        exchange_target("hugging-face", "train/metadata.jsonl", part="table"),
        exchange_target("hugging-face", "id2label.json", part="names"),
        exchange_target("hugging-face", "segmentation.json", part="settings"),
        exchange_target("numpy", "a.npy"),
        file_target("label-png", "a.png", read_label_map, label_png_seeds),
        file_target("label-png-summed", "a.png", read_summed_png, label_png_seeds),
        file_target("picture", "a.png", read_picture, picture_seeds),
        file_target("classes", "classes.json", read_classes, class_seeds),
    )


def exchange_target(name: str, file: str, style: RegionStyle | None = None, *, part: str = "") -> Target:
    """One file of a format's folder is hostile, the others are what its own writer made.

    ``part``: what that file is, where it isn't the labels.
    """
    spec = find_format(name)
    honest: Seeds = {}

    def seeds(folder: Path) -> Seeds:
        assert spec.open_writer is not None
        out = folder / "honest"
        with closing(spec.open_writer(out, WriteOptions(CLASSES, style=style))) as writer:
            writer.write(LabelledImage(PurePosixPath("a.png"), labels_of()))
            writer.finish()
        honest.update(
            {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
        )
        return {f"{name}-{style or part or 'labels'}": honest[file]}

    def run(data: bytes, folder: Path) -> None:
        if not honest:
            seeds(folder)
        for path, content in (honest | {file: data}).items():
            (folder / "it" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "it" / path).write_bytes(content)
        _look_and_read(name, folder / "it")

    kind = style.value if style else part
    return Target(f"{name}-{kind}" if kind else name, run, seeds, is_json=file.endswith(".json"))


def _look_and_read(name: str, folder: Path) -> None:
    """As an import does it, and as its dialog does before. Raises: FormatError."""
    open_reader = find_format(name).open_reader
    assert open_reader is not None
    reader = open_reader(folder, ReadOptions(overlap=OverlapOrder.LISTED, fallback=CLASSES))
    with suppress(SegStudioError):
        survey_source(reader, Task())
    for image in reader.images:
        reader.read(image)


def label_png_seeds(folder: Path) -> Seeds:
    write_label_map(folder / "labels.png", labels_of(), CLASSES)
    return {"palette": (folder / "labels.png").read_bytes(), **_pictures(".png")}


def read_summed_png(path: Path) -> None:
    """With checksums that are right: a liar knows how to add up, too."""
    data = path.read_bytes()
    path.write_bytes(data[:8] + b"".join(_summed_chunks(data[8:])))
    read_label_map(path)


def _summed_chunks(data: bytes) -> Iterator[bytes]:
    while len(data) >= 12:
        length = min(int.from_bytes(data[:4], "big"), len(data) - 12)
        chunk, data = data[4 : 8 + length], data[12 + length :]
        yield struct.pack(">I", length) + chunk + struct.pack(">I", zlib.crc32(chunk))


def picture_seeds(_folder: Path) -> Seeds:
    return {
        name: data
        for suffix in (".png", ".jpg", ".bmp", ".webp", ".tif")
        for name, data in _pictures(suffix).items()
    }


def _pictures(suffix: str) -> Seeds:
    grey = np.arange(20 * 30, dtype=np.uint8).reshape(20, 30)
    made: dict[str, np.ndarray] = {"grey": grey, "colour": np.dstack([grey, grey.T.reshape(20, 30), 255 - grey])}
    if suffix in (".png", ".tif"):
        made["deep"] = grey.astype(np.uint16) * 257
    return {f"{name}{suffix}": cv2.imencode(suffix, pixels)[1].tobytes() for name, pixels in made.items()}


def read_picture(path: Path) -> None:
    read_image_size(path)
    read_image(path)


def class_seeds(folder: Path) -> Seeds:
    write_classes(folder / "classes.json", CLASSES)
    return {"classes": (folder / "classes.json").read_bytes()}
