"""HDC schedules, M_2, and what a schedule really looks at."""

from __future__ import annotations

import warnings

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from segstudio.domain.errors import ModelError
from segstudio.nn.dilation import (
    BLOCKS,
    SCHEDULES,
    Gridding,
    GriddingWarning,
    check_schedule,
    gridding_fault,
    groups,
    largest_hole,
    named_schedule,
    schedule_rates,
)


def offsets_seen(rates: tuple[int, ...]) -> set[int]:
    """The inputs, along one axis, that one output of stacked 3-wide convolutions depends on."""
    seen = {0}
    for rate in rates:
        seen = {offset + step for offset in seen for step in (-rate, 0, rate)}
    return seen


@pytest.mark.parametrize(
    ("rates", "hole"),
    [((1, 2, 5), 2), ((1, 2, 9), 5), ((1, 2, 5, 9), 2), ((2, 2, 2), 2), ((2, 4, 8), 4), ((5, 9, 17), 9), ((4,), 4)],
)
def test_the_largest_hole_is_the_papers(rates: tuple[int, ...], hole: int) -> None:
    assert largest_hole(rates) == hole


def test_a_schedule_of_no_rates_has_no_hole_to_speak_of() -> None:
    with pytest.raises(ValueError, match="at least one"):
        largest_hole(())


@pytest.mark.parametrize("rates", [(2, 2, 2), (2, 4, 8), (3, 6), (1, 2, 9)])
def test_a_group_that_grids_is_refused_with_its_rates(rates: tuple[int, ...]) -> None:
    with pytest.raises(ModelError, match=", ".join(map(str, rates))):
        check_schedule(rates, ())


def test_on_request_a_gridding_schedule_is_warned_of_or_let_through() -> None:
    with pytest.warns(GriddingWarning, match="multiples of 2"):
        check_schedule((2, 4, 8), (), Gridding.WARN)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert check_schedule((2, 4, 8), (), Gridding.ALLOW) is not None
        assert check_schedule((1, 2, 5), (), Gridding.WARN) is None


@pytest.mark.parametrize("trunk", BLOCKS)
@pytest.mark.parametrize("output_stride", [8, 16])
@pytest.mark.parametrize("name", SCHEDULES)
def test_named_schedules_fit_their_trunk_are_sound_and_see_every_pixel(
    trunk: str, output_stride: int, name: str
) -> None:
    layer3, layer4 = named_schedule(name, trunk, output_stride)
    assert (len(layer3), len(layer4)) == BLOCKS[trunk][2:]
    assert gridding_fault(layer3, layer4) is None
    seen = offsets_seen((*layer3, *layer4))
    assert seen == set(range(min(seen), max(seen) + 1))


def test_resnet101_at_stride_8_has_the_papers_rates() -> None:
    assert named_schedule("dilation-bigger", "resnet101", 8) == ((1, 2, 5, 9) * 5 + (1, 2, 5), (5, 9, 17))
    assert named_schedule("dilation-RF", "resnet101", 8) == ((1, 2, 3) * 7 + (2, 2), (3, 4, 5))
    assert named_schedule("dilation-conv", "resnet101", 8) == ((2, 1) * 11 + (2,), (2, 1, 2))
    assert named_schedule("none", "resnet101", 8) == ((1,) * 23, (1,) * 3)


def test_the_published_networks_own_rates_are_sound() -> None:
    assert gridding_fault((2, 2, 5, 9) + (1, 2, 5, 9) * 4 + (1, 2, 5), (5, 9, 17)) is None


def test_the_order_within_a_group_does_not_matter() -> None:
    assert gridding_fault((9, 5, 2, 1), ()) is None
    assert list(groups((1, 2, 5, 9, 1, 2, 5, 5, 9, 17))) == [(1, 2, 5, 9), (1, 2, 5, 5, 9, 17)]


@given(st.lists(st.integers(1, 20), min_size=1, max_size=12))
def test_groups_lose_no_rate(rates: list[int]) -> None:
    assert sorted(rate for group in groups(rates) for rate in group) == sorted(rates)


@given(st.lists(st.integers(1, 6), min_size=2, max_size=4), st.integers(2, 4))
def test_a_common_factor_always_grids(rates: list[int], factor: int) -> None:
    assert gridding_fault([rate * factor for rate in rates], ()) is not None


@pytest.mark.parametrize(
    ("name", "trunk", "stride"), [("x", "resnet18", 8), ("none", "vgg", 8), ("none", "resnet18", 4)]
)
def test_what_does_not_exist_is_named(name: str, trunk: str, stride: int) -> None:
    with pytest.raises(ModelError):
        named_schedule(name, trunk, stride)


@pytest.mark.parametrize(("rates", "share"), [((1, 2, 5), 1.0), ((2, 4, 8), 0.27)])
def test_the_input_gradient_shows_the_grid(rates: tuple[int, ...], share: float) -> None:
    image = torch.zeros(1, 1, 41, 41, requires_grad=True)
    x = image
    for rate in rates:
        layer = nn.Conv2d(1, 1, 3, padding=rate, dilation=rate, bias=False)
        nn.init.ones_(layer.weight)
        x = layer(x)
    x[0, 0, 20, 20].backward()
    assert image.grad is not None
    reach = sum(rates)
    window = image.grad[0, 0, 20 - reach : 21 + reach, 20 - reach : 21 + reach]
    assert float((window != 0).float().mean()) == pytest.approx(share, abs=0.02)


def test_a_schedule_may_be_written_out() -> None:
    assert schedule_rates("1,2/5,9", "resnet18", 8) == ((1, 2), (5, 9))
    assert schedule_rates("dilation-RF", "resnet18", 8) == ((1, 2), (3, 4))


@pytest.mark.parametrize("text", ["1,2,5/5,9", "1,2/5", "a,b/c,d", "1,2/5,9/1", "0,2/5,9", "/", "dilation"])
def test_a_schedule_that_is_none_is_explained(text: str) -> None:
    with pytest.raises(ModelError, match=r"schedule|rates"):
        schedule_rates(text, "resnet18", 8)
