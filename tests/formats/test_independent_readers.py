"""What we write, as other programs' own readers see it.

pycocotools and torchvision are installed beside us. datumaro, labelme, Label Studio's converter and Hugging Face
datasets bring other versions of OpenCV, NumPy and Qt: they run in environments of their own, whose Pythons
``SEGSTUDIO_READERS`` names (see docs/formats.md).
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
import pytest
from PIL import Image
from pycocotools.coco import COCO

from formats.recipe import LABEL_SET, maps, write_photos, write_source
from segstudio.domain.task import Task
from segstudio.formats.class_file import write_classes
from segstudio.formats.exchange import ReadOptions, RegionStyle, WriteOptions
from segstudio.services.exchange import export_labels, open_source

SCRIPT = Path(__file__).parent / "readers/read_with_others.py"
MASKS, POLYGONS = RegionStyle.MASKS, RegionStyle.POLYGONS


def exported(tmp_path: Path, name: str, style: RegionStyle | None = None) -> Path:
    """The recipe with its photos, polygons following every pixel."""
    photos = write_photos(tmp_path / "photos")
    source = open_source("index-png", write_source(tmp_path / "source"), ReadOptions(images=photos))
    options = WriteOptions(LABEL_SET, style=style, copy_images_from=photos, tolerance=0.0)
    export_labels(source, name, tmp_path / "out", options, Task())
    return tmp_path / "out"


def by_stem() -> dict[str, np.ndarray]:
    return {str(path.with_suffix("")): labels for path, labels in maps().items()}


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # pycocotools' own arrays
@pytest.mark.parametrize("style", [MASKS, POLYGONS])
def test_pycocotools_sees_every_pixel(
    tmp_path: Path, style: RegionStyle, capsys: pytest.CaptureFixture[str]
) -> None:
    coco = COCO(str(exported(tmp_path, "coco", style) / "annotations/instances_default.json"))
    capsys.readouterr()
    for entry in coco.imgs.values():
        labels = np.full((entry["height"], entry["width"]), 255, np.uint8)
        for annotation in coco.imgToAnns[entry["id"]]:
            mask = coco.annToMask(annotation)
            labels[mask > 0] = annotation["category_id"] - 1
            assert annotation["area"] == mask.sum()
            rows, columns = np.nonzero(mask)
            box = [columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1]
            assert annotation["bbox"] == box
            assert (
                LABEL_SET.by_id(annotation["category_id"] - 1).name == coco.cats[annotation["category_id"]]["name"]
            )
        assert np.array_equal(labels, by_stem()[str(PurePosixPath(entry["file_name"]).with_suffix(""))])
    assert len(coco.imgs) == len(maps())


def test_torchvision_sees_voc(tmp_path: Path) -> None:
    datasets = pytest.importorskip("torchvision.datasets")
    folder = tmp_path / "VOCdevkit/VOC2012"
    folder.parent.mkdir()
    exported(tmp_path, "voc").rename(folder)
    dataset = datasets.VOCSegmentation(str(tmp_path), year="2012", image_set="train", download=False)
    stems = (folder / "ImageSets/Segmentation/train.txt").read_text(encoding="utf-8").splitlines()
    assert sorted(stems) == sorted(by_stem())
    for stem, (image, target) in zip(stems, dataset, strict=True):
        assert image.size == target.size
        assert np.array_equal(np.asarray(target), by_stem()[stem])


def test_torchvision_sees_cityscapes(tmp_path: Path) -> None:
    datasets = pytest.importorskip("torchvision.datasets")
    source = tmp_path / "source"
    source.mkdir()
    photos = tmp_path / "photos"
    for city in ("aachen", "ulm"):
        for root in (source, photos):
            (root / "train" / city).mkdir(parents=True)
        labels = maps()[PurePosixPath("plain.png")]
        name = f"train/{city}/{city}_000000_000019"
        Image.fromarray(labels).save(source / f"{name}.png")
        Image.fromarray(np.dstack([labels] * 3)).save(photos / f"{name}.png")
    write_classes(source / "classes.json", LABEL_SET)
    reader = open_source("index-png", source, ReadOptions(images=photos))
    export_labels(reader, "cityscapes", tmp_path / "out", WriteOptions(LABEL_SET, copy_images_from=photos), Task())
    dataset = datasets.Cityscapes(str(tmp_path / "out"), split="train", mode="fine", target_type="semantic")
    assert len(dataset) == 2
    for image, target in dataset:
        assert image.size == target.size
        assert np.array_equal(np.asarray(target), labels)


OTHERS = [
    ("datumaro", "voc", None),
    ("datumaro", "coco", MASKS),
    ("datumaro", "coco", POLYGONS),
    ("datumaro", "coco-panoptic", None),
    ("datumaro", "cvat", MASKS),
    ("datumaro", "cvat", POLYGONS),
    ("labelme", "labelme", MASKS),
    ("labelme", "labelme", POLYGONS),
    ("label_studio_sdk", "label-studio", None),
    ("datasets", "hugging-face", None),
    ("cv2", "ultralytics-semantic", None),
    ("supervisely", "supervisely", MASKS),
    ("supervisely", "supervisely", POLYGONS),
]


def python_with(module: str) -> str:
    """A Python of those named in SEGSTUDIO_READERS that has ``module``."""
    for python in filter(None, os.environ.get("SEGSTUDIO_READERS", "").split(os.pathsep)):
        if subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0:
            return python
    pytest.skip(f"NOT TESTED: no Python in SEGSTUDIO_READERS has {module}; docs/formats.md says how to make one.")


def found_by(module: str, tmp_path: Path, name: str, style: RegionStyle | None) -> dict[str, np.ndarray]:
    """The label maps that ``module`` sees in an export, by the images' paths without suffix."""
    python = python_with(module)
    folder = exported(tmp_path, name, style)
    write_classes(tmp_path / "list.json", LABEL_SET)
    words = [python, str(SCRIPT), name, str(folder), str(tmp_path / "list.json"), str(tmp_path / "found.npz")]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, env={**os.environ, "HF_HUB_OFFLINE": "1"}
    )
    assert done.returncode == 0, done.stderr[-3000:]
    with np.load(tmp_path / "found.npz") as archive:
        return {str(each): archive[str(i)] for i, each in enumerate(archive["names"])}


