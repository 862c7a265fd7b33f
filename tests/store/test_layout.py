"""Names of label files: one for each image, inside the project, for ever."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.domain.errors import ProjectError
from segstudio.store.atomic_files import replace_bytes
from segstudio.store.layout import ProjectLayout, inside, label_name, name_key


@pytest.mark.parametrize(
    ("path", "taken", "expected"),
    [
        ("one.jpg", [], "one.png"),
        ("a/b/one.jpg", [], "a/b/one.png"),
        ("one.png", ["one.png"], "one.png.png"),
        ("One.jpg", ["one.png"], "One.jpg.png"),
        ("one.png", ["one.png", "one.png.png"], "one.png~2.png"),
        ("no-suffix", [], "no-suffix.png"),
    ],
)
def test_label_names_keep_folders_and_never_clash(path: str, taken: list[str], expected: str) -> None:
    assert label_name(path, {name_key(name) for name in taken}) == expected


def test_composed_and_decomposed_letters_are_one_name() -> None:
    assert name_key("é.png") == name_key("é.png")


def test_a_name_as_long_as_file_systems_allow_still_fits(tmp_path: Path) -> None:
    first = label_name("ü" * 125 + ".jpg", set())
    second = label_name("ü" * 125 + ".jpg", {name_key(first)})

    assert first != second
    for name in (first, second):
        replace_bytes(tmp_path / name, b"fits")


_PART = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=12).filter(
    lambda part: part not in (".", "..")
)


@given(st.lists(st.lists(_PART, min_size=1, max_size=3).map("/".join), unique=True, max_size=12))
def test_every_image_has_its_own_label_file(paths: list[str]) -> None:
    taken: set[str] = set()
    for path in paths:
        key = name_key(label_name(path, taken))
        assert key not in taken
        taken.add(key)


@pytest.mark.parametrize("name", ["../out.png", "/etc/passwd", "a/../../out.png", "", "a\0b.png", "a/.."])
def test_a_name_that_leads_out_of_the_project_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProjectError, match="outside its own folder"):
        ProjectLayout(tmp_path).label_file(name)


def test_a_linked_folder_that_leads_out_of_the_project_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    labels = tmp_path / "project" / "labels"
    labels.mkdir(parents=True)
    (labels / "sub").symlink_to(outside)

    with pytest.raises(ProjectError, match="leads out of the project"):
        inside(labels, "sub/one.png")


def test_labels_that_are_themselves_a_link_out_are_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "labels").symlink_to(outside)

    with pytest.raises(ProjectError, match="leads out of the project"):
        ProjectLayout(tmp_path / "project").label_file("one.png")


def test_a_project_reached_through_a_link_is_fine(tmp_path: Path) -> None:
    (tmp_path / "real" / "labels").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert ProjectLayout(tmp_path / "link").label_file("one.png") == tmp_path / "link" / "labels" / "one.png"
