"""Whether a project may be changed right now."""

from __future__ import annotations

from pathlib import Path

from segstudio.domain.errors import ProjectError
from segstudio.store.opening_project import Access


class WriteGuard:
    """Asked before each change of a project's files."""

    def __init__(self, folder: Path, access: Access) -> None:
        self._folder = folder
        self._access = access
        self._identity = folder_identity(folder)

    def require(self) -> None:
        """Raises: ProjectError: the project is open for reading only, or its folder isn't the one it was."""
        if self._access.is_read_only:
            raise ProjectError(self._access.remark or f"The project at {self._folder} is open for reading only.")
        if folder_identity(self._folder) != self._identity:
            # Making it anew would scatter labels over a mount point or another project.
            raise ProjectError(
                f"The project folder {self._folder} isn't there any more (moved, or its drive taken out?). Bring "
                "it back and save again, or open it where it is now; what was saved before is in it."
            )


def folder_identity(folder: Path) -> tuple[int, int] | None:
    """Tells a folder from another one of the same name; None where there is none."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
