"""What every test may use: the data that lies outside the repository, where it is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run of continuous integration; at a desk each run tries others.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

REPOSITORY = Path(__file__).resolve().parents[1]


def _shared_data(name: str) -> Path:
    root = Path(os.environ.get("SEGSTUDIO_DATA", REPOSITORY.parent / "shared" / "data"))
    folder = root / name
    if not folder.is_dir():
        pytest.skip(f"NOT TESTED: the data set {name!r} is not at {folder}; set SEGSTUDIO_DATA to where it lies.")
    return folder


@pytest.fixture(scope="session")
def camvid() -> Path:
    """CamVid's folder: train/images, train/labels, val/images, val/labels."""
    return _shared_data("camvid")


@pytest.fixture(scope="session")
def membrane() -> Path:
    """The ISBI 2012 membranes' folder: images, labels."""
    return _shared_data("membrane")


@pytest.fixture(scope="session")
def tusimple_reference() -> Path:
    """The stand-in for the authors' checkpoint and the authors' network's answers on it."""
    root = Path(os.environ.get("SEGSTUDIO_REFERENCE", REPOSITORY.parent / "shared" / "reference"))
    folder = root / "tusimple"
    if not folder.is_dir():
        pytest.skip(f"NOT TESTED: the reference is not at {folder}; set SEGSTUDIO_REFERENCE to where it lies.")
    return folder
