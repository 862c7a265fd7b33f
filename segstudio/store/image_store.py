"""A project's images: their records, files, sizes and contents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from segstudio.domain.errors import ProjectError
from segstudio.domain.geometry import Size
from segstudio.domain.images import ImageId, ImageRecord
from segstudio.domain.task import Progress, Task
from segstudio.formats.image_files import read_image_size
from segstudio.store.database import Database
from segstudio.store.image_files import content_hash
from segstudio.store.image_index import ImageIndex
from segstudio.store.image_scan import ImageScan, ScanReport
from segstudio.store.image_table import CHANGED
from segstudio.store.layout import ProjectLayout


class ImageStore:
    """Brings the index together with the image folder, wherever that is now."""

    def __init__(
        self,
        layout: ProjectLayout,
        database: Database,
        image_folder: Callable[[], Path],
        parts: Callable[[], Sequence[str]],
    ) -> None:
        self._layout = layout
        self._database = database
        self._image_folder = image_folder
        self._parts = parts
        self.index = ImageIndex(database)

    def record(self, image_id: ImageId) -> ImageRecord:
        """Raises: ProjectError: no such image."""
        return self.index.record(image_id)

    def label_name(self, image_id: ImageId) -> str:
        """Raises: ProjectError: no such image."""
        return self.index.label_name(image_id)

    def path(self, image_id: ImageId) -> Path:
        """Raises: ProjectError: no such image, or its path leads out of the image folder."""
        relative = self.record(image_id).relative_path
        if relative.is_absolute() or ".." in relative.parts:
            raise ProjectError(f"The project names an image outside its image folder, {str(relative)!r}.")
        return self._image_folder() / relative

    def size(self, image_id: ImageId) -> Size:
        """Looks into the file's header the first time. Raises: FormatError, ProjectError."""
        record = self.record(image_id)
        if record.width and record.height:
            return Size(record.width, record.height)
        path = self.path(image_id)
        try:
            size = read_image_size(path)
        except OSError as error:
            raise ProjectError(f"{path} can't be read: {error.strerror or error}.") from error
        if not self._database.is_read_only:
            self.index.set_size(image_id, size)
        return size

    def scan(self, task: Task[Progress]) -> ScanReport:
        """Raises: ProjectError, CancelledError."""
        report: ScanReport | None = None
        try:
            report = ImageScan(self._layout, self._database, self._image_folder(), self._parts()).run(task)
            return report
        finally:
            # A table of 100,000 images takes Python for itself while it is made: not where nothing is new.
            if report is None or report.has_changed_index:
                self.index.reload()

    def hash_all(self, task: Task[Progress]) -> int:
        """Those somebody worked on first; how many were read."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id FROM images WHERE content_hash IS NULL AND file_state = 0 "
                "ORDER BY labelled_at IS NULL, status = 0, id"
            ).fetchall()
        for number, (image_id,) in enumerate(rows):
            task.report(Progress(number, len(rows), "reading images"))
            self.remember_content(ImageId(image_id))
        return len(rows)

    def remember_content(self, image_id: ImageId) -> None:
        """The image's hash, from now on; silently nothing where it is known or the file can't be read."""
        if self._recorded(image_id)[2] is not None:
            return
        try:
            path = self.path(image_id)
            status = path.stat()
            digest = content_hash(path)
        except (OSError, ProjectError):
            return
        with self._database.writing() as connection:
            # Only for the file that the index knows: a change in between is for the next scan to notice.
            connection.execute(
                "UPDATE images SET content_hash = ? WHERE id = ? AND byte_size = ? AND modified_ns = ?",
                (digest, image_id, status.st_size, status.st_mtime_ns),
            )

    def is_changed(self, image_id: ImageId) -> bool:
        """Whether the file isn't the picture it was; False for one that is away."""
        if self.index.table.file_states[self.index.row(image_id)] == CHANGED:
            return True
        byte_size, modified_ns, known = self._recorded(image_id)
        try:
            path = self.path(image_id)
            status = path.stat()
            if (status.st_size, status.st_mtime_ns) == (byte_size, modified_ns):
                return False
            return known is None or content_hash(path) != known
        except OSError:
            return False

    def _recorded(self, image_id: ImageId) -> tuple[int, int, bytes | None]:
        with self._database.reading() as connection:
            row: tuple[int, int, bytes | None] | None = connection.execute(
                "SELECT byte_size, modified_ns, content_hash FROM images WHERE id = ?", (image_id,)
            ).fetchone()
        return row or (0, 0, None)
