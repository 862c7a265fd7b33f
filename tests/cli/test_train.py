"""`segstudio train` from the outside."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.cli import train
from segstudio.cli.train_plan import RECIPE_OPTIONS, plan_from
from segstudio.domain.arrays import Origin
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import SegStudioError
from segstudio.domain.geometry import Size
from segstudio.domain.images import ImageStatus
from segstudio.domain.sample_view import SampleView
from segstudio.formats.class_file import write_classes
from segstudio.formats.indexed_png import write_label_map
from segstudio.nn.dilation import Gridding
from segstudio.nn.model_header import read_model_info
from segstudio.store.project_store import ProjectStore
from segstudio.training.plan import LearningParts, OptimizerKind, Recipe

LABELS = LabelSet.from_names(["ground", "box"])
TINY = ("--base-width", "8", "--epochs", "1", "--batch-size", "2", "--device", "cpu", "--precision", "float32")


def parsed(*words: str | Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    train.add_parser(parser.add_subparsers())
    return parser.parse_args(["train", *map(str, words)])


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Four images with labels, and classes.json, below one folder."""
    for name in ("images", "labels"):
        (tmp_path / name).mkdir()
    for index in range(4):
        image = np.random.default_rng(index).integers(0, 60, (48, 64, 3), dtype=np.uint8)
        labels = np.zeros((48, 64), np.uint8)
        image[10:30, 10 * index : 10 * index + 24] += 150
        labels[10:30, 10 * index : 10 * index + 24] = 1
        Image.fromarray(image).save(tmp_path / "images" / f"{index}.png")
        write_label_map(tmp_path / "labels" / f"{index}.png", labels, LABELS)
    write_classes(tmp_path / "classes.json", LABELS)
    return tmp_path


def data(folder: Path) -> list[str | Path]:
    return ["--images", folder / "images", "--labels", folder / "labels", "--classes", folder / "classes.json"]


def validation(folder: Path) -> list[str | Path]:
    return ["--val-images", folder / "images", "--val-labels", folder / "labels"]


def test_a_model_is_trained_written_and_its_scores_are_told(
    folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = folders / "box.safetensors"
    arguments = parsed(*data(folders), *validation(folders), "--output", output, "--licence", "CC0", *TINY)
    assert arguments.run(arguments) == 0
    told = capsys.readouterr()
    assert told.out.splitlines()[0] == str(output)
    assert "ground" in told.out
    assert "mean" in told.out
    assert "epoch 1  loss" in told.err
    info = read_model_info(output)
    assert (info.name, info.licence, info.network.base_width) == ("box", "CC0", 8)
    assert info.scores[0].data == (folders / "images").as_posix()


def test_the_same_command_goes_on_where_it_ended(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = folders / "box.safetensors"
    words = [*data(folders), "--output", output, *TINY]
    first = parsed(*words)
    assert first.run(first) == 0
    longer = parsed(*words, "--epochs", "2")
    assert longer.run(longer) == 0
    told = [line.split("  ")[0] for line in capsys.readouterr().err.splitlines() if line.startswith("epoch")]
    assert told == ["epoch 1", "epoch 1", "epoch 2"]


def test_options_that_are_not_named_leave_the_defaults(folders: Path) -> None:
    plan = plan_from(parsed(*data(folders), "--output", "x.safetensors"))
    assert plan.recipe == Recipe()
    assert (plan.network.trunk, plan.network.output_stride, plan.network.cell_width) == ("resnet18", 8, 2)
    assert plan.folder == Path("x.training")


def test_every_option_reaches_the_recipe(folders: Path) -> None:
    words = {
        "epochs": "7", "minutes": "1.5", "batch-size": "3", "crop": "64x32", "whole-share": "0.1",
        "extra-share": "0.4", "optimizer": "sgd", "schedule": "cosine", "learning-rate": "0.2",
        "weight-decay": "0", "average-decay": "0.5", "scales": "0.9,1.1", "color": "0.3",
        "label-smoothing": "0.05", "class-balance": "0.25", "rare-share": "0.75", "hard-share": "0.6",
        "validate-every": "4", "patience": "9", "paste-share": "0.2", "lovasz-share": "0.5", "learns": "head",
    }  # fmt: skip
    assert {word.replace("-", "_") for word in words} == set(RECIPE_OPTIONS)
    options = [part for word, value in words.items() for part in (f"--{word}", value)]
    recipe = plan_from(parsed(*data(folders), "--output", "x.safetensors", *options)).recipe
    defaults = Recipe()
    for field in RECIPE_OPTIONS.values():
        assert getattr(recipe, field) != getattr(defaults, field), field
    assert recipe.optimizer is OptimizerKind.SGD
    assert recipe.crop == Size(64, 32)


def test_channels_stretch_and_page_are_those_of_every_folder(folders: Path) -> None:
    options = ("--channels", "4,3,2", "--stretch", "2,98", "--page", "2")
    plan = plan_from(parsed(*data(folders), *validation(folders), "--output", "x.safetensors", *options))
    views = {sample.view for sample in (*plan.samples, *plan.validation)}
    assert views == {SampleView((3, 2, 1), (2.0, 98.0), 1)}


def test_the_validation_images_are_called_by_their_folder_or_by_the_name_given(folders: Path) -> None:
    words = (*data(folders), *validation(folders), "--output", "x.safetensors")
    assert plan_from(parsed(*words)).validation_name == (folders / "images").as_posix()
    assert plan_from(parsed(*words, "--val-name", "CamVid val")).validation_name == "CamVid val"


def test_a_base_decides_the_network_unless_options_do(folders: Path) -> None:
    base = folders / "base.safetensors"
    arguments = parsed(*data(folders), "--output", base, *TINY, "--output-stride", "16", "--cell-width", "4")
    arguments.run(arguments)
    taken = plan_from(parsed(*data(folders), "--base", base, "--output", "x.safetensors")).network
    assert (taken.base_width, taken.output_stride, taken.cell_width) == (8, 16, 4)
    finer = plan_from(
        parsed(*data(folders), "--base", base, "--output", "x.safetensors", "--output-stride", "8")
    ).network
    assert finer.output_stride == 8
    assert finer.dilations != taken.dilations


def test_dilations_may_be_written_out(folders: Path) -> None:
    words = [*data(folders), "--output", "x.safetensors", "--dilations", "2,4/8,8"]
    assert plan_from(parsed(*words)).network.dilations == ((2, 4), (8, 8))
    assert plan_from(parsed(*words)).gridding is Gridding.REFUSE
    assert plan_from(parsed(*words, "--allow-gridding")).gridding is Gridding.ALLOW


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--output", "x.safetensors"], "Name --images, --labels and --classes"),
        (["--output", "x.onnx", "--project", "p"], "must end in .safetensors"),
        (
            ["--output", "x.safetensors", "--project", "p", "--trunk", "resnet50"],
            "--trunk doesn't go with --project",
        ),
        (
            ["--output", "x.safetensors", "--project", "p", "--channels", "1"],
            "--channels doesn't go with --project",
        ),
        (["--output", "x.safetensors", "--project", "nowhere"], "nowhere"),
    ],
)
def test_contradictions_get_one_sentence(words: list[str], sentence: str) -> None:
    with pytest.raises(SegStudioError, match=sentence):
        plan_from(parsed(*words))


