"""Sets of keys that other programs have taught people's hands, each as what differs from the defaults."""

from __future__ import annotations

from collections.abc import Mapping

from segstudio.gui.action_table import ACTIONS, Reach

Keys = dict[str, tuple[str, ...]]

DEFAULT_KEYS: Mapping[str, tuple[str, ...]] = {spec.name: spec.keys for spec in ACTIONS}

CLASS_KEYS: Mapping[str, int] = {
    **{key: index for index, key in enumerate("1234567890")},
    **{f"Shift+{key}": 10 + index for index, key in enumerate("1234567890")},
}
"""The key of each of the first twenty classes; the same in every set."""

PRESETS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "SegStudio": {},
    "labelme / X-AnyLabeling": {
        "tool_polygon": ("P", "Ctrl+N"),
        "new_project": ("Ctrl+Alt+N",),
        "accept": ("Return", "Enter", "Ctrl+Return"),
        "fit": ("Ctrl+F", "F"),
        "actual_size": ("Ctrl+0", "Ctrl+1"),
        "overlay": ("V", "Ctrl+H"),
        "edit_classes": ("Ctrl+Alt+L",),
        "find_class": ("Ctrl+K", "/", "Ctrl+L"),
    },
    "CVAT": {
        "next_image": ("F", "D", "Right", "PgDown"),
        "previous_image": ("D", "Left", "PgUp"),
        "fit": ("Ctrl+F",),
        "accept": ("Return", "Enter", "Ctrl+Return"),
        "next_best": ("Shift+C",),
        "tool_polygon": ("P", "Shift+P"),
        "tool_refine": ("Ctrl+Shift+E",),
    },
    "napari": {
        "tool_brush": ("P", "B"),
        "tool_polygon": ("Shift+P",),
        "tool_refine": ("Ctrl+Shift+E",),
        "tool_eraser": ("E",),
        "tool_fill": ("F", "G"),
        "fit": ("Ctrl+0", "Ctrl+F"),
        "tool_pick": ("L", "I"),
        "tool_lasso": ("Shift+O",),
        "paint_rule": ("Ctrl+P", "M"),
        "overlay": ("V",),
    },
}


def preset_keys(name: str) -> Keys:
    """Every action's keys in the set of that name. Raises: KeyError: no such set."""
    return _without_doubles({**DEFAULT_KEYS, **PRESETS[name]}, PRESETS[name])


def _without_doubles(keys: Mapping[str, tuple[str, ...]], preferred: Mapping[str, tuple[str, ...]]) -> Keys:
    """Where two actions ask for one key, the preset's own wish wins, then the earlier key of its action."""
    owner: dict[str, str] = {}
    order = [*preferred, *(name for name in keys if name not in preferred)]
    for rank in range(max(len(wanted) for wanted in keys.values())):
        for name in order:
            if rank < len(keys[name]):
                owner.setdefault(keys[name][rank].casefold(), name)
    return {name: tuple(key for key in wanted if owner[key.casefold()] == name) for name, wanted in keys.items()}


def conflicts(keys: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Each key that is given to more than one action, with those actions."""
    users: dict[str, list[str]] = {key.casefold(): [f"class {i + 1}"] for key, i in CLASS_KEYS.items()}
    for name, wanted in keys.items():
        for key in wanted:
            users.setdefault(key.casefold(), []).append(name)
    return {key: tuple(names) for key, names in users.items() if len(names) > 1}


def reach_of(name: str) -> Reach:
    return next(spec.reach for spec in ACTIONS if spec.name == name)
