"""The classes of the rendered streets: CamVid's eleven, under CamVid's ids and colours."""

from __future__ import annotations

from enum import IntEnum

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import ClassSpec, LabelSet


class Street(IntEnum):
    """The class id of everything that is drawn; ``NOTHING`` for what has no class, like a litter bin."""

    SKY = 0
    BUILDING = 1
    POLE = 2
    ROAD = 3
    PAVEMENT = 4
    TREE = 5
    SIGN = 6
    FENCE = 7
    CAR = 8
    PEDESTRIAN = 9
    BICYCLIST = 10
    NOTHING = IGNORE


def street_classes() -> LabelSet:
    """CamVid's classes, ids 0 to 10; grass and hedges count as trees, buses as cars, bollards as poles."""
    return LabelSet(
        (
            ClassSpec(Street.SKY, "Sky", (128, 128, 128)),
            ClassSpec(Street.BUILDING, "Building", (128, 0, 0)),
            ClassSpec(Street.POLE, "Pole", (192, 192, 128)),
            ClassSpec(Street.ROAD, "Road", (128, 64, 128)),
            ClassSpec(Street.PAVEMENT, "Pavement", (0, 0, 192)),
            ClassSpec(Street.TREE, "Tree", (128, 128, 0)),
            ClassSpec(Street.SIGN, "SignSymbol", (192, 128, 128)),
            ClassSpec(Street.FENCE, "Fence", (64, 64, 128)),
            ClassSpec(Street.CAR, "Car", (64, 0, 128)),
            ClassSpec(Street.PEDESTRIAN, "Pedestrian", (64, 64, 0)),
            ClassSpec(Street.BICYCLIST, "Bicyclist", (0, 128, 192)),
        )
    )
