"""The user's own keys, as they are kept in the settings: only what differs from the defaults."""

from __future__ import annotations

from collections.abc import Mapping

from segstudio.gui.key_presets import DEFAULT_KEYS, Keys
from segstudio.store.settings import Settings

KEY = "keys"
BETWEEN_KEYS = " | "


def load_keys(settings: Settings) -> Keys:
    """Lines that make no sense are passed over."""
    keys: Keys = dict(DEFAULT_KEYS)
    for line in settings.get_list(KEY):
        name, found, wanted = line.partition("=")
        if found and name in keys:
            keys[name] = tuple(key for key in wanted.split(BETWEEN_KEYS) if key)
    return keys


def save_keys(settings: Settings, keys: Mapping[str, tuple[str, ...]]) -> None:
    changed = {name: wanted for name, wanted in keys.items() if DEFAULT_KEYS.get(name) != wanted}
    settings.set(KEY, tuple(f"{name}={BETWEEN_KEYS.join(wanted)}" for name, wanted in sorted(changed.items())))
