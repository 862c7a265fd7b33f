"""`segstudio convert` from the outside."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from segstudio.cli import convert
from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.errors import FormatError
from segstudio.formats.class_file import write_classes
from segstudio.formats.indexed_png import read_label_map, write_label_map

LABEL_SET = LabelSet((ClassSpec(0, "sky", (0, 0, 255)), ClassSpec(1, "road", (128, 64, 128))))


def run(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    convert.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["convert", *map(str, words)])
    return int(arguments.run(arguments))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "labels"
    (folder / "a b").mkdir(parents=True)
    rows, columns = np.ogrid[:40, :50]
    disc = ((rows - 20) ** 2 + (columns - 22) ** 2 < 230).astype(np.uint8)
    write_label_map(folder / "a b/ü.png", disc, LABEL_SET)
    write_classes(folder / "classes.json", LABEL_SET)
    return folder


def test_it_converts_there_and_back(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(source, "--from", "index-png", "--to", "coco", "--output", tmp_path / "coco") == 0
    assert "every label is as it was (IoU 1.0" in capsys.readouterr().out
    assert run(tmp_path / "coco", "--from", "coco", "--to", "index-png", "--output", tmp_path / "back") == 0
    before, after = (read_label_map(folder / "a b/ü.png") for folder in (source, tmp_path / "back"))
    assert before.tobytes() == after.tobytes()
    assert json.loads((tmp_path / "back/classes.json").read_text())["classes"][1]["name"] == "road"


def test_what_polygons_lose_is_printed_with_the_reason(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = (source, "--from", "index-png", "--to", "yolo-seg", "--output", tmp_path / "yolo")
    assert run(*words, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["images"] == 1
    assert not report["is_exact"]
    assert 0.9 < report["class_iou"]["road"] < 1
    assert "Polygons" in report["reason"]
    assert run(*words[:-1], tmp_path / "again") == 0
    assert f"{report['class_iou']['road']:.4f}" in capsys.readouterr().out


def test_classes_and_mappings_are_taken(source: Path, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("tree\ngrass\nroad\n")
    words = (source, "--from", "index-png", "--to", "numpy", "--classes", tmp_path / "names.txt")
    assert run(*words, "--map", "0=ignore", "--map", "1=road", "--output", tmp_path / "out") == 0
    assert set(np.unique(np.load(tmp_path / "out/a b/ü.npy"))) == {2, 255}


def test_a_full_output_folder_is_refused(source: Path, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="new or empty"):
        run(source, "--from", "index-png", "--to", "coco", "--output", source)


def test_copying_images_needs_their_folder(source: Path, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="--images"):
        run(source, "--from", "index-png", "--to", "coco", "--output", tmp_path / "o", "--copy-images")


def test_camvid_becomes_every_dense_format(camvid: Path, tmp_path: Path) -> None:
    labels = tmp_path / "labels"
    labels.mkdir()
    for path in sorted((camvid / "val/labels").glob("*.png"))[:2]:
        (labels / path.name).write_bytes(path.read_bytes())
    for name in ("voc", "coco", "cvat", "label-studio"):
        words = (labels, "--from", "index-png", "--to", name, "--output", tmp_path / name)
        assert run(*words, "--images", camvid / "val/images", "--map", "11=ignore") == 0


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import argparse, sys; from segstudio.cli import convert;"
        "convert.add_parser(argparse.ArgumentParser().add_subparsers());"
        "print([name for name in ('numpy', 'cv2', 'PIL', 'torch', 'rich') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
