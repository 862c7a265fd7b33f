"""The simulated annotator does what docs/effort.md says of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from benchmarks.effort.__main__ import run_arm
from benchmarks.effort.annotator import Annotator, Effort
from benchmarks.effort.arms import ARMS
from benchmarks.effort.assistant import Assistant, empty_document
from benchmarks.effort.brush_stroke import plan_brush_stroke
from benchmarks.effort.finished import FinishedImages
from benchmarks.effort.hand import Hand
from benchmarks.effort.outcomes import Outcome, add_outcome, read_outcomes
from benchmarks.effort.pictures import Picture
from benchmarks.effort.settings import require_same_settings
from benchmarks.effort.superpixel_stroke import Pieces
from benchmarks.effort.table import markdown
from benchmarks.effort.truth import Truth
from segstudio.domain.arrays import IGNORE, LabelMap, Origin
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import SegStudioError
from segstudio.domain.model_info import ChannelMap, ModelInfo, NetworkConfig
from segstudio.editing.document import LabelDocument
from segstudio.nn.checkpoint import write_model
from segstudio.nn.network import build_network

LABEL_SET = LabelSet.from_names(("dark", "bright"))
STEADY = Hand(overspill=0.0)


def _squares() -> LabelMap:
    """Class 0 with a large square of class 1, a small one of class 2, and a strip that isn't judged."""
    truth = np.zeros((90, 120), np.uint8)
    truth[20:60, 20:60] = 1
    truth[30:40, 90:100] = 2
    truth[80:] = IGNORE
    return truth


def _document(labels: LabelMap) -> LabelDocument:
    return LabelDocument(labels.copy(), np.full(labels.shape, Origin.MODEL, np.uint8))


def test_the_largest_wrong_region_comes_first() -> None:
    truth = Truth(_squares())
    labels = np.zeros_like(truth.labels)
    first = truth.largest_wrong_region(labels)
    assert first is not None and first.class_id == 1
    labels[20:60, 20:60] = 1
    second = truth.largest_wrong_region(labels)
    assert second is not None and second.class_id == 2
    labels[30:40, 90:100] = 2
    assert truth.largest_wrong_region(labels) is None


def test_what_is_not_judged_is_neither_right_nor_wrong() -> None:
    truth = Truth(_squares())
    labels = truth.labels.copy()
    labels[80:] = 2
    assert truth.share_right(labels) == 1.0
    assert truth.largest_wrong_region(labels) is None


def test_a_stroke_stays_within_the_hands_reach_and_the_true_border() -> None:
    truth = Truth(_squares())
    labels = np.full_like(truth.labels, 3)
    region = truth.largest_wrong_region(labels)
    assert region is not None
    hand = replace(STEADY, reach=30.0)
    stroke = plan_brush_stroke(truth, region, truth.worth(labels, region.class_id), hand).stroke
    steps = zip(stroke.points, stroke.points[1:], strict=False)
    assert sum(np.hypot(b.x - a.x, b.y - a.y) for a, b in steps) <= 30.0
    document = _document(labels)
    Annotator(document, truth, hand=hand).make_stroke()
    painted = document.labels != 3
    assert painted.any()
    assert ((document.labels == truth.labels) | ~truth.is_judged)[painted].all()


def test_a_clumsy_hand_crosses_the_border_by_its_overspill_at_most() -> None:
    truth = Truth(_squares())
    document = _document(np.zeros_like(truth.labels))
    Annotator(document, truth, hand=Hand(overspill=2.0)).make_stroke()
    inside = np.zeros(truth.labels.shape, np.bool_)
    inside[18:62, 18:62] = True
    assert (document.labels == 1).any()
    assert not (document.labels == 1)[~inside].any()


def test_the_work_ends_at_the_goals_and_counts_strokes_and_class_changes() -> None:
    truth = Truth(_squares())
    document = _document(np.zeros_like(truth.labels))
    reached = Annotator(document, truth, hand=STEADY).work(goals=(0.97, 1.0))
    early, late = reached[0.97], reached[1.0]
    assert early is not None and late is not None
    assert truth.share_right(document.labels) == 1.0
    assert early.class_changes == 0 and late.class_changes >= 1
    assert early.actions < late.actions == late.strokes + late.class_changes
    # What was right already may be painted again, but nothing that isn't of a painted class.
    assert late.pixels >= 40 * 40 + 10 * 10


def test_a_finished_image_costs_nothing() -> None:
    truth = Truth(_squares())
    assert Annotator(_document(truth.labels), truth).work(goals=(0.98,)) == {0.98: Effort()}


def test_after_each_stroke_the_program_may_help() -> None:
    truth = Truth(_squares())
    document = empty_document(truth.labels)

    def help_out() -> None:
        edit = document.begin_edit("Help", origin=Origin.MODEL, joins_last=True)
        edit.write(edit.image_rect, None, truth.labels)
        edit.commit()

    reached = Annotator(document, truth).work(after_stroke=help_out, goals=(0.99,))[0.99]
    assert reached is not None and reached.strokes == 1


