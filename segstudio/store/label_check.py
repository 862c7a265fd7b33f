"""Reads every label file of a project and brings the index in line with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from segstudio.domain.arrays import Origin
from segstudio.domain.errors import SegStudioError
from segstudio.domain.images import ImageId, ImageStatus
from segstudio.domain.task import Progress, Task
from segstudio.store.atomic_files import UNFINISHED_PREFIX
from segstudio.store.label_files import LabelPair
from segstudio.store.layout import ProjectLayout, name_key
from segstudio.store.project_store import ProjectStore
from segstudio.store.repair_report import RepairReport
from segstudio.store.versions import Reason


def label_files(layout: ProjectLayout) -> Iterator[Path]:
    """The finished ones, in the order of their names."""
    for path in sorted(layout.labels.rglob("*.png")):
        if not path.name.startswith(UNFINISHED_PREFIX):
            yield path


def check_labels(store: ProjectStore, task: Task[Progress], report: RepairReport, *, is_index_new: bool) -> None:
    """Read every label file; give the index what it doesn't know, restore what is damaged, tell the rest."""
    names = {name_key(name): image_id for image_id, name in store.index.label_names().items()}
    if is_index_new:
        _note_twins(store, report)
    files = list(label_files(store.layout))
    statuses: dict[ImageStatus, list[ImageId]] = defaultdict(list)
    for number, path in enumerate(files):
        task.report(Progress(number, len(files), "checking labels"))
        relative = path.relative_to(store.layout.labels).as_posix()
        image_id = names.get(name_key(relative))
        if image_id is None:
            report.unsolved.append(f"labels/{relative} belongs to no image of the project.")
            continue
        pair = _checked_pair(store, image_id, report)
        if pair is not None:
            report.labelled += 1
            store.labels.note_file(image_id, pair.labels)
            if store.record(image_id).status is ImageStatus.NEW:
                statuses[_status_of(pair)].append(image_id)
    for status, image_ids in statuses.items():
        store.index.set_statuses(image_ids, status)
        report.done.append(f"{len(image_ids)} images with labels count as {status.value} now.")


def _checked_pair(store: ProjectStore, image_id: ImageId, report: RepairReport) -> LabelPair | None:
    try:
        return store.labels.load(image_id)
    except SegStudioError as error:
        problem = str(error)
    versions = store.labels.versions(image_id)
    if versions and store.labels.has_file(image_id):
        try:
            store.labels.put_damaged_aside(image_id)
            _, labels, origins = store.labels.load_version(versions[0].id)
            store.labels.save(image_id, labels, origins, reason=Reason.RESTORED)
        except (SegStudioError, OSError, ValueError) as error:
            report.unsolved.append(f"{problem} It couldn't be restored: {error}")
            return None
        report.done.append(f"{problem} Its last saved version was restored.")
        return LabelPair(labels, origins)
    report.unsolved.append(problem)
    return None


def _status_of(pair: LabelPair) -> ImageStatus:
    if (pair.origins == Origin.PERSON).any():
        return ImageStatus.CORRECTED
    return ImageStatus.PRE_LABELLED if pair.origins.any() else ImageStatus.NEW


def _note_twins(store: ProjectStore, report: RepairReport) -> None:
    """Images that differ only in their suffix: whose labels are whose can't always be told from the names."""
    by_stem: dict[str, list[str]] = defaultdict(list)
    for path in store.table.paths:
        by_stem[name_key(str(PurePosixPath(path).with_suffix("")))].append(path)
    names = store.index.label_names()
    for paths in by_stem.values():
        labelled = [path for path in paths if len(paths) > 1 and _has_file(store, names, path)]
        if labelled:
            report.unsolved.append(
                f"{', '.join(paths)} differ only in their suffix: check that each has its own labels."
            )


def _has_file(store: ProjectStore, names: dict[ImageId, str], path: str) -> bool:
    record = store.find(path)
    return record is not None and store.layout.label_file(names[record.id]).is_file()
