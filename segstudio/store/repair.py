"""Makes a project's index anew from its files and what can be read of the old one, and says what it found."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.errors import ProjectError, SegStudioError
from segstudio.domain.task import Progress, Task
from segstudio.store.database import Database
from segstudio.store.label_check import check_labels, label_files
from segstudio.store.layout import ProjectLayout, absolute, is_project
from segstudio.store.lock import WriterLock, read_holder
from segstudio.store.migrations import migrate
from segstudio.store.model_store import DEFAULT_MODEL
from segstudio.store.opening_project import is_network_drive
from segstudio.store.project_file import ProjectFile, decode, encode, read_project_file, write_project_file
from segstudio.store.project_store import ProjectStore
from segstudio.store.repair_report import RepairReport
from segstudio.store.salvage import salvage
from segstudio.store.versions import VersionStore


def repair(folder: Path, task: Task[Progress], *, image_folder: Path | None = None) -> RepairReport:
    """``image_folder``: where the images are, for a project that doesn't know it any more.

    Nothing is deleted: a damaged file is put aside under another name.
    Raises: ProjectError: nothing to repair, another program holds the project, or the images aren't known.
    """
    layout = ProjectLayout(absolute(folder))
    if not is_project(layout.folder) and not layout.labels.is_dir() and not layout.database_copy.is_file():
        raise ProjectError(f"{folder} holds nothing of a project: no index, no description, no labels.")
    report = RepairReport()
    is_new = _repair_files(layout, image_folder, report)
    with ProjectStore.open(layout.folder) as store:
        if store.is_read_only:
            raise ProjectError(store.remark)
        _note_recovery(store, report)
        _scan(store, task, report)
        if is_new:
            _renumber_versions(store, report)
        check_labels(store, task, report, is_index_new=is_new)
        report.images = len(store.records)
    return report


def _repair_files(layout: ProjectLayout, image_folder: Path | None, report: RepairReport) -> bool:
    """Description and index can be opened when this returns; True where the index's numbers are new."""
    lock = WriterLock(layout)
    if not lock.try_acquire():
        holder = read_holder(layout)
        who = holder.description if holder else "another window or command"
        raise ProjectError(f"The project at {layout.folder} is held by {who}; close it there first.")
    try:
        project = _repaired_description(layout, image_folder, report)
        is_new = _repair_index(layout, project, report)
        _repair_versions(layout, report)
    except OSError as error:
        raise ProjectError(f"{layout.folder} can't be repaired: {error.strerror or error}.") from error
    finally:
        lock.release()
    return is_new


def _repaired_description(layout: ProjectLayout, image_folder: Path | None, report: RepairReport) -> ProjectFile:
    project = _find_description(layout, report)
    if project is None:
        if image_folder is None:
            raise ProjectError(
                f"The project {layout.folder} doesn't know where its images are any more: "
                f"segstudio project repair {layout.folder} --images DIR"
            )
        label_set = _classes_of_labels(layout)
        project = ProjectFile.new(
            layout.folder, absolute(image_folder), label_set, DEFAULT_MODEL, layout.folder.name
        )
        report.unsolved.append("The names of the classes are lost; they are called after their numbers now.")
    elif image_folder is not None:
        project = project.with_image_folder(layout.folder, absolute(image_folder))
    write_project_file(layout.project_file, project)
    return project


def _find_description(layout: ProjectLayout, report: RepairReport) -> ProjectFile | None:
    with contextlib.suppress(ProjectError):
        return read_project_file(layout.project_file)
    if layout.project_file.exists():
        aside = _put_aside(layout.project_file)
        report.done.append(f"The damaged description was put aside as {aside.name}.")
    for path in (layout.database, layout.database_copy):
        with (
            contextlib.suppress(SegStudioError, OSError),
            _reading(path) as database,
            database.reading() as connection,
        ):
            row = connection.execute("SELECT value FROM meta WHERE key = 'project'").fetchone()
            if row is not None:
                project = decode(row[0], layout.project_file)
                report.done.append(f"The description {layout.project_file.name} was restored from {path.name}.")
                return project
    return None


