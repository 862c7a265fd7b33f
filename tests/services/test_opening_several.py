"""Several pictures and folders opened at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from segstudio.domain.changes import ImagesChosen
from segstudio.domain.errors import FormatError, ProjectError
from segstudio.domain.task import Progress, Task
from segstudio.services.opening import OpenedProject
from segstudio.services.opening_several import open_paths
from segstudio.store.locations import HOME_VARIABLE
from segstudio.store.project_file import read_project_file
from segstudio.store.project_store import ProjectStore
from tests.services.sitting import CLASSES, Sitting, write_small_model
from tests.store.conftest import write_image


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    folder = tmp_path / "photos"
    for number, name in enumerate(("2021/a.png", "2021/b.png", "2022/a.png", "2023/c.png", "2022/deep/d.png")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_image(folder / name, number)
    (folder / "2021" / "notes.txt").write_text("no picture")
    return folder


@pytest.fixture
def model(tmp_path: Path) -> str:
    return str(write_small_model(tmp_path / "small.safetensors"))


def opened(model: str, *paths: Path) -> OpenedProject:
    task: Task[Progress] = Task()
    return open_paths(paths, task, model=model)


def names(found: OpenedProject) -> list[str]:
    return [str(record.relative_path) for record in found.store.records]


def test_two_folders_become_one_project_of_these_two_alone(photos: Path, model: str) -> None:
    found = opened(model, photos / "2022", photos / "2021")
    with found.store as store:
        assert names(found) == ["2021/a.png", "2021/b.png", "2022/a.png", "2022/deep/d.png"]
        assert store.folder == photos / "2021 + 2022.segstudio"
        write_image(photos / "2021" / "new.png", 9)
        write_image(photos / "2023" / "new.png", 10)
        assert store.scan(Task()).added == 1
    with opened(model, photos / "2021", photos / "2022").store as again:
        assert again.folder == photos / "2021 + 2022.segstudio"
        assert len(again.records) == 5


def test_pictures_of_several_folders_become_one_project(photos: Path, model: str) -> None:
    found = opened(model, photos / "2021" / "a.png", photos / "2022" / "a.png", photos / "2023")
    with found.store:
        assert names(found) == ["2021/a.png", "2022/a.png", "2023/c.png"]


def test_other_pictures_of_the_same_names_are_another_project(photos: Path, model: str) -> None:
    with opened(model, photos / "2021" / "a.png", photos / "2022" / "a.png").store as first:
        (photos / "2024").mkdir()
        write_image(photos / "2024" / "a.png", 7)
        with opened(model, photos / "2021" / "a.png", photos / "2024" / "a.png").store as second:
            assert first.folder != second.folder


def test_a_folder_inside_another_one_is_not_counted_twice(photos: Path, model: str) -> None:
    found = opened(model, photos / "2022", photos / "2022" / "deep", photos / "2023")
    with found.store:
        assert names(found) == ["2022/a.png", "2022/deep/d.png", "2023/c.png"]


def test_pictures_of_one_folder_open_its_project_with_these_chosen(photos: Path, model: str) -> None:
    found = opened(model, photos / "2021" / "b.png", photos / "2021" / "notes.txt", photos / "2021" / "a.png")
    with found.store as store:
        assert store.info.image_folder == photos / "2021"
        assert [str(store.record(image_id).relative_path) for image_id in found.chosen] == ["b.png", "a.png"]
        assert found.image_id == found.chosen[0]


def test_a_project_among_them_is_opened_and_that_is_told(photos: Path, model: str) -> None:
    with opened(model, photos / "2021").store as made:
        folder = made.folder
    found = opened(model, photos / "2022", folder)
    with found.store as store:
        assert store.folder == folder
        assert "One project can be open at a time" in found.remark


def test_folders_without_a_picture_are_told(photos: Path, model: str) -> None:
    for name in ("empty", "too"):
        (photos / name).mkdir()
    with pytest.raises(FormatError, match="hold no picture"):
        opened(model, photos / "empty", photos / "too")


def test_the_parts_stay_when_everything_is_moved(photos: Path, model: str, tmp_path: Path) -> None:
    opened(model, photos / "2021", photos / "2022").store.close()
    photos.rename(tmp_path / "elsewhere")
    with opened(model, tmp_path / "elsewhere" / "2021 + 2022.segstudio").store as store:
        assert store.scan(Task()).missing == ()
        assert len(store.records) == 4


def test_a_part_that_leads_out_of_the_image_folder_is_refused(photos: Path, model: str) -> None:
    with opened(model, photos / "2021", photos / "2022").store as store:
        description = store.layout.project_file
    description.write_text(description.read_text().replace('"2021"', '"../../etc"'))
    with pytest.raises(ProjectError, match="outside the image folder"):
        read_project_file(description)
    with pytest.raises(ProjectError, match="doesn't lie in"):
        ProjectStore.create(photos / "p", photos, CLASSES, model, parts=["../out"])


def test_the_window_shows_the_chosen_pictures_alone(sitting: Sitting) -> None:
    sitting.open()
    sitting.workspace.open_paths([sitting.images / "2.png", sitting.images / "1.png"])
    sitting.until(lambda: sitting.failures or sitting.saw(ImagesChosen))
    (chosen,) = sitting.saw(ImagesChosen)
    assert isinstance(chosen, ImagesChosen)
    assert len(chosen.ids) == 2
