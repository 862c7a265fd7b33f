"""The ablation compares what it says it compares."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from benchmarks.ablation.table import Outcome, add_outcome, markdown, read_outcomes
from benchmarks.ablation.variants import GRIDDING, VARIANTS, Variant
from segstudio.nn.dilation import BLOCKS, gridding_fault
from segstudio.nn.network import check_config

PLAIN = next(variant for variant in VARIANTS if variant.name == "DUC")


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_each_variant_differs_from_the_plain_one_in_one_thing_at_most(variant: Variant) -> None:
    settings = [f.name for f in fields(Variant) if f.name not in ("name", "claim", "paper")]
    assert sum(getattr(variant, name) != getattr(PLAIN, name) for name in settings) <= 1


def test_only_the_variant_that_two_of_the_papers_tables_share_is_a_twin() -> None:
    pairs = [(a.name, b.name) for a in VARIANTS for b in VARIANTS if a is not b and a.is_twin_of(b)]
    assert pairs == [("DUC", "HDC dilation-bigger"), ("HDC dilation-bigger", "DUC")]


@pytest.mark.parametrize("trunk", BLOCKS)
def test_only_the_negative_control_grids(trunk: str) -> None:
    for variant in VARIANTS:
        config = variant.config(trunk=trunk, channels=11, base_width=64)
        check_config(config)
        assert (gridding_fault(*config.dilations) is not None) == (variant.name == GRIDDING)


def test_the_table_has_means_and_spreads_and_dashes_for_what_was_not_run(tmp_path: Path) -> None:
    path = tmp_path / "outcomes.jsonl"
    for seed, score in enumerate((0.50, 0.54)):
        add_outcome(path, Outcome("DUC", seed, score, 0.6, 0.9, 60.0))
    table = markdown(VARIANTS, read_outcomes(path), {"epochs": 60})
    assert "| DUC | 52.0 | 50.0 to 54.0 | 2 | 90.0 | 74.3 | DUC beats bilinear enlargement |" in table
    assert "| HDC none | - | - | 0 | - | 72.9 | dilation helps |" in table
    assert "epochs 60" in table
