"""What a source holds is told before it is imported."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from PIL import Image

from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.errors import FormatError
from segstudio.domain.task import Task
from segstudio.formats.exchange import LabelledImage, ReadOptions, WriteOptions
from segstudio.formats.indexed_png import write_label_map
from segstudio.formats.names import OWN_MODULES
from segstudio.formats.registry import find_format
from segstudio.services.exchange import open_source
from segstudio.services.exchange_survey import SourceSurvey, SurveyEntry, survey_source
from segstudio.services.import_choices import read_options

LABEL_SET = LabelSet((ClassSpec(0, "sky", (0, 0, 255)), ClassSpec(1, "road", (128, 64, 128))))
LABELS = np.array([[0, 0, 0, 1], [0, 0, 255, 255]], np.uint8)


def test_values_come_with_their_share(tmp_path: Path) -> None:
    write_label_map(tmp_path / "a.png", np.array([[0, 0, 0, 11]], np.uint8), LABEL_SET)
    write_label_map(tmp_path / "b.png", np.array([[0, 0, 0, 0]], np.uint8), LABEL_SET)
    survey = survey_source(open_source("index-png", tmp_path, ReadOptions(label_set=LABEL_SET)), Task())
    assert survey.entries == (SurveyEntry("0", 7, 7 / 8, 2, 0), SurveyEntry("11", 1, 1 / 8, 1, None))
    assert (survey.images, survey.pixels, survey.overlapping) == (2, 8, ())


def test_colours_come_with_their_share(tmp_path: Path) -> None:
    Image.fromarray(np.array([[[0, 0, 255], [1, 2, 3]]], np.uint8)).save(tmp_path / "a.png")
    survey = survey_source(open_source("rgb-png", tmp_path, ReadOptions(label_set=LABEL_SET)), Task())
    assert [(entry.key, entry.share) for entry in survey.entries] == [("#0000ff", 0.5), ("#010203", 0.5)]


def test_names_come_with_their_share_and_overlaps_are_found(tmp_path: Path) -> None:
    whole = {"id": 1, "image_id": 1, "category_id": 1, "segmentation": {"size": [2, 4], "counts": [0, 8]}}
    part = {"id": 2, "image_id": 1, "category_id": 5, "segmentation": {"size": [2, 4], "counts": [0, 2, 6]}}
    content = {
        "images": [{"id": 1, "file_name": "a.png", "width": 4, "height": 2}],
        "categories": [{"id": 1, "name": "Himmel"}, {"id": 5, "name": "road"}],
        "annotations": [whole, part],
    }
    (tmp_path / "coco.json").write_text(json.dumps(content))
    survey = survey_source(open_source("coco", tmp_path, ReadOptions(label_set=LABEL_SET)), Task())
    assert [(entry.key, entry.share) for entry in survey.entries] == [("Himmel", 1.0), ("road", 0.25)]
    assert [str(path) for path in survey.overlapping] == ["a.png"]


@pytest.mark.parametrize("name", OWN_MODULES)
def test_every_format_can_be_surveyed(tmp_path: Path, name: str) -> None:
    writer = find_format(name).open_writer
    assert writer is not None
    target = writer(tmp_path / "out", WriteOptions(LABEL_SET, tolerance=0.0))
    target.write(LabelledImage(PurePosixPath("a.png"), LABELS))
    target.finish()
    survey = survey_source(open_source(name, tmp_path / "out", ReadOptions()), Task())
    assert sorted(entry.pixels for entry in survey.entries if entry.pixels != 2) == [1, 5]
    assert survey.pixels == 8


def suggested(key: str, class_id: int | None, source: LabelSet, own: LabelSet) -> int | None:
    entry = SurveyEntry(key, 1, 1.0, 1, class_id)
    return SourceSurvey(1, 1, (entry,), (), source).suggested(entry, own)


def test_a_class_is_suggested_by_name() -> None:
    own = LabelSet((ClassSpec(4, "Road", (1, 1, 1)),))
    assert suggested("1", 1, LABEL_SET, own) == 4
    assert suggested("0", 0, LABEL_SET, own) is None
    assert suggested("0", 255, LABEL_SET, own) == 255
    assert suggested("7", None, LABEL_SET, own) is None


def test_the_value_after_the_last_class_is_taken_for_no_class() -> None:
    assert suggested("2", None, LABEL_SET, LABEL_SET) == 255
    assert suggested("3", None, LABEL_SET, LABEL_SET) is None


@pytest.mark.parametrize("name", OWN_MODULES)
def test_what_is_suggested_for_an_export_brings_its_labels_back(tmp_path: Path, name: str) -> None:
    """In ids of another project, where numbers taken for ids would be other classes."""
    spec = find_format(name)
    assert spec.open_writer is not None
    writer = spec.open_writer(tmp_path / "out", WriteOptions(LABEL_SET, tolerance=0.0))
    writer.write(LabelledImage(PurePosixPath("a.png"), LABELS))
    writer.finish()
    own = LabelSet(
        (ClassSpec(0, "road", (1, 1, 1)), ClassSpec(1, "cow", (2, 2, 2)), ClassSpec(5, "sky", (3, 3, 3)))
    )
    survey = survey_source(open_source(name, tmp_path / "out", ReadOptions(fallback=own)), Task())
    targets = {entry.key: survey.suggested(entry, own) for entry in survey.entries}
    assert None not in targets.values()
    options = read_options(own, survey, targets, uncovered=255, overlap=None)  # type: ignore[arg-type]  # none is None
    again = open_source(name, tmp_path / "out", options)
    assert again.read(again.images[0]).labels.tolist() == [[5, 5, 5, 0], [5, 5, 255, 255]]


def test_labels_without_a_class_list_are_read_by_the_projects(tmp_path: Path) -> None:
    write_label_map(tmp_path / "a.png", np.array([[0, 1, 2, 255]], np.uint8), LABEL_SET)
    survey = survey_source(open_source("index-png", tmp_path, ReadOptions(fallback=LABEL_SET)), Task())
    assert {entry.key: survey.suggested(entry, LABEL_SET) for entry in survey.entries} == {
        "0": 0,
        "1": 1,
        "2": 255,
        "255": 255,
    }


def test_a_photo_is_not_taken_for_labels(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    with pytest.raises(FormatError, match="is this a label picture"):
        survey_source(open_source("rgb-png", tmp_path, ReadOptions(fallback=LABEL_SET)), Task())
