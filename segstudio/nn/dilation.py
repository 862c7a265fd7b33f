"""HDC schedules: which dilation rate each block gets, and the rule that tells whether a schedule grids.

A "group" is a run of blocks whose rates only rise (or only fall): together they should cover a square
with no hole. Wang et al., arXiv 1702.08502, section 3.2.

Basic-block trunks (ResNet-18 and -34) have two 3x3 convolutions a block where bottlenecks have one. A block's
rate applies to both: doubling each rate of a sound group leaves it sound, since equal neighbours keep M_i.
ResNet-18 has two blocks a stage, so that one group of the paper's spans both stages.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import cycle, islice

from segstudio.domain.errors import ModelError

BLOCKS = {
    "resnet18": (2, 2, 2, 2),
    "resnet34": (3, 4, 6, 3),
    "resnet50": (3, 4, 6, 3),
    "resnet101": (3, 4, 23, 3),
    "resnet152": (3, 8, 36, 3),
}
OUTPUT_STRIDES = (8, 16)
SCHEDULES = ("none", "dilation-conv", "dilation-RF", "dilation-bigger")
KERNEL = 3

Rates = tuple[int, ...]


class Gridding(StrEnum):
    """What to do with a schedule that grids."""

    REFUSE = "refuse"
    WARN = "warn"
    ALLOW = "allow"


class GriddingWarning(UserWarning):
    """A schedule leaves holes between the pixels it looks at."""


def named_schedule(name: str, trunk: str, output_stride: int) -> tuple[Rates, Rates]:
    """The rates of the blocks of ``layer3`` and ``layer4`` under one of ``SCHEDULES``.

    At stride 16 the third stage still halves the resolution, so that only the fourth is dilated; there the
    group begins anew (halving the fourth stage's 5, 9, 17 would grid).

    Raises: ModelError: no such schedule, trunk or output stride.
    """
    if trunk not in BLOCKS:
        raise ModelError(f"There is no trunk {trunk!r}; choose one of {', '.join(BLOCKS)}.")
    if output_stride not in OUTPUT_STRIDES:
        raise ModelError(f"The output stride is 8 or 16, not {output_stride}.")
    _, _, third, fourth = BLOCKS[trunk]
    if name not in SCHEDULES:
        raise ModelError(f"There is no schedule {name!r}; choose one of {', '.join(SCHEDULES)}.")
    if output_stride == 16:
        return (1,) * third, _fourth_stage_at_16(name, fourth)
    match name:
        case "none":
            return (1,) * third, (1,) * fourth
        case "dilation-conv":
            return _repeated((2, 1), third), _repeated((2, 1), fourth)
        case "dilation-RF":
            whole = third - third % 3
            if third < 3:
                return (1, 2), (3, 4)
            return (*_repeated((1, 2, 3), whole), *(2,) * (third - whole)), (3, 4, 5)
        case _:
            if third < 3:
                return (1, 2), (5, 9)
            return (*_repeated((1, 2, 5, 9), third - 3), 1, 2, 5), (5, 9, 17)


def schedule_rates(text: str, trunk: str, output_stride: int) -> tuple[Rates, Rates]:
    """A named schedule, or one written out: the rates of the two stages with a slash between, ``1,2/5,9``.

    Raises: ModelError: neither, or not as many rates as the trunk has blocks.
    """
    if "/" not in text:
        return named_schedule(text, trunk, output_stride)
    wanted = tuple(len(stage) for stage in named_schedule("none", trunk, output_stride))
    try:
        layer3, layer4 = (tuple(int(rate) for rate in stage.split(",")) for stage in text.split("/"))
    except ValueError as error:
        raise ModelError(
            f"{text!r} is no schedule: whole numbers with commas, the two stages with a slash between: 1,2/5,9."
        ) from error
    if (len(layer3), len(layer4)) != wanted or min(*layer3, *layer4) < 1:
        raise ModelError(f"{trunk} takes {wanted[0]} and {wanted[1]} rates of at least 1, unlike {text!r}.")
    return layer3, layer4


def _fourth_stage_at_16(name: str, blocks: int) -> Rates:
    match name:
        case "none":
            return (1,) * blocks
        case "dilation-conv":
            return _repeated((2, 1), blocks)
        case "dilation-RF":
            return (1, 2, 3)[-blocks:]
        case _:
            return (1, 2, 5)[-blocks:]


def _repeated(pattern: Rates, blocks: int) -> Rates:
    return tuple(islice(cycle(pattern), blocks))


def largest_hole(rates: Sequence[int]) -> int:
    """M_2, the largest distance between two inputs that a group of 3x3 convolutions looks at.

    ``M_n = r_n; M_i = max(M_{i+1} - 2 r_i, M_{i+1} - 2 (M_{i+1} - r_i), r_i)``. Of one rate: the rate itself.
    """
    if not rates or min(rates) < 1:
        raise ValueError(f"Rates are whole numbers of at least 1, and at least one: {tuple(rates)}.")
    hole = rates[-1]
    for rate in reversed(rates[1:-1]):
        hole = max(hole - 2 * rate, hole - 2 * (hole - rate), rate)
    return hole


def groups(rates: Sequence[int]) -> Iterator[Rates]:
    """The runs of rising or falling rates, each sorted (the order doesn't change what a group covers).

    A block left alone joins the group before it, or after it if it is the first.
    """
    runs: list[list[int]] = []
    direction = 0
    for rate in rates:
        step = 0 if not runs else (rate > runs[-1][-1]) - (rate < runs[-1][-1])
        if runs and (step == 0 or direction in (0, step)):
            runs[-1].append(rate)
            direction = direction or step
        else:
            runs.append([rate])
            direction = 0
    if len(runs) > 1 and len(runs[0]) == 1:
        runs[:2] = [runs[0] + runs[1]]
    if len(runs) > 1 and len(runs[-1]) == 1:
        runs[-2:] = [runs[-2] + runs[-1]]
    return (tuple(sorted(run)) for run in runs)


def gridding_fault(layer3: Sequence[int], layer4: Sequence[int]) -> str | None:
    """A sentence about the first group that grids, or None where the schedule is sound."""
    for group in groups((*layer3, *layer4)):
        shown = ", ".join(map(str, group))
        factor = math.gcd(*group)
        if factor > 1:
            return f"The dilations {shown} grid: all are multiples of {factor}, so they see one pixel in {factor}."
        if largest_hole(group) > KERNEL:
            return (
                f"The dilations {shown} grid: they leave gaps of {largest_hole(group)} pixels (M_2), "
                f"more than the kernel's {KERNEL}."
            )
    return None


def check_schedule(
    layer3: Sequence[int], layer4: Sequence[int], gridding: Gridding = Gridding.REFUSE
) -> str | None:
    """The fault of a schedule that grids, if that was to be allowed or warned of.

    Raises: ModelError: it grids, and that was to be refused.
    """
    fault = gridding_fault(layer3, layer4)
    if fault and gridding is Gridding.REFUSE:
        raise ModelError(fault)
    if fault and gridding is Gridding.WARN:
        warnings.warn(fault, GriddingWarning, stacklevel=2)
    return fault