@pytest.mark.parametrize(("module", "name", "style"), OTHERS)
def test_other_programs_see_every_pixel(tmp_path: Path, module: str, name: str, style: RegionStyle | None) -> None:
    found = found_by(module, tmp_path, name, style)
    wanted = by_stem()
    if name in ("coco", "cvat", "coco-panoptic", "voc"):
        wanted = {stem: labels for stem, labels in wanted.items() if stem in found}  # empty images have no entry
        assert len(wanted) >= len(maps()) - 1, json.dumps(sorted(found))
    assert sorted(found) == sorted(wanted)
    for stem, labels in wanted.items():
        assert np.array_equal(found[stem], labels), stem


def test_supervision_sees_yolo_polygons_to_within_their_border(tmp_path: Path) -> None:
    """It fills polygons with OpenCV, to which pixels on a border are inside: one more to the right and below."""
    found = found_by("supervision", tmp_path, "yolo-seg", None)
    assert sorted(found) == sorted(by_stem())
    for stem, labels in by_stem().items():
        wrong = found[stem] != labels
        padded = np.pad(labels, 1, mode="edge")
        left, above, corner = padded[1:-1, :-2], padded[:-2, 1:-1], padded[:-2, :-2]
        assert not (wrong & (found[stem] != left) & (found[stem] != above) & (found[stem] != corner)).any(), stem


GREY = ["cityscapes", "ade20k", "ultralytics-semantic", "hugging-face"]


@pytest.mark.parametrize("name", GREY)
def test_whoever_converts_to_grey_sees_the_class_ids(tmp_path: Path, name: str) -> None:
    """OpenCV does, and everybody who calls Pillow's ``convert("L")``: a palette's brightness is no class."""
    files = [path for path in exported(tmp_path, name).rglob("*.png") if "leftImg8bit" not in str(path)]
    assert len(files) >= len(maps())
    for path in files:
        with Image.open(path) as image:
            stored = np.asarray(image)
            assert np.array_equal(np.asarray(image.convert("L")), stored)
        assert np.array_equal(cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_GRAYSCALE), stored)