def _repair_index(layout: ProjectLayout, project: ProjectFile, report: RepairReport) -> bool:
    if layout.database.is_file() and not _fault(layout.database):
        report.done.append("The index is whole.")
        return False
    sources = []
    if layout.database.exists():
        aside = _put_aside(layout.database)
        sources.append(aside)
        report.done.append(f"The damaged index was put aside as {aside.name}.")
    else:
        report.done.append("The index was missing.")
    if layout.database_copy.is_file():
        sources.append(layout.database_copy)
    database = Database(layout.database, write_ahead=not is_network_drive(layout.folder))
    saved = 0
    try:
        migrate(database)
        for source in sources:
            count = salvage(source, database)
            saved += count
            if count:
                report.done.append(f"{count} images, with status, split, flag and note, came from {source.name}.")
        with database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('project', ?)", (encode(project),))
    finally:
        database.close()
    if not saved:
        report.unsolved.append("Splits, flags, notes and which images were verified couldn't be read any more.")
    return not saved


def _repair_versions(layout: ProjectLayout, report: RepairReport) -> None:
    if layout.versions.is_file() and _fault(layout.versions):
        aside = _put_aside(layout.versions)
        report.unsolved.append(f"The earlier versions of the labels were damaged and put aside as {aside.name}.")


def _fault(path: Path) -> str:
    """Why a database can't be used; empty where it can."""
    try:
        with _reading(path) as database, database.reading() as connection:
            found = connection.execute("PRAGMA integrity_check(3)").fetchall()
            if found != [("ok",)]:
                return str(found[0][0])
            if path.suffix == ".sqlite" and path.stem == "project":
                connection.execute("SELECT count(*) FROM images, meta").fetchone()
    except (ProjectError, OSError) as error:
        return str(error)
    return ""


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[Database]:
    database = Database(path, read_only=True)
    try:
        yield database
    finally:
        database.close()


def _put_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    for ending in ("-wal", "-shm", "-journal"):
        beside = path.with_name(path.name + ending)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + ending))
    return aside


def _classes_of_labels(layout: ProjectLayout) -> LabelSet:
    """Every value that a label file's palette was made for or that occurs, with its colour."""
    colors: dict[int, tuple[int, int, int]] = {}
    for path in label_files(layout):
        with contextlib.suppress(OSError, ValueError, SyntaxError), Image.open(path) as picture:
            if picture.mode != "P" or picture.width * picture.height > 1 << 28:
                continue
            palette = np.frombuffer(bytes(picture.getpalette("RGB") or ()), np.uint8).reshape(-1, 3)
            for value in np.flatnonzero(np.bincount(np.asarray(picture).reshape(-1), minlength=256)[:255]):
                red, green, blue = palette[value] if value < len(palette) else (128, 128, 128)
                colors[int(value)] = (int(red), int(green), int(blue))
    return LabelSet(tuple(ClassSpec(value, f"class {value}", colors[value]) for value in sorted(colors)))


def _note_recovery(store: ProjectStore, report: RepairReport) -> None:
    recovery = store.recovery
    if recovery.saves_finished:
        report.done.append(f"{recovery.saves_finished} interrupted saves were brought to their end.")
    if recovery.edits_replayed:
        report.done.append(
            f"{recovery.edits_replayed} edits of {len(recovery.images_replayed)} images were replayed."
        )
    report.unsolved.extend(question.reason for question in recovery.questions)


def _scan(store: ProjectStore, task: Task[Progress], report: RepairReport) -> None:
    try:
        scan = store.scan(task)
    except ProjectError as error:
        report.unsolved.append(str(error))
        return
    report.done.append(f"{scan.images} images were found, {scan.added} of them new to the index.")
    if scan.moved:
        report.done.append(f"{len(scan.moved)} moved images were found again.")
    report.unsolved.extend(f"The image {path} is missing." for path in scan.missing)
    report.unsolved.extend(f"The image {path} isn't the picture it was." for path in scan.changed)


def _renumber_versions(store: ProjectStore, report: RepairReport) -> None:
    versions = VersionStore(store.layout.versions, read_only=False)
    try:
        versions.renumber({name: image_id for image_id, name in store.index.label_names().items()})
    except ProjectError as error:
        report.unsolved.append(str(error))
    finally:
        versions.close()
