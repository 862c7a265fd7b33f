"""The import wizard's answers as options for a reader."""

from __future__ import annotations

import pytest

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.errors import FormatError
from segstudio.services.exchange_survey import SourceSurvey, SurveyEntry
from segstudio.services.import_choices import NewClass, Target, read_options, told_targets

OWN = LabelSet((ClassSpec(0, "sky", (0, 0, 255)), ClassSpec(1, "road", (128, 64, 128))))
SOURCE = LabelSet((ClassSpec(4, "Road", (9, 9, 9)), ClassSpec(7, "cow", (1, 2, 3))))


def surveyed(**found: int | None) -> SourceSurvey:
    entries = tuple(SurveyEntry(key, 1, 0.1, 1, class_id) for key, class_id in found.items())
    return SourceSurvey(1, 10, entries, (), SOURCE)


def options_of(targets: dict[str, Target], uncovered: Target = IGNORE):
    survey = surveyed(**{key: {"4": 4, "7": 7}.get(key) for key in targets})
    return read_options(OWN, survey, targets, uncovered=uncovered, overlap=None)


def test_a_class_of_the_project_stays_as_it_is() -> None:
    options = options_of({"4": 1, "7": IGNORE})
    assert options.mapping == {"4": 1, "7": IGNORE}
    assert options.label_set == OWN


def test_a_new_class_has_the_sources_name_and_colour() -> None:
    options = options_of({"7": NewClass.OWN_NAME, "#ff0000": NewClass.OWN_NAME})
    assert options.label_set is not None
    added = options.label_set.classes[2:]
    assert [(each.id, each.name) for each in added] == [(2, "cow"), (3, "#ff0000")]
    assert added[0].color == (1, 2, 3)
    assert options.mapping == {"7": 2, "#ff0000": 3}


def test_a_new_class_of_a_known_name_is_the_known_one() -> None:
    options = options_of({"4": NewClass.OWN_NAME})
    assert options.label_set == OWN
    assert options.mapping == {"4": 1}


def test_everything_that_becomes_background_is_one_class() -> None:
    options = options_of({"4": NewClass.BACKGROUND, "7": NewClass.BACKGROUND}, uncovered=NewClass.BACKGROUND)
    assert options.label_set is not None
    assert [each.name for each in options.label_set.classes] == ["sky", "road", "background"]
    assert options.mapping == {"4": 2, "7": 2}
    assert options.uncovered == 2


def test_what_was_told_goes_before_what_the_source_says() -> None:
    survey = surveyed(**{"4": 4, "7": 7, "#a0b0c0": None, "255": IGNORE})
    told = told_targets(OWN, survey, {"#A0B0C0": IGNORE, "4": 0})
    assert told == {"4": 0, "7": NewClass.OWN_NAME, "#a0b0c0": IGNORE, "255": IGNORE}
    assert told_targets(OWN, surveyed(**{"4": 4}), {}) == {"4": 1}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "The value 9 is not in the class list"),
        ({"9": 0, "vold": 1}, "'vold' is mapped, but .* They hold: 4, 9, 10"),
    ],
)
def test_nothing_is_guessed_where_nobody_can_be_asked(told: dict[str, int], words: str) -> None:
    with pytest.raises(FormatError, match=words):
        told_targets(OWN, surveyed(**{"10": IGNORE, "9": None, "4": 4}), told)
