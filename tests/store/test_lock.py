"""One writer at a time; the others read and are told who writes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from segstudio.domain.errors import ProjectError
from segstudio.store.project_store import ProjectStore
from store.conftest import HEIGHT, WIDTH

_HOLD = """
import sys, time
from pathlib import Path
from segstudio.store.project_store import ProjectStore
store = ProjectStore.open(Path(sys.argv[1]))
print("read-only" if store.is_read_only else "holding", flush=True)
time.sleep(60)
"""


def _hold(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", _HOLD, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "holding"
    return process


def test_a_second_process_reads_only_and_says_who_holds_the_project(store: ProjectStore, folder: Path) -> None:
    store.close()
    holder = _hold(folder)
    try:
        with ProjectStore.open(folder) as second:
            assert second.is_read_only
            assert second.info.is_read_only
            assert f"process {holder.pid} on this computer" in second.remark
            labels = np.zeros((HEIGHT, WIDTH), np.uint8)
            with pytest.raises(ProjectError, match="held by process"):
                second.labels.save(second.records[0].id, labels, labels)
            with pytest.raises(ProjectError, match="reading only"):
                second.index.set_flags([second.records[0].id], is_flagged=True)
    finally:
        holder.kill()
        holder.communicate()


def test_the_lock_of_a_killed_process_is_taken_over(store: ProjectStore, folder: Path) -> None:
    store.close()
    holder = _hold(folder)
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate()

    with ProjectStore.open(folder) as second:
        assert not second.is_read_only
        assert second.holder is None


def test_two_windows_of_one_process_are_two_as_well(store: ProjectStore, folder: Path) -> None:
    with ProjectStore.open(folder) as second:
        assert second.is_read_only
        assert f"process {os.getpid()}" in second.remark


def test_a_closed_project_is_free(store: ProjectStore, folder: Path) -> None:
    store.close()
    with ProjectStore.open(folder) as second:
        assert not second.is_read_only


def test_a_reader_sees_what_the_writer_saved_since(store: ProjectStore, folder: Path) -> None:
    with ProjectStore.open(folder, read_only=True) as reader:
        image_id = reader.records[0].id
        filled = np.full((HEIGHT, WIDTH), 2, np.uint8)
        store.labels.save(image_id, filled, filled)
        assert (reader.labels.load(image_id).labels == 2).all()


def test_many_processes_at_once_have_one_writer(store: ProjectStore, folder: Path) -> None:
    store.close()
    processes = [
        subprocess.Popen([sys.executable, "-c", _HOLD, str(folder)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    try:
        said = [process.stdout.readline().strip() for process in processes if process.stdout is not None]
        assert sorted(said) == ["holding", "read-only", "read-only", "read-only"]
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_a_wrong_clock_does_not_lock_anybody_out(store: ProjectStore, folder: Path) -> None:
    store.close()
    (folder / "project.holder.json").write_text(f'{{"process": 1, "host": "old", "since": {time.time() + 9e9}}}')
    with ProjectStore.open(folder) as second:
        assert not second.is_read_only
