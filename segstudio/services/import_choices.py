"""What the import wizard's answers mean: each thing found is a class of the project, a new one, or ignored."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.formats.class_file import format_color
from segstudio.formats.exchange import OverlapOrder, ReadOptions

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
    source: LabelSet,
    targets: Mapping[str, Target],
    *,
    uncovered: Target,
    overlap: OverlapOrder | None,
) -> ReadOptions:
    """``own``, ``source``: class lists of the project and of the source; ``targets``: what each key becomes."""
    label_set = own
    mapping: dict[str, int] = {}
    for key, target in targets.items():
        label_set, mapping[key] = _with_target(label_set, target, key, source_class(key, source))
    label_set, uncovered_id = _with_target(label_set, uncovered, BACKGROUND_NAME, None)
    return ReadOptions(label_set=label_set, mapping=mapping, overlap=overlap, uncovered=uncovered_id)


def source_class(key: str, source: LabelSet) -> ClassSpec | None:
    """What the source itself calls a value, colour or name."""
    return next(
        (each for each in source.classes if key in (str(each.id), each.name, format_color(each.color))), None
    )


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
