"""What the program remembers survives, and nonsense in its file does no harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from segstudio.domain.errors import ProjectError
from segstudio.store.locations import HOME_VARIABLE, cache_folder, data_folder, settings_folder
from segstudio.store.recent_projects import KEPT, RecentProjects
from segstudio.store.settings import Settings


def test_values_come_back_with_their_types(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    settings.set("dark", True)
    settings.set("opacity", 0.5)
    settings.set("size", 12)
    settings.set("name", "straße")
    settings.set("list", ("a", "b"))

    again = Settings(tmp_path / "settings.json")
    assert again.get("dark", False) is True
    assert (again.get("opacity", 1.0), again.get("size", 1), again.get("name", "")) == (0.5, 12, "straße")
    assert again.get_list("list") == ("a", "b")


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe", b'{"size": "big", "dark": 1, "list": [1]}'])
def test_nonsense_counts_as_the_default(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "settings.json").write_bytes(content)
    settings = Settings(tmp_path / "settings.json")

    assert settings.get("size", 7) == 7
    assert settings.get("dark", False) is False
    assert settings.get_list("list") == ()
    settings.set("size", 8)
    assert Settings(tmp_path / "settings.json").get("size", 7) == 8


def test_two_windows_do_not_undo_each_others_settings(tmp_path: Path) -> None:
    first, second = Settings(tmp_path / "settings.json"), Settings(tmp_path / "settings.json")
    first.set("a", 1)
    second.set("b", 2)

    again = Settings(tmp_path / "settings.json")
    assert (again.get("a", 0), again.get("b", 0)) == (1, 2)


def test_setting_does_not_wait_for_the_disk_where_somebody_else_writes(tmp_path: Path) -> None:
    path, waiting = tmp_path / "settings.json", []
    settings = Settings(path)
    settings.write_through(waiting.append)
    settings.set("a", 1)
    settings.set("b", 2)
    assert settings.get("a", 0) == 1
    assert not path.exists()
    Settings(path).set("of another window", 3)
    for write in waiting:
        write()
    again = Settings(path)
    assert [again.get(key, 0) for key in ("a", "b", "of another window")] == [1, 2, 3]
    settings.write_through(None)
    settings.set("c", 4)
    assert Settings(path).get("c", 0) == 4


def test_what_could_not_be_written_is_written_with_the_next(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings = Settings(tmp_path / "file" / "settings.json")
    with pytest.raises(ProjectError):
        settings.set("a", 1)
    (tmp_path / "file").unlink()
    settings.set("b", 2)
    again = Settings(tmp_path / "file" / "settings.json")
    assert (again.get("a", 0), again.get("b", 0)) == (1, 2)


def test_a_place_that_can_not_be_written_is_told_and_the_value_counts(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings = Settings(tmp_path / "file" / "settings.json")

    with pytest.raises(ProjectError, match="can't be saved"):
        settings.set("size", 8)
    assert settings.get("size", 7) == 8


def test_the_newest_project_comes_first_and_once(tmp_path: Path) -> None:
    recent = RecentProjects(Settings(tmp_path / "settings.json"))
    for number in range(KEPT + 5):
        (tmp_path / str(number)).mkdir()
        recent.add(tmp_path / str(number))
    recent.add(tmp_path / "22")

    assert recent.paths[:3] == (tmp_path / "22", tmp_path / "24", tmp_path / "23")
    assert len(recent.paths) == KEPT
    (tmp_path / "24").rmdir()
    recent.forget(tmp_path / "22")
    assert recent.paths[0] == tmp_path / "23"


def test_everything_lies_below_the_users_chosen_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))

    assert {settings_folder(), data_folder(), cache_folder()} == {
        tmp_path / "settings",
        tmp_path / "data",
        tmp_path / "cache",
    }
