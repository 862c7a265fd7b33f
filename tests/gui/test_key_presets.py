"""The sets of keys: none gives one key two meanings."""

from __future__ import annotations

import pytest

from segstudio.gui.action_table import ACTIONS, MENUS
from segstudio.gui.key_presets import DEFAULT_KEYS, PRESETS, conflicts, preset_keys


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_gives_no_key_two_meanings(name: str) -> None:
    assert conflicts(preset_keys(name)) == {}


@pytest.mark.parametrize("name", PRESETS)
def test_an_action_that_has_a_key_keeps_one_in_every_preset(name: str) -> None:
    keys = preset_keys(name)
    assert [action for action, wanted in DEFAULT_KEYS.items() if wanted and not keys[action]] == []


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_names_only_actions_that_exist(name: str) -> None:
    assert set(PRESETS[name]) <= {spec.name for spec in ACTIONS}


def test_two_actions_with_one_key_are_a_conflict() -> None:
    assert conflicts({"undo": ("Z",), "redo": ("z", "Y")}) == {"z": ("undo", "redo")}


def test_a_digit_is_taken_by_its_class() -> None:
    assert conflicts({"undo": ("3",)}) == {"3": ("class 3", "undo")}


def test_each_action_stands_in_a_menu_and_has_its_own_name() -> None:
    names = [spec.name for spec in ACTIONS]
    assert len(set(names)) == len(names)
    assert {spec.menu for spec in ACTIONS} <= set(MENUS)
