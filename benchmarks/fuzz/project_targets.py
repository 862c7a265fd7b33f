"""The readers of what lies in a project's folder, which somebody else may have sent."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from benchmarks.fuzz.target import CLASSES, Seeds, Target, labels_of
from segstudio.domain.errors import SegStudioError
from segstudio.domain.geometry import Rect
from segstudio.domain.task import Task
from segstudio.editing.document import LabelDocument
from segstudio.editing.journal import apply_change, decode_change, encode_change, touched_rows
from segstudio.store.adoption_log import AdoptionLog
from segstudio.store.layout import ProjectLayout
from segstudio.store.lock import read_holder
from segstudio.store.packed_labels import PackedPair
from segstudio.store.project_store import ProjectStore
from segstudio.store.repair import repair
from segstudio.store.versions import decode_planes, encode_planes

Use = Callable[[Path], None]
"""Of the folder of a project."""


def project_targets() -> Sequence[Target]:
    return (
        project_target("project.sqlite"),
        project_target("project.json"),
        project_target("project.sqlite", repaired, "repair"),
        project_target("versions.sqlite", versions_read),
        project_target("labels/0.png", part="saved-labels"),
        project_target(
            "project.holder.json", holder_read, seed=json.dumps({"process": 7, "host": "h", "since": 1.5})
        ),
        project_target("models/adoptions.json", adoptions_read, seed=adoptions()),
        project_target("confirmed-labels.json", kept_read, seed=json.dumps({"0.png": [[1, 2, 3, 4, 0, 1]]})),
        project_target("cache/fine-tuning/run.json", run_read, seed=kept_run()),
        journal_target(),
        version_target(),
    )


def project_target(file: str, use: Use | None = None, part: str = "", *, seed: str | None = None) -> Target:
    """``file`` is hostile, the rest honest; ``use`` reads it, where opening and looking at the images doesn't."""
    honest: Seeds = {}
    act = use or opened

    def seeds(folder: Path) -> Seeds:
        made = _project(folder)
        if seed is not None:
            (made / file).parent.mkdir(parents=True, exist_ok=True)
            (made / file).write_text(seed)
        honest.update(
            {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        )
        return {file: (made / file).read_bytes()}

    def run(data: bytes, folder: Path) -> None:
        if not honest:
            seeds(folder)
        for path, content in (honest | {f"project/{file}": data}).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        act(folder / "project")

    name = part or Path(file).name.replace(".", "-")
    return Target(name, run, seeds, is_json=file.endswith(".json"))


def opened(folder: Path) -> None:
    with ProjectStore.open(folder) as store:
        for record in store.records:
            try:
                store.labels.load(record.id)
            except SegStudioError:
                continue
        store.scan(Task())


def repaired(folder: Path) -> None:
    repair(folder, Task())


def versions_read(folder: Path) -> None:
    with ProjectStore.open(folder) as store:
        for record in store.records:
            for version in store.labels.versions(record.id):
                store.labels.load_version(version.id)
            store.labels.save(record.id, labels_of(), np.zeros((17, 23), np.uint8))


def holder_read(folder: Path) -> None:
    holder = read_holder(ProjectLayout(folder))
    if holder is not None:
        assert holder.description


def adoptions() -> str:
    return json.dumps([{"model": "b", "before": "a", "at": 5.0}])


def adoptions_read(folder: Path) -> None:
    AdoptionLog(folder).rename("b", "c")


class _Place:
    rect, label, answer = Rect(1, 2, 3, 4), 0, 1


def kept_read(folder: Path) -> None:
    from segstudio.services.review_kept import KeptLabels

    with ProjectStore.open(folder) as store:
        KeptLabels(store).has("0.png", _Place())


def kept_run() -> str:
    choices = {"learns": None, "minutes": 2.0, "includes_corrected": True}
    return json.dumps(
        {"base": "streets", "choices": choices, "division": {"learning": ["0.png"], "validation": ["1.png"]}}
    )


def run_read(folder: Path) -> None:
    from segstudio.services.fine_tuning_kept import kept_run as read_run
    from segstudio.services.fine_tuning_plan import candidate_file

    with ProjectStore.open(folder) as store:
        candidate_file(store).write_bytes(b"")
        read_run(store)


def journal_target() -> Target:
    def seeds(_folder: Path) -> Seeds:
        document = LabelDocument(labels_of(), np.zeros((17, 23), np.uint8))
        edit = document.begin_edit("Test")
        edit.write(document.rect, labels_of() == 1, 2)
        return {"edit": encode_change(edit.commit())}

    def run(data: bytes, _folder: Path) -> None:
        summed = data[:-4] + struct.pack("<I", zlib.crc32(data[:-4]))  # a liar knows how to add up, too
        decode_change(summed)
        touched_rows(summed)
        apply_change(summed, labels_of(), np.zeros((17, 23), np.uint8))

    return Target("journal", run, seeds)


def version_target() -> Target:
    def seeds(_folder: Path) -> Seeds:
        return {"version": encode_planes(PackedPair.of(labels_of(), np.zeros((17, 23), np.uint8)))}

    def run(data: bytes, _folder: Path) -> None:
        decode_planes(data)

    return Target("versions", run, seeds)


def _project(folder: Path) -> Path:
    images = folder / "images"
    images.mkdir()
    for number in range(2):
        cv2.imwrite(str(images / f"{number}.png"), np.zeros((17, 23, 3), np.uint8))
    with ProjectStore.create(folder / "project", images, CLASSES, "streets") as store:
        store.labels.save(store.records[0].id, labels_of(), np.zeros((17, 23), np.uint8))
    return folder / "project"