def test_superpixels_are_dragged_where_they_repair_more_than_the_brush() -> None:
    truth = np.zeros((96, 96), np.uint8)
    truth[np.add.outer(np.arange(96), np.arange(96)) % 32 < 16] = 1  # stripes, too narrow for a large brush
    image = np.repeat((255 * truth)[:, :, None], 3, axis=2)
    efforts = []
    for pieces in (None, Pieces(image)):
        document = empty_document(truth)
        effort = Annotator(document, Truth(truth), pieces=pieces).work(goals=(0.95,))[0.95]
        assert effort is not None
        efforts.append(effort.actions)
    assert efforts[1] < efforts[0]


def _outcome(arm: int, image: str, strokes: int) -> Outcome:
    reached = {"95": Effort(strokes, 2, 100), "98": None}
    return Outcome(arm, 0, 0, image, "streets", 0.5, reached, 1.0)


def test_a_line_that_was_cut_off_is_measured_again(tmp_path: Path) -> None:
    file = tmp_path / "outcomes.jsonl"
    add_outcome(file, _outcome(1, "a", 10))
    with file.open("a") as lines:
        lines.write('{"arm": 1, "seed"')
    assert read_outcomes(file) == [_outcome(1, "a", 10)]


def test_the_table_compares_the_arms_on_the_images_that_all_have_finished() -> None:
    table = markdown([_outcome(1, "a", 40), _outcome(1, "b", 60), _outcome(3, "a", 8)])
    assert "1 images" in table
    assert "| 42 (40 + 2) | 100 | never |" in table
    assert "| 10 (8 + 2) | 100 | never |" in table


def test_another_model_needs_another_folder(tmp_path: Path) -> None:
    model = tmp_path / "model"
    pixels = np.zeros((2, 2, 3), np.uint8)
    pictures = [Picture("a", tmp_path / "a.png", pixels, pixels[..., 0])]
    model.write_bytes(b"one")
    require_same_settings(tmp_path / "out", model, pictures, every=5, steps=None)
    require_same_settings(tmp_path / "out", model, pictures, every=5, steps=None)
    model.write_bytes(b"two")
    with pytest.raises(SegStudioError, match="another --output"):
        require_same_settings(tmp_path / "out", model, pictures, every=5, steps=None)


@pytest.fixture
def pictures(tmp_path: Path) -> tuple[Picture, ...]:
    """Two small images whose bright half is class 1."""
    found = []
    for name in ("a", "b"):
        truth = np.zeros((64, 64), np.uint8)
        truth[:, 32:] = 1
        image = np.ascontiguousarray(np.repeat(40 + 160 * truth[:, :, None], 3, axis=2))
        file = tmp_path / f"{name}.png"
        assert cv2.imwrite(str(file), image)
        found.append(Picture(name, file, image, truth))
    return tuple(found)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    config = NetworkConfig(
        trunk="resnet18", channels=2, output_stride=8, cell_width=2, dilations=((1, 2), (1, 2)), base_width=8
    )
    info = ModelInfo("small", config, LABEL_SET, ChannelMap((0, 1)))
    write_model(tmp_path / "small.safetensors", build_network(config), info, half=False)
    return tmp_path / "small.safetensors"


@pytest.mark.parametrize("number", [4, 5, 6, 7])
def test_what_the_program_learns_reaches_the_next_image(
    number: int, pictures: tuple[Picture, ...], model: Path, tmp_path: Path
) -> None:
    arm, names = ARMS[number], {picture.name: picture for picture in pictures}
    finished = FinishedImages(tmp_path / "kept", LABEL_SET, names, seed=0, device="cpu", steps=25)
    assistant = Assistant(arm, LABEL_SET, model, finished, every=1, device="cpu")
    run_arm(arm, pictures, assistant, tmp_path, seed=0)
    first, second = read_outcomes(tmp_path / "outcomes.jsonl")
    assert {first.image, second.image} == {"a", "b"}
    assert first.reached["95"] is not None and second.reached["98"] is not None
    assert (first.model, second.model != "small") == ("small", arm.learns_after)
    newest = FinishedImages(tmp_path / "kept", LABEL_SET, names, seed=0, device="cpu").newest_model
    assert (newest is not None) == arm.learns_after
    run_arm(arm, pictures, assistant, tmp_path, seed=0)
    assert len(read_outcomes(tmp_path / "outcomes.jsonl")) == 2


def test_what_a_finished_image_taught_shows_in_the_next_pre_label(
    pictures: tuple[Picture, ...], model: Path, tmp_path: Path
) -> None:
    starts = {}
    for number in (3, 4):
        folder = tmp_path / str(number)
        folder.mkdir()
        finished = FinishedImages(folder, LABEL_SET, {}, seed=0, device="cpu")
        assistant = Assistant(ARMS[number], LABEL_SET, model, finished, every=1, device="cpu")
        run_arm(ARMS[number], pictures, assistant, folder, seed=0)
        starts[number] = [outcome.start for outcome in read_outcomes(folder / "outcomes.jsonl")]
    assert starts[4][0] == starts[3][0]
    assert starts[4][1] > starts[3][1]
