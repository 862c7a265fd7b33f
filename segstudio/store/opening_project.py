"""What must be found out before a project's index is opened: may it be written, and who else does."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from segstudio.domain.errors import ProjectError
from segstudio.store.layout import ProjectLayout, is_project
from segstudio.store.lock import Holder, WriterLock, read_holder

_NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "fuse.sshfs", "davfs", "ceph"}
)


@dataclass(frozen=True, slots=True)
class Access:
    """How a project may be used; ``remark`` says why it is less than asked for."""

    lock: WriterLock | None
    holder: Holder | None = None
    remark: str = ""

    @property
    def is_read_only(self) -> bool:
        return self.lock is None


def gain_access(layout: ProjectLayout, *, read_only: bool) -> Access:
    """The writer's lock where it can be had. Raises: ProjectError: there is no project."""
    require_project(layout)
    if read_only:
        return Access(None, read_holder(layout))
    lock = WriterLock(layout)
    try:
        is_ours = lock.try_acquire()
    except OSError as error:
        why = error.strerror or str(error)
        return Access(
            None,
            remark=f"The project at {layout.folder} may not be written ({why}), so it is open for reading only.",
        )
    if is_ours:
        return Access(lock)
    holder = read_holder(layout)
    who = holder.description if holder else "another window or command"
    return Access(
        None, holder, f"The project at {layout.folder} is held by {who}, so it is open for reading only here."
    )


def require_project(layout: ProjectLayout) -> None:
    """Raises: ProjectError: no such folder, no project in it, or its index is lost."""
    folder = layout.folder
    try:
        is_folder, is_here = folder.is_dir(), is_project(folder)
        has_index = layout.database.is_file()
    except OSError as error:
        raise ProjectError(f"{folder} can't be read: {error.strerror or error}.") from error
    if not is_folder:
        raise ProjectError(f"There is no folder {folder}: check the name, or whether its drive is connected.")
    if not is_here:
        raise ProjectError(
            f"{folder} is not a SegStudio project. To make one: segstudio project create {folder} --images DIR"
        )
    if not has_index:
        raise ProjectError(f"The index of the project {folder} is missing. Type: segstudio project repair {folder}")


def is_network_drive(folder: Path) -> bool:
    """Whether SQLite's write-ahead log, which needs shared memory, must be done without."""
    if os.name == "nt":
        return os.fspath(folder.absolute()).startswith("\\\\")
    if sys.platform != "linux":
        return False
    try:
        mounts = Path("/proc/self/mounts").read_text()
    except OSError:
        return False
    real = os.path.realpath(folder)
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        place = fields[1].replace("\\040", " ")
        is_above = real == place or real.startswith(place.rstrip("/") + "/")
        if is_above and len(place) >= len(best):
            best, kind = place, fields[2]
    return kind in _NETWORK_FILE_SYSTEMS
