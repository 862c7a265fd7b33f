"""Where the program's own files lie: settings, data, cache, what comes with it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

import segstudio

_APP = "SegStudio"
HOME_VARIABLE = "SEGSTUDIO_HOME"
"""Where set, everything the program keeps for the user lies below this folder."""


def settings_folder() -> Path:
    return _own("settings") or Path(platformdirs.user_config_dir(_APP, appauthor=False))


def data_folder() -> Path:
    """For what must stay: projects of images whose own folder can't be written, the sample project, models."""
    return _own("data") or Path(platformdirs.user_data_dir(_APP, appauthor=False))


def cache_folder() -> Path:
    """For what can be made again."""
    return _own("cache") or Path(platformdirs.user_cache_dir(_APP, appauthor=False))


def resources_folder() -> Path:
    """Icons, styles and the sample project that come with the program."""
    return _with_the_program("resources")


def _own(part: str) -> Path | None:
    home = os.environ.get(HOME_VARIABLE)
    return Path(home).absolute() / part if home else None


def _with_the_program(name: str) -> Path:
    """Inside the package when installed or frozen, beside it in the repository."""
    package = Path(segstudio.__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    places = [package / name, package.parent / name]
    if frozen is not None:
        places.insert(0, Path(frozen) / "segstudio" / name)
    return next((place for place in places if place.is_dir()), places[-1])
