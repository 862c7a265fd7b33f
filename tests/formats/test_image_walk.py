"""One walk for everybody who looks through a folder of images."""

from __future__ import annotations

from pathlib import Path

import pytest

from segstudio.domain.errors import FormatError
from segstudio.formats.image_walk import ImageWalk, images_below, images_with_labels


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.PNG", "a.jpg", "notes.txt", ".hidden.png", "deep/er/c.webp", ".cache/d.png", "out/e.tif"):
        path = tmp_path / "images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"12345")
    (tmp_path / "images" / "folder.png").mkdir()
    return tmp_path / "images"


def names(walk: ImageWalk, folder: Path, *parts: str) -> set[str]:
    return {found.path for found in walk.images(folder, parts)}


def test_images_are_found_at_any_depth_and_hidden_ones_are_not(folder: Path) -> None:
    assert names(ImageWalk(), folder) == {"a.jpg", "b.PNG", "deep/er/c.webp", "out/e.tif"}


def test_a_folder_can_be_left_out(folder: Path) -> None:
    assert names(ImageWalk(lambda path: path.name == "deep"), folder) == {"a.jpg", "b.PNG", "out/e.tif"}


def test_parts_are_files_and_folders_and_what_is_gone_is_passed_by(folder: Path) -> None:
    assert names(ImageWalk(), folder, "deep", "a.jpg", "gone.png", "notes.txt") == {"deep/er/c.webp", "a.jpg"}


def test_a_link_back_ends_the_walk(folder: Path) -> None:
    (folder / "deep" / "back").symlink_to(folder, target_is_directory=True)
    assert len(names(ImageWalk(), folder)) == 4


def test_images_come_in_the_order_of_their_paths(folder: Path) -> None:
    assert [path.name for path in images_below(folder)] == ["a.jpg", "b.PNG", "c.webp", "e.tif"]


def test_the_label_map_has_the_images_path_and_stem(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "labels").mkdir()
    pairs = images_with_labels(folder, tmp_path / "labels")
    assert [label.relative_to(tmp_path).as_posix() for _, label in pairs] == [
        "labels/a.png",
        "labels/b.png",
        "labels/deep/er/c.png",
        "labels/out/e.png",
    ]


def test_no_folder_and_no_image_are_told_apart(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no such folder"):
        images_below(tmp_path / "gone")
    with pytest.raises(FormatError, match="holds no image"):
        images_below(folder / "folder.png")
