"""Files are replaced whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from segstudio.store.atomic_files import replace_bytes, replace_file, unfinished_files


def test_a_new_file_appears_with_its_folder(tmp_path: Path) -> None:
    replace_bytes(tmp_path / "a" / "b" / "file.txt", b"new")

    assert (tmp_path / "a" / "b" / "file.txt").read_bytes() == b"new"


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(b"old")

    def write_half(unfinished: Path) -> None:
        unfinished.write_bytes(b"ne")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        replace_file(path, write_half)

    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file.bin"]


def test_a_failed_rename_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "taken"
    (path / "full").mkdir(parents=True)

    with pytest.raises(OSError):
        replace_bytes(path, b"new")

    assert [p.name for p in tmp_path.iterdir()] == ["taken"]


def test_the_old_file_stays_until_the_new_one_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(b"old")
    events: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(descriptor: int) -> None:
        name = Path(f"/proc/self/fd/{descriptor}").readlink()
        events.append("folder" if name.is_dir() else "file")
        assert path.read_bytes() == (b"new" if name.is_dir() else b"old")
        real_sync(descriptor)

    def rename(self: Path, target: Path) -> Path:
        events.append("rename")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", rename)
    replace_bytes(path, b"new")

    assert events == ["file", "rename", "folder"]


def test_what_the_writer_returns_is_returned(tmp_path: Path) -> None:
    assert replace_file(tmp_path / "count.txt", lambda path: path.write_bytes(b"four")) == 4


def test_litter_of_a_dead_writer_is_found(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    left = tmp_path / "sub" / ".segstudio-0123.png"
    left.write_bytes(b"half")
    (tmp_path / "whole.png").write_bytes(b"whole")

    assert list(unfinished_files(tmp_path)) == [left]
