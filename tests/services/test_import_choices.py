"""The import wizard's answers as options for a reader."""

from __future__ import annotations

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.services.import_choices import NewClass, Target, read_options, source_class

OWN = LabelSet((ClassSpec(0, "sky", (0, 0, 255)), ClassSpec(1, "road", (128, 64, 128))))
SOURCE = LabelSet((ClassSpec(4, "Road", (9, 9, 9)), ClassSpec(7, "cow", (1, 2, 3))))


def options_of(targets: dict[str, Target], uncovered: Target = IGNORE):
    return read_options(OWN, SOURCE, targets, uncovered=uncovered, overlap=None)


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


def test_a_source_names_its_values_and_colours() -> None:
    assert [source_class(key, SOURCE) for key in ("7", "cow", "#010203")] == [SOURCE.by_id(7)] * 3
    assert source_class("8", SOURCE) is None
