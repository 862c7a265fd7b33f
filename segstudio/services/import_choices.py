"""What the answers before an import mean: each thing found is a class of the project, a new one, or ignored."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.errors import FormatError
from segstudio.formats.class_file import format_color, parse_color
from segstudio.formats.class_matching import unknown_keys
from segstudio.formats.exchange import OverlapOrder, ReadOptions
from segstudio.services.exchange_survey import SourceSurvey, SurveyEntry

BACKGROUND_NAME = "background"


class NewClass(StrEnum):
    """A class that the project doesn't have yet."""

    OWN_NAME = "own-name"
    """Called as the source calls it."""
    BACKGROUND = "background"


Target = int | NewClass
"""A class id of the project, 255 for ignore, or a new class."""


def read_options(
    own: LabelSet,
    survey: SourceSurvey,
    targets: Mapping[str, Target],
    *,
    uncovered: Target,
    overlap: OverlapOrder | None,
) -> ReadOptions:
    """``own``: the project's class list; ``targets``: what each key that the survey found becomes."""
    label_set = own
    mapping: dict[str, int] = {}
    for entry in survey.entries:
        label_set, mapping[entry.key] = _with_target(label_set, targets[entry.key], entry.key, survey.named(entry))
    label_set, uncovered_id = _with_target(label_set, uncovered, BACKGROUND_NAME, None)
    return ReadOptions(label_set=label_set, mapping=mapping, overlap=overlap, uncovered=uncovered_id)


def told_targets(own: LabelSet, survey: SourceSurvey, told: Mapping[str, int]) -> dict[str, Target]:
    """What each key found becomes where nobody is asked: what was told, else the class of its name, new or not.

    Raises: FormatError: a key that was told occurs nowhere, or one that occurs has no name and wasn't told.
    """
    keys = [entry.key for entry in survey.entries]
    told = {_as_found(key, keys): target for key, target in told.items()}
    nameless = [entry.key for entry in survey.entries if entry.class_id is None and entry.key not in told]
    if nameless:
        raise unknown_keys(_kind(nameless[0]), nameless)
    return {entry.key: told.get(entry.key, _by_name(entry, own, survey)) for entry in survey.entries}


def _kind(key: str) -> str:
    if parse_color(key):
        return "colour"
    return "value" if key.isdigit() else "class"


def _as_found(key: str, keys: list[str]) -> str:
    color = parse_color(key)
    found = key if key in keys else format_color(color) if color else key
    if found not in keys:
        listed = ", ".join(sorted(keys, key=lambda each: each.zfill(5))[:20])
        raise FormatError(f"{key!r} is mapped, but the labels don't hold it. They hold: {listed}.")
    return found


def _by_name(entry: SurveyEntry, own: LabelSet, survey: SourceSurvey) -> Target:
    match = survey.suggested(entry, own)
    return NewClass.OWN_NAME if match is None else match


def _with_target(label_set: LabelSet, target: Target, key: str, spec: ClassSpec | None) -> tuple[LabelSet, int]:
    """The class list with the target in it, and its id."""
    if isinstance(target, int):
        return label_set, target
    is_background = target is NewClass.BACKGROUND
    name = BACKGROUND_NAME if is_background else spec.name if spec else key
    known = label_set.by_name(name)
    if known is None:
        label_set = label_set.with_class(name, None if is_background or spec is None else spec.color)
        known = label_set.classes[-1]
    return label_set, known.id
