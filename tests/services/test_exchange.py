"""Exports appear whole or not at all, and say how well they came back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np
import pytest

from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.errors import CancelledError, FormatError
from segstudio.domain.task import Progress, Task
from segstudio.formats.exchange import LabelledImage, ReadOptions, WriteOptions
from segstudio.formats.indexed_png import write_label_map
from segstudio.services.exchange import export_labels, open_source
from segstudio.services.exchange_mapping import parse_mapping
from segstudio.services.exchange_report import Agreement

LABEL_SET = LabelSet((ClassSpec(0, "sky", (0, 0, 255)), ClassSpec(1, "road", (128, 64, 128))))
OPTIONS = WriteOptions(LABEL_SET)


class FailingReader:
    """Two images, of which the second can't be read."""

    label_set = LABEL_SET
    images: Sequence[PurePosixPath] = (PurePosixPath("a.png"), PurePosixPath("b.png"))

    def read(self, path: PurePosixPath) -> LabelledImage:
        if path.name == "b.png":
            raise FormatError("It is damaged.", path=Path(path))
        return LabelledImage(path, np.zeros((3, 4), np.uint8))


def source_of(folder: Path, count: int = 3) -> Path:
    folder.mkdir()
    for number in range(count):
        write_label_map(folder / f"{number}.png", np.full((3, 4), number % 2, np.uint8), LABEL_SET)
    return folder


@pytest.mark.parametrize("name", ["index-png", "coco", "cvat", "label-studio"])
def test_a_failed_export_leaves_nothing_behind(tmp_path: Path, name: str) -> None:
    with pytest.raises(FormatError, match="damaged"):
        export_labels(FailingReader(), name, tmp_path / "out", OPTIONS, Task())
    assert list(tmp_path.iterdir()) == []


def test_a_stopped_export_leaves_nothing_behind(tmp_path: Path) -> None:
    task: Task[Progress] = Task(lambda state: task.stop() if state.done == 1 else None)
    reader = open_source("index-png", source_of(tmp_path / "in"), ReadOptions())
    with pytest.raises(CancelledError):
        export_labels(reader, "coco", tmp_path / "out", WriteOptions(reader.label_set), task)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    reader = open_source("index-png", source_of(tmp_path / "in"), ReadOptions())
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("precious")
    with pytest.raises(FormatError, match="something here already"):
        export_labels(reader, "voc", tmp_path / "out", WriteOptions(reader.label_set), Task())
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    reader = open_source("index-png", source_of(tmp_path / "in"), ReadOptions())
    (tmp_path / "out").mkdir()
    export_labels(reader, "index-png", tmp_path / "out", WriteOptions(reader.label_set), Task())
    assert len(list((tmp_path / "out").glob("*.png"))) == 3


def test_progress_counts_writing_and_checking(tmp_path: Path) -> None:
    states: list[Progress] = []
    reader = open_source("index-png", source_of(tmp_path / "in"), ReadOptions())
    export_labels(reader, "numpy", tmp_path / "out", WriteOptions(reader.label_set), Task(states.append))
    assert [(state.done, state.total) for state in states] == [(i, 6) for i in range(6)]


def test_agreement_counts_intersection_over_union() -> None:
    agreement = Agreement()
    agreement.add(np.array([[0, 0, 1, 255]], np.uint8), np.array([[0, 1, 1, 255]], np.uint8))
    report = agreement.report("x", 1, LABEL_SET, "because")
    assert report.class_iou == {"sky": 0.5, "road": 0.5}
    assert report.ignore_iou == 1.0
    assert not report.is_exact


def test_a_source_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no such file or folder"):
        open_source("index-png", tmp_path / "nowhere", ReadOptions())
    with pytest.raises(FormatError, match="no format 'bmp'; there are index-png"):
        open_source("bmp", tmp_path, ReadOptions())


def test_mappings_are_read_in_words() -> None:
    lines = ["11=ignore", "#808080=road", "a=b=Sky", "void=1"]
    assert parse_mapping(lines, LABEL_SET) == {"11": 255, "#808080": 1, "a=b": 0, "void": 1}
    for wrong, message in (("11", "not a mapping"), ("11=", "not a mapping"), ("11=tree", "no class 'tree'")):
        with pytest.raises(FormatError, match=message):
            parse_mapping([wrong], LABEL_SET)
    assert parse_mapping(["5=7"], None) == {"5": 7}
    with pytest.raises(FormatError, match="only ids are known"):
        parse_mapping(["5=road"], None)
