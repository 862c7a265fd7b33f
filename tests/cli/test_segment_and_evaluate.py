"""Masks and scores from the command line, on a small model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import tifffile

from segstudio.cli.main import main
from segstudio.domain.sample_view import SampleView
from segstudio.formats.class_file import read_classes, write_classes
from segstudio.formats.image_files import read_image
from segstudio.formats.indexed_png import read_label_map, write_label_map
from segstudio.inference.models import load_model
from tests.services.sitting import CLASSES, HEIGHT, WIDTH, write_small_model
from tests.store.conftest import write_image


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_small_model(tmp_path / "small.safetensors")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for seed, name in enumerate(("a.png", "Straße/b c.jpg")):
        write_image(folder / name, seed, width=WIDTH, height=HEIGHT)
    return folder


def test_masks_keep_the_folders_of_the_input(model: Path, photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "masks"
    words = ["segment", str(photos), "--output", str(out), "--model", str(model), "--overlay", "--confidence"]
    assert main(words) == 0
    expected = load_model(model, "cpu").predict(read_image(photos / "Straße/b c.jpg"))
    assert np.array_equal(read_label_map(out / "Straße/b c.png"), expected.labels)
    assert read_image(out / "overlays/a.png").shape == (HEIGHT, WIDTH, 3)
    assert (out / "confidences/Straße/b c.png").is_file()
    assert read_classes(out / "classes.json") == CLASSES


def test_channels_and_stretch_are_what_the_network_is_given(model: Path, tmp_path: Path) -> None:
    cube = np.random.default_rng(2).integers(0, 4000, (HEIGHT, WIDTH, 5), dtype=np.uint16)
    image, out = tmp_path / "field.tif", tmp_path / "masks"
    tifffile.imwrite(image, cube, photometric="minisblack", planarconfig="contig")
    words = ["segment", str(image), "--output", str(out), "--model", str(model), "--channels", "5,3,1"]
    assert main([*words, "--stretch", "2,98"]) == 0
    seen = read_image(image, SampleView((4, 2, 0), (2.0, 98.0)))
    assert np.array_equal(read_label_map(out / "field.png"), load_model(model, "cpu").predict(seen).labels)


@pytest.mark.parametrize("words", [("--channels", "0,1,2"), ("--channels", "1,2"), ("--stretch", "98,2")])
def test_channels_and_stretch_that_make_no_sense_are_refused(
    words: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["segment", "photos", "--output", "out", *words])
    assert words[1] in capsys.readouterr().err


def test_a_file_that_fails_is_named_and_the_others_are_done(
    model: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (photos / "broken.jpg").write_bytes(b"no picture")
    out = tmp_path / "masks"
    assert main(["segment", str(photos), "--output", str(out), "--model", str(model), "--json"]) == 1
    told = capsys.readouterr()
    report = json.loads(told.out)
    assert len(report["images"]) == 2
    assert [Path(failed["image"]).name for failed in report["failed"]] == ["broken.jpg"]
    assert "broken.jpg" in told.err
    assert not (out / "broken.png").exists()


def test_images_that_differ_only_in_their_suffix_get_masks_of_their_own(
    model: Path, photos: Path, tmp_path: Path
) -> None:
    write_image(photos / "a.jpg", 7, width=WIDTH, height=HEIGHT)
    out = tmp_path / "masks"
    assert main(["segment", str(photos), "--output", str(out), "--model", str(model)]) == 0
    assert sorted(path.name for path in out.glob("*.png")) == ["a.jpg.png", "a.png.png"]


def test_evaluating_against_the_model_s_own_masks_is_perfect(
    model: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "masks")
    assert main(["segment", str(photos), "--output", out, "--model", str(model)]) == 0
    capsys.readouterr()
    words = ["evaluate", "--images", str(photos), "--labels", out, "--model", str(model), "--json"]
    assert main(words) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["mean_iou"] == 1.0
    assert report["pixel_accuracy"] == 1.0
    assert report["images"] == 2
    assert report["frames_per_second"] > 0


def test_labels_with_ids_of_their_own_are_matched_by_name(
    model: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    masks = tmp_path / "masks"
    assert main(["segment", str(photos), "--output", str(masks), "--model", str(model)]) == 0
    other = CLASSES.from_names(["sky", "ground", "box"])
    table = np.full(256, 255, np.uint8)
    for spec in CLASSES.active:
        found = other.by_name(spec.name)
        assert found is not None
        table[spec.id] = found.id
    for path in masks.rglob("*.png"):
        write_label_map(path, table[read_label_map(path)], other)
    write_classes(tmp_path / "other.json", other)
    capsys.readouterr()
    words = ["evaluate", "--images", str(photos), "--labels", str(masks), "--model", str(model), "--json"]
    assert main([*words, "--classes", str(tmp_path / "other.json")]) == 0
    assert json.loads(capsys.readouterr().out)["mean_iou"] == 1.0


def test_a_missing_label_is_named(
    model: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "labels").mkdir()
    words = ["evaluate", "--images", str(photos), "--labels", str(tmp_path / "labels"), "--model", str(model)]
    assert main(words) == 1
    assert "have no label map" in capsys.readouterr().err


def test_the_street_model_knows_a_street(camvid: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A few of CamVid's validation frames: far above chance, so channels, colours and mean are right."""
    images, labels = tmp_path / "images", tmp_path / "labels"
    images.mkdir()
    labels.mkdir()
    for image in sorted((camvid / "val/images").iterdir())[::25]:
        (images / image.name).write_bytes(image.read_bytes())
        label = camvid / f"val/labels/{image.stem}.png"
        (labels / label.name).write_bytes(label.read_bytes())
    assert main(["evaluate", "--images", str(images), "--labels", str(labels), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["pixel_accuracy"] > 0.8
