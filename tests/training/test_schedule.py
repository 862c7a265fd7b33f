"""The learning rate rises, then falls to nothing."""

from __future__ import annotations

import pytest

from segstudio.training.plan import ScheduleKind
from segstudio.training.schedule import rate_factor


@pytest.mark.parametrize("kind", list(ScheduleKind))
def test_it_warms_up_to_the_peak(kind: ScheduleKind) -> None:
    rising = [rate_factor(step / 1000, kind, warm_up_share=0.1) for step in range(101)]
    assert rising == sorted(rising)
    assert rising[0] < 0.02
    assert rising[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("kind", [ScheduleKind.POLY, ScheduleKind.COSINE])
def test_it_falls_to_nothing(kind: ScheduleKind) -> None:
    falling = [rate_factor(step / 100, kind, warm_up_share=0.1) for step in range(10, 101)]
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] == pytest.approx(0.0)


def test_poly_is_the_papers_formula() -> None:
    assert rate_factor(0.25, ScheduleKind.POLY, warm_up_share=0.0) == pytest.approx(0.75**0.9)


def test_past_the_end_it_stays_at_the_end() -> None:
    assert rate_factor(1.5, ScheduleKind.POLY, warm_up_share=0.1) == 0.0
