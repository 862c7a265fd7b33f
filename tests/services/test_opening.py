"""What a path is taken for, and where the project of a bare folder of images is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from segstudio.domain.errors import FormatError, ProjectError
from segstudio.domain.task import Progress, Task
from segstudio.services.opening import open_path, project_folder_for
from segstudio.services.sample_project import open_sample
from segstudio.store.project_store import ProjectStore
from tests.services.sitting import CLASSES, make_images, write_small_model


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGSTUDIO_HOME", str(tmp_path / "home"))


def _task() -> Task[Progress]:
    return Task()


def test_labels_of_a_folder_are_kept_beside_it(tmp_path: Path) -> None:
    images = make_images(tmp_path / "photos")
    assert project_folder_for(images) == tmp_path / "photos.segstudio"


def test_a_folder_without_a_name_has_its_labels_elsewhere_or_where_it_really_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert project_folder_for(Path("/")).is_relative_to(tmp_path / "home")
    monkeypatch.chdir(make_images(tmp_path / "photos"))
    assert project_folder_for(Path()) == tmp_path / "photos.segstudio"


def test_beside_a_folder_that_nobody_may_write_they_go_to_the_user_s_own_data(tmp_path: Path) -> None:
    images = make_images(tmp_path / "shared" / "photos")
    (tmp_path / "shared").chmod(0o555)
    try:
        assert project_folder_for(images).is_relative_to(tmp_path / "home")
    finally:
        (tmp_path / "shared").chmod(0o755)


def test_opening_the_folder_again_finds_its_project(tmp_path: Path) -> None:
    images = make_images(tmp_path / "photos")
    model = str(write_small_model(tmp_path / "small.safetensors"))
    first = open_path(images, _task(), model=model)
    assert "are kept in" in first.remark
    first.store.close()
    again = open_path(images / "1.png", _task(), model=model)
    assert again.remark == ""
    assert again.image_id is not None
    assert again.store.record(again.image_id).relative_path.name == "1.png"
    again.store.close()


def test_the_database_file_of_a_project_opens_the_project(tmp_path: Path) -> None:
    images = make_images(tmp_path / "photos")
    ProjectStore.create(tmp_path / "project", images, CLASSES, "streets").close()
    opened = open_path(tmp_path / "project" / "project.sqlite", _task())
    assert len(opened.store.records) == 3
    opened.store.close()


def test_the_sample_is_copied_once_and_opens_again(tmp_path: Path) -> None:
    first = open_sample(_task())
    assert len(first.store.records) == 12
    folder = first.store.folder
    assert folder.is_relative_to(tmp_path / "home")
    first.store.close()
    again = open_sample(_task())
    assert again.store.folder == folder
    again.store.close()


@pytest.mark.parametrize(("name", "content"), [("notes.txt", b"text"), ("movie.mp4", b"\0\0")])
def test_other_files_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FormatError, match="neither a picture"):
        open_path(tmp_path / name, _task())


def test_an_empty_folder_and_nothing_at_all_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(FormatError, match="no picture"):
        open_path(tmp_path / "empty", _task())
    assert not (tmp_path / "empty.segstudio").exists()
    with pytest.raises(ProjectError, match="nothing at"):
        open_path(tmp_path / "missing", _task())
