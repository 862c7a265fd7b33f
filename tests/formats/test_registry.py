"""Formats are found by name; another package's through its entry point."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from segstudio.domain.errors import FormatError
from segstudio.formats import numpy_arrays, registry


def add(monkeypatch: pytest.MonkeyPatch, *points: EntryPoint) -> None:
    monkeypatch.setattr(registry, "entry_points", lambda group: points if group == "segstudio.formats" else ())


def test_another_package_adds_a_format(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("theirs", "segstudio.formats.numpy_arrays:FORMAT", "segstudio.formats")
    add(monkeypatch, point)
    assert registry.format_names()[-1] == "theirs"
    assert registry.find_format("theirs") is numpy_arrays.FORMAT


def test_ours_can_not_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, EntryPoint("coco", "segstudio.formats.numpy_arrays:FORMAT", "segstudio.formats"))
    assert registry.find_format("coco").title == "COCO"


@pytest.mark.parametrize("value", ["nowhere.at.all:FORMAT", "segstudio.formats.numpy_arrays:NumpyReader"])
def test_a_broken_one_is_a_sentence(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    add(monkeypatch, EntryPoint("theirs", value, "segstudio.formats"))
    with pytest.raises(FormatError, match="'theirs'"):
        registry.find_format("theirs")
