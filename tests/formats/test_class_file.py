"""Class files: what is written is read; what is wrong is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.errors import FormatError
from segstudio.formats.class_file import read_classes, write_classes


def test_what_is_written_is_read(tmp_path: Path) -> None:
    label_set = LabelSet(
        (ClassSpec(0, "sky", (128, 128, 128), "1"), ClassSpec(7, "Straße", (0, 1, 255), None, True))
    )
    write_classes(tmp_path / "classes.json", label_set)
    assert read_classes(tmp_path / "classes.json") == label_set


def test_the_documented_form_is_read(tmp_path: Path) -> None:
    path = tmp_path / "classes.json"
    path.write_text('{"classes": [{"id": 3, "name": "road", "color": "#804080"}], "ignore": 255}')
    assert read_classes(path) == LabelSet((ClassSpec(3, "road", (128, 64, 128)),))


@pytest.mark.parametrize("text", ["sky\r\n road \n\n", "\ufeffsky\nroad", '["sky", "road"]'])
def test_names_alone_get_ids_in_their_order(tmp_path: Path, text: str) -> None:
    path = tmp_path / "names.txt"
    path.write_text(text, encoding="utf-8")
    assert [(spec.id, spec.name) for spec in read_classes(path).classes] == [(0, "sky"), (1, "road")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("{", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("{}", "at least one class"),
        ('{"classes": [{"id": 255, "name": "x"}]}', "class 1: A class id is 0 to 254"),
        ('{"classes": [{"id": true, "name": "x"}]}', "whole number"),
        ('{"classes": [{"id": 0, "name": "x", "color": "red"}]}', "#808080"),
        ('{"classes": [{"id": 0, "name": "x"}, {"id": 0, "name": "y"}]}', "unique"),
        ('{"classes": [{"id": 0, "name": "x"}, {"id": 1, "name": "X"}]}', "share the name"),
        ('{"classes": [{"id": 0, "name": "x"}], "ignore": 0}', "label maps use 255"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "classes.json"
    path.write_text(text)
    with pytest.raises(FormatError, match=message):
        read_classes(path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "classes.txt"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FormatError, match="UTF-8"):
        read_classes(path)
