"""A look at labels before an import: each question gets its own answer, or none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from segstudio.domain.changes import Failed
from segstudio.domain.errors import FormatError
from segstudio.domain.task import Progress
from segstudio.formats.class_file import write_classes
from segstudio.formats.exchange import ReadOptions
from segstudio.formats.indexed_png import write_label_map
from segstudio.services import import_look
from segstudio.services.exchange_survey import SourceSurvey
from tests.services.sitting import CLASSES, HEIGHT, WIDTH, Sitting


class Asker:
    """Keeps what it is answered."""

    def __init__(self, sitting: Sitting) -> None:
        self._look = sitting.studio.import_look
        self.surveys: list[SourceSurvey] = []
        self.errors: list[Exception] = []
        self.progress: list[Progress] = []

    def ask(self, source: Path) -> None:
        self._look.survey(
            "index-png",
            source,
            ReadOptions(),
            on_survey=self.surveys.append,
            on_error=self.errors.append,
            on_progress=self.progress.append,
        )


@pytest.fixture
def asker(sitting: Sitting) -> Asker:
    sitting.open()
    return Asker(sitting)


def labels_in(folder: Path, value: int) -> Path:
    folder.mkdir()
    write_label_map(folder / "0.png", np.full((HEIGHT, WIDTH), value, np.uint8), CLASSES)
    write_classes(folder / "classes.json", CLASSES)
    return folder


def settle(sitting: Sitting) -> None:
    """Until every outcome, a dropped one too, was delivered."""
    after: list[bool] = []
    sitting.until(lambda: not sitting.studio.jobs.running)
    sitting.studio.jobs.later(lambda: after.append(True))
    sitting.until(lambda: after)


def test_a_survey_that_fails_is_told_to_who_asked(sitting: Sitting, asker: Asker, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "0.png").write_bytes(b"no picture")
    asker.ask(tmp_path / "in")
    sitting.until(lambda: asker.errors)
    assert isinstance(asker.errors[0], FormatError)
    assert not asker.surveys
    assert not sitting.saw(Failed)


def test_a_fault_of_ours_is_reported_as_well(
    sitting: Sitting, asker: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_words: object) -> None:
        raise ValueError("a slip")

    monkeypatch.setattr(import_look, "survey_source", fail)
    asker.ask(labels_in(tmp_path / "in", 1))
    sitting.until(lambda: asker.errors)
    assert sitting.saw(Failed)
    sitting.changes.clear()


def test_only_the_newest_question_is_answered(sitting: Sitting, asker: Asker, tmp_path: Path) -> None:
    asker.ask(labels_in(tmp_path / "first", 1))
    asker.ask(labels_in(tmp_path / "second", 2))
    sitting.until(lambda: asker.surveys)
    settle(sitting)
    assert [[entry.key for entry in survey.entries] for survey in asker.surveys] == [["2"]]


def test_nobody_is_answered_once_the_look_was_stopped(sitting: Sitting, asker: Asker, tmp_path: Path) -> None:
    asker.ask(labels_in(tmp_path / "in", 1))
    sitting.studio.import_look.stop()
    settle(sitting)
    assert not asker.surveys
    assert not asker.errors
