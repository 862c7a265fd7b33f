"""The reference table of Cityscapes' labels (cityscapesScripts, ``helpers/labels.py``)."""

from __future__ import annotations

from dataclasses import dataclass

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import ClassSpec, Color, LabelSet

UNLABELED_ID = 0


@dataclass(frozen=True, slots=True)
class CityscapesLabel:
    """``train_id`` 255: left out of training and scores."""

    name: str
    label_id: int
    train_id: int
    color: Color


ROWS = tuple(
    CityscapesLabel(name, label_id, train_id, color)
    for name, label_id, train_id, color in (
        ("unlabeled", 0, IGNORE, (0, 0, 0)),
        ("ego vehicle", 1, IGNORE, (0, 0, 0)),
        ("rectification border", 2, IGNORE, (0, 0, 0)),
        ("out of roi", 3, IGNORE, (0, 0, 0)),
        ("static", 4, IGNORE, (0, 0, 0)),
        ("dynamic", 5, IGNORE, (111, 74, 0)),
        ("ground", 6, IGNORE, (81, 0, 81)),
        ("road", 7, 0, (128, 64, 128)),
        ("sidewalk", 8, 1, (244, 35, 232)),
        ("parking", 9, IGNORE, (250, 170, 160)),
        ("rail track", 10, IGNORE, (230, 150, 140)),
        ("building", 11, 2, (70, 70, 70)),
        ("wall", 12, 3, (102, 102, 156)),
        ("fence", 13, 4, (190, 153, 153)),
        ("guard rail", 14, IGNORE, (180, 165, 180)),
        ("bridge", 15, IGNORE, (150, 100, 100)),
        ("tunnel", 16, IGNORE, (150, 120, 90)),
        ("pole", 17, 5, (153, 153, 153)),
        ("polegroup", 18, IGNORE, (153, 153, 153)),
        ("traffic light", 19, 6, (250, 170, 30)),
        ("traffic sign", 20, 7, (220, 220, 0)),
        ("vegetation", 21, 8, (107, 142, 35)),
        ("terrain", 22, 9, (152, 251, 152)),
        ("sky", 23, 10, (70, 130, 180)),
        ("person", 24, 11, (220, 20, 60)),
        ("rider", 25, 12, (255, 0, 0)),
        ("car", 26, 13, (0, 0, 142)),
        ("truck", 27, 14, (0, 0, 70)),
        ("bus", 28, 15, (0, 60, 100)),
        ("caravan", 29, IGNORE, (0, 0, 90)),
        ("trailer", 30, IGNORE, (0, 0, 110)),
        ("train", 31, 16, (0, 80, 100)),
        ("motorcycle", 32, 17, (0, 0, 230)),
        ("bicycle", 33, 18, (119, 11, 32)),
        ("license plate", -1, IGNORE, (0, 0, 142)),
    )
)
_BY_NAME = {row.name: row for row in ROWS}


def row_named(name: str) -> CityscapesLabel | None:
    return _BY_NAME.get(name.strip().casefold())


def reference_label_set() -> LabelSet:
    """Every label but ``unlabeled`` and ``license plate``, with its ``labelId`` as class id."""
    return LabelSet(
        tuple(ClassSpec(row.label_id, row.name, row.color) for row in ROWS if row.label_id > UNLABELED_ID)
    )
