"""A run starts from a base model: classes may come, go, merge and be renamed; the others keep their answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import ModelError
from segstudio.domain.model_info import ChannelMap, ModelInfo
from segstudio.nn.checkpoint import write_model
from segstudio.nn.dilation import Gridding
from segstudio.nn.network import Network, build_network
from segstudio.training.plan import TrainingPlan
from segstudio.training.starting import starting_network
from training.small_plans import small_network, small_plan

OLD = LabelSet.from_names(["sky", "road", "car"])


def base_model(folder: Path) -> tuple[Path, Network]:
    torch.manual_seed(7)
    network = build_network(small_network(3)).eval()
    path = folder / "base.safetensors"
    write_model(path, network, ModelInfo("base", network.config, OLD, ChannelMap(OLD.ids)))
    return path, network


def plan_for(folder: Path, label_set: LabelSet, base: Path | None, **changes: object) -> TrainingPlan:
    network = small_network(len(label_set.active))
    plan = small_plan(folder)
    return replace(plan, label_set=label_set, network=network, base=base, **changes)


def scores(network: Network) -> torch.Tensor:
    """float32 (classes, h, w) on one fixed image."""
    image = torch.randn(1, 3, 32, 48, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        return network.eval().logits(image)[0]


def test_an_added_class_leaves_the_scores_of_the_others_as_they_were(tmp_path: Path) -> None:
    path, base = base_model(tmp_path)
    network, remarks = starting_network(plan_for(tmp_path, OLD.with_class("dog"), path))
    before, after = scores(base), scores(network)
    torch.testing.assert_close(after[:3], before)
    torch.testing.assert_close(after[3], before.mean(dim=0))
    assert remarks == ("New to the base model: dog.",)


def test_an_added_class_wins_nowhere_at_first(tmp_path: Path) -> None:
    path, base = base_model(tmp_path)
    network, _ = starting_network(plan_for(tmp_path, OLD.with_class("dog"), path))
    assert torch.equal(scores(network).argmax(dim=0), scores(base).argmax(dim=0))


def test_a_retired_class_loses_its_channel_and_the_others_keep_theirs(tmp_path: Path) -> None:
    path, base = base_model(tmp_path)
    network, remarks = starting_network(plan_for(tmp_path, OLD.with_retired(1), path))
    torch.testing.assert_close(scores(network), scores(base)[[0, 2]])
    assert remarks == ()


def test_classes_are_found_again_by_name_under_other_ids(tmp_path: Path) -> None:
    path, base = base_model(tmp_path)
    network, _ = starting_network(plan_for(tmp_path, LabelSet.from_names(["Car", "Sky"]), path))
    torch.testing.assert_close(scores(network), scores(base)[[2, 0]])


def test_a_renamed_class_goes_on_from_the_one_it_was(tmp_path: Path) -> None:
    path, base = base_model(tmp_path)
    renamed = OLD.with_changed(replace(OLD.by_id(2), name="vehicle"))
    network, _ = starting_network(plan_for(tmp_path, renamed, path, class_sources=((2, (2,)),)))
    torch.testing.assert_close(scores(network), scores(base))


def test_a_merged_class_starts_between_those_it_was_made_of(tmp_path: Path) -> None:
    path, base = base_model(tmp_path)
    merged = LabelSet.from_names(["sky", "ground"])
    network, _ = starting_network(plan_for(tmp_path, merged, path, class_sources=((1, (1, 2)),)))
    torch.testing.assert_close(scores(network)[1], scores(base)[1:].mean(dim=0))


def test_another_output_stride_keeps_trunk_and_head_where_their_shapes_agree(tmp_path: Path) -> None:
    path, base = base_model(tmp_path)
    plan = plan_for(tmp_path, OLD, path)
    network, remarks = starting_network(replace(plan, network=small_network(3, output_stride=16, cell_width=4)))
    assert remarks == ()
    assert torch.equal(network.head.branches[0].weight, base.head.branches[0].weight)
    assert torch.equal(network.trunk.layer4[1].conv2.weight, base.trunk.layer4[1].conv2.weight)


def test_another_head_starts_afresh_and_says_so(tmp_path: Path) -> None:
    path, base = base_model(tmp_path)
    plan = plan_for(tmp_path, OLD, path)
    network, remarks = starting_network(replace(plan, network=small_network(3, cell_width=4)))
    assert "starts afresh" in remarks[0]
    assert torch.equal(network.trunk.conv1.weight, base.trunk.conv1.weight)


def test_another_trunk_is_refused_with_both_named(tmp_path: Path) -> None:
    path, _ = base_model(tmp_path)
    plan = plan_for(tmp_path, OLD, path)
    with pytest.raises(ModelError, match="base width 8, this run's resnet18 of 16"):
        starting_network(replace(plan, network=replace(plan.network, base_width=16)))


def test_fresh_weights_follow_from_the_seed_and_leave_torchs_own_chance_alone(tmp_path: Path) -> None:
    plan = plan_for(tmp_path, OLD, None)
    torch.manual_seed(5)
    before = torch.get_rng_state()
    first, again, other = (starting_network(replace(plan, seed=seed))[0] for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    weight = first.trunk.conv1.weight
    assert torch.equal(weight, again.trunk.conv1.weight)
    assert not torch.equal(weight, other.trunk.conv1.weight)


def test_a_schedule_that_grids_is_refused_or_on_request_remarked_upon(tmp_path: Path) -> None:
    plan = plan_for(tmp_path, OLD, None)
    plan = replace(plan, network=replace(plan.network, dilations=((2, 4), (8, 8)), schedule="2,4/8,8"))
    with pytest.raises(ModelError, match="grid"):
        starting_network(plan)
    network, remarks = starting_network(replace(plan, gridding=Gridding.ALLOW))
    assert network.config == plan.network
    assert "multiples of 2" in remarks[0]
