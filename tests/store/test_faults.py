"""Full disks, forbidden folders, vanished drives, jumping clocks, and a process killed at random moments."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from segstudio.domain.errors import ProjectError
from segstudio.domain.geometry import Rect
from segstudio.domain.task import Task
from segstudio.editing.document import LabelDocument
from segstudio.editing.journal import encode_change
from segstudio.store.project_store import ProjectStore
from store.conftest import CLASSES, HEIGHT, WIDTH, paint, write_image

REPOSITORY = Path(__file__).resolve().parents[2]
NOBODY_USER = 65534


def filled(value: int) -> np.ndarray:  # type: ignore[type-arg]  # uint8 (H, W)
    return np.full((HEIGHT, WIDTH), value, np.uint8)


def test_a_process_that_is_killed_at_random_moments_loses_nothing() -> None:
    """A small, seeded run; ``python -m benchmarks.faults --rounds 200`` is the large one."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.faults", "--rounds", "6", "--seed", "5", "--longest-life", "0.8"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    table = json.loads(done.stdout or "{}")
    assert table.get("faults") == [], done.stdout + done.stderr
    assert table["rounds"] == 6
    assert table["edits_committed"] > 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with room for 3 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "none", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("NOT TESTED: a full disk needs the right to mount a small one (run the tests as root).")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill_disk(ballast: Path) -> Path:
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    return ballast


def test_a_full_disk_leaves_the_old_labels_and_keeps_the_edits(small_disk: Path, tmp_path: Path) -> None:
    write_image(tmp_path / "images" / "a.png", width=400, height=300)
    with ProjectStore.create(small_disk / "project", tmp_path / "images", CLASSES, "streets") as store:
        image_id = store.records[0].id
        old = np.zeros((300, 400), np.uint8)
        store.labels.save(image_id, old, old)
        document = LabelDocument(*store.labels.load(image_id))
        store.labels.journal.append((image_id, encode_change(paint(document, 1, Rect(0, 0, 90, 90)))))

        ballast = fill_disk(small_disk / "ballast")
        noise = np.random.default_rng(0).integers(0, 255, (300, 400), np.uint8)
        with pytest.raises(ProjectError, match=r"full|No space left"):
            store.labels.save(image_id, noise, noise)
        np.testing.assert_array_equal(store.labels.load(image_id).labels, document.labels)
        assert not list((small_disk / "project").rglob(".segstudio-*"))

        ballast.unlink()
        store.labels.save_journal(image_id)
    with ProjectStore.open(small_disk / "project") as again:
        np.testing.assert_array_equal(again.labels.load(image_id).labels, document.labels)


def test_a_journal_on_a_full_disk_says_so_and_goes_on_when_there_is_room(small_disk: Path, tmp_path: Path) -> None:
    write_image(tmp_path / "images" / "a.png")
    with ProjectStore.create(small_disk / "project", tmp_path / "images", CLASSES, "streets") as store:
        image_id = store.records[0].id
        fill_disk(small_disk / "ballast")
        with pytest.raises(ProjectError, match="is full: make room"):
            store.labels.journal.append((image_id, os.urandom(100_000)))
        assert store.labels.journal.waiting() == {}

        (small_disk / "ballast").unlink()
        store.labels.journal.append((image_id, b"fits"))
        assert store.labels.journal.waiting() == {image_id: 1}