def test_half_a_pair_of_folders_is_refused(folders: Path) -> None:
    words = [*data(folders), "--val-images", folders / "images", "--output", "x.safetensors"]
    with pytest.raises(SegStudioError, match="--val-images and --val-labels go together"):
        plan_from(parsed(*words))


@pytest.mark.parametrize(
    "words",
    [
        ("--epochs", "0"),
        ("--crop", "10x10"),
        ("--scales", "2,1"),
        ("--color", "1.5"),
        ("--learning-rate", "nan"),
        ("--trunk", "vgg"),
    ],
)
def test_impossible_values_end_with_code_2(words: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parsed("--output", "x.safetensors", *words)
    assert ended.value.code == 2
    assert words[0] in capsys.readouterr().err


def test_a_project_is_learnt_from_what_a_person_did(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = folders / "base.safetensors"
    first = parsed(*data(folders), "--output", base, *TINY)
    first.run(first)
    project = folders / "project"
    with ProjectStore.create(project, folders / "images", LABELS, str(base)) as store:
        for index, status in enumerate((ImageStatus.VERIFIED, ImageStatus.CORRECTED, ImageStatus.PRE_LABELLED)):
            record = store.find(f"{index}.png")
            assert record is not None
            labels = np.zeros((48, 64), np.uint8)
            origins = np.full((48, 64), Origin.MODEL, np.uint8)
            labels[:24], origins[:24] = 1, Origin.PERSON
            store.labels.save(record.id, labels, origins)
            store.index.set_statuses([record.id], status)
    output = folders / "tuned.safetensors"
    words = ["--project", project, "--base", base, "--output", output, "--device", "cpu", "--precision", "float32"]
    plan = plan_from(parsed(*words))
    assert [sample.name for sample in plan.samples] == ["0.png", "1.png"]
    assert plan.recipe.learning_parts is LearningParts.ALL
    arguments = parsed(*words, "--epochs", "1")
    assert arguments.run(arguments) == 0
    assert "held-out tiles" in capsys.readouterr().err
    assert read_model_info(output).parent == "base"


def test_a_plan_is_told_without_learning_anything(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = folders / "box.safetensors"
    arguments = parsed(
        *data(folders), *validation(folders), "--output", output, "--learns", "head", *TINY, "--plan"
    )
    assert plan_from(arguments).recipe.learning_parts is LearningParts.HEAD
    assert arguments.run(arguments) == 0
    told = capsys.readouterr().out
    assert told.startswith("Learns from 4 images, measured on 4 other images: about ")
    assert "4 whole images in 1 round," in told
    assert not output.exists()


def test_help_has_an_example_and_does_not_wait_for_torch() -> None:
    script = (
        "import sys, argparse; from segstudio.cli import train; p = argparse.ArgumentParser();"
        "train.add_parser(p.add_subparsers());"
        "assert 'torch' not in sys.modules;"
        "p.parse_args(['train', '--help'])"
    )
    ended = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert "Example" in ended.stdout