def as_nobody(code: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    """Run Python without root's rights, which no permission stops."""
    if os.name == "nt" or os.geteuid() != 0:
        pytest.skip("NOT TESTED: dropping to another user's rights needs root.")
    drop = f"import os; os.setgroups([]); os.setgid({NOBODY_USER}); os.setuid({NOBODY_USER})\n"
    imports = "import sys\nfrom pathlib import Path\nfrom segstudio.store.project_store import ProjectStore\n"
    return subprocess.run(
        [sys.executable, "-c", imports + drop + code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )


def open_to_all(path: Path) -> None:
    """The folders above too, which pytest makes for its own user alone."""
    for folder in (path, *list(path.parents)[:-1]):
        folder.chmod(folder.stat().st_mode | 0o055)


def test_a_project_in_a_folder_that_may_not_be_written_opens_for_reading(store: ProjectStore, folder: Path) -> None:
    image_id = store.records[0].id
    store.labels.save(image_id, filled(1), filled(3))
    store.close()
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    open_to_all(folder)
    done = as_nobody(
        "with ProjectStore.open(Path(sys.argv[1])) as store:\n"
        "    print(store.is_read_only, int(store.labels.load(store.records[0].id).labels[0, 0]), store.remark)\n",
        folder,
    )
    assert done.stdout.startswith("True 1 "), done.stderr
    assert "may not be written (Permission denied)" in done.stdout


def test_a_project_can_not_be_made_where_nothing_may_be_written(images: Path, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o755)
    open_to_all(tmp_path / "closed")
    open_to_all(images)
    done = as_nobody(
        "from segstudio.domain.classes import LabelSet\n"
        "from segstudio.domain.errors import ProjectError\n"
        "try:\n"
        "    ProjectStore.create(Path(sys.argv[1]), Path(sys.argv[2]), LabelSet.from_names(['a']), 'streets')\n"
        "except ProjectError as error:\n"
        "    print(error)\n",
        tmp_path / "closed" / "project",
        images,
    )
    assert "No project could be made" in done.stdout, done.stderr
    assert "Choose a folder that you may write" in done.stdout


def test_an_image_folder_that_may_not_be_read_is_told(store: ProjectStore, folder: Path, images: Path) -> None:
    store.close()
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    open_to_all(folder)
    images.chmod(0o700)
    done = as_nobody(
        "from segstudio.domain.errors import ProjectError\n"
        "from segstudio.domain.task import Task\n"
        "with ProjectStore.open(Path(sys.argv[1])) as store:\n"
        "    try:\n"
        "        store.scan(Task())\n"
        "    except ProjectError as error:\n"
        "        print(len(store.records), error)\n",
        folder,
    )
    images.chmod(0o755)
    assert done.stdout.startswith("4 The image folder"), done.stderr
    assert "may not be read" in done.stdout


def test_a_project_folder_that_vanishes_is_not_made_anew(store: ProjectStore, folder: Path) -> None:
    image_id = store.records[0].id
    store.labels.save(image_id, filled(1), filled(3))
    away = folder.with_name("away")
    folder.rename(away)
    with pytest.raises(ProjectError, match="isn't there any more"):
        store.labels.save(image_id, filled(2), filled(3))
    with pytest.raises(ProjectError, match="isn't there any more"):
        store.set_model("other")
    assert not folder.exists()

    away.rename(folder)
    store.labels.save(image_id, filled(0), filled(3))
    assert (store.labels.load(image_id).labels == 0).all()


def test_another_project_in_the_place_of_the_open_one_is_left_alone(
    store: ProjectStore, folder: Path, images: Path
) -> None:
    folder.rename(folder.with_name("away"))
    ProjectStore.create(folder, images, CLASSES, "streets").close()

    with pytest.raises(ProjectError, match="isn't there any more"):
        store.labels.save(store.records[0].id, filled(2), filled(3))
    assert not list((folder / "labels").iterdir())


@pytest.mark.parametrize("jump", [-10 * 365 * 86400.0, 10 * 365 * 86400.0])
def test_a_clock_that_jumps_changes_no_order(
    store: ProjectStore, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    image_id = store.records[0].id
    document = LabelDocument(*store.labels.load(image_id))
    store.labels.journal.append((image_id, encode_change(paint(document, 1, Rect(0, 0, 9, 9)))))
    store.labels.save(image_id, filled(1), filled(3))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + jump)
    store.labels.journal.append((image_id, encode_change(paint(document, 2, Rect(3, 3, 9, 9)))))
    store.labels.save(image_id, filled(2), filled(3))

    values = [int(store.labels.load_version(version.id)[1][0, 0]) for version in store.labels.versions(image_id)]
    assert values == [2, 1]
    assert store.scan(Task()).changed == ()
