"""The image that is shown, and the way to the next one: asked for, seen, read, left, come back to."""

from __future__ import annotations

from collections.abc import Callable

from segstudio.domain.changes import ActivityChanged, ImageClosed, ImageOpened, ImageOpening, PictureSeen
from segstudio.domain.images import ImageId
from segstudio.services.announcer import Announcer
from segstudio.services.jobs import JobRunner
from segstudio.services.open_image import ComingImage, ImageDoor, OpenImage
from segstudio.services.picture_loading import let_go
from segstudio.store.project_store import ProjectStore


class ShownImage:
    """Lives on the window's thread. ``current`` can be painted on; ``coming`` is seen, its labels being read.

    ``before_asking``: another image is about to be asked for.
    """

    def __init__(
        self,
        jobs: JobRunner,
        announcer: Announcer,
        store: Callable[[], ProjectStore | None],
        before_asking: Callable[[], None],
    ) -> None:
        self._announcer = announcer
        self._store = store
        self._before_asking = before_asking
        self._door = ImageDoor(jobs, announcer, self._see, self._show, self._stay)
        self.current: OpenImage | None = None
        self.coming: ComingImage | None = None
        self._left: ImageId | None = None

    def is_current(self, image_id: ImageId) -> bool:
        return self.current is not None and self.current.record.id == image_id

    def open(self, image_id: ImageId) -> None:
        """The newest wish counts, and a picture that can't be read leaves the old one."""
        store = self._store()
        if store is None or (self.coming is not None and self.coming.record.id == image_id):
            return
        if self.is_current(image_id):
            self._door.stop()
            self._stay()
            return
        self._before_asking()
        self._door.ask(store, image_id)

    def forget_kept(self) -> None:
        """Images that were left a moment ago are read anew."""
        self._door.forget()

    def put_away(self) -> ImageId | None:
        """Nothing is shown nor kept any more; the image that was."""
        opened = self.current or self.coming
        self._close()
        self._door.forget()
        return None if opened is None else opened.record.id

    def end(self) -> None:
        """With its project."""
        self._close()
        self._door.stop()
        self._door.forget()
        self._left = None

    def _stay(self) -> None:
        """Another image was on its way and doesn't come: who has marked it already marks the open one again."""
        if self.coming is not None:
            self._close()
            if self._left is not None:
                self.open(self._left)
        elif self.current is not None:
            self._announcer.announce(ImageOpening(self.current.record))

    def _see(self, coming: ComingImage) -> None:
        if self.current is not None:
            self._left = self.current.record.id
        self._close()
        self.coming = coming
        self._announcer.announce(PictureSeen(coming.record))
        self._announcer.announce(_reading_labels(is_running=True))

    def _show(self, opened: OpenImage) -> None:
        self._left = None
        if self.coming is not None and self.coming.picture.image is opened.image:
            self.coming = None  # it is on the canvas, and stays
            self._announcer.announce(_reading_labels(is_running=False))
        else:
            self._close()
        store = self._store()
        if store is not None:
            opened.record = store.record(opened.record.id)
        self.current = opened
        self._announcer.announce(ImageOpened(opened.record))

    def _close(self) -> None:
        opened, coming = self.current, self.coming
        if opened is None and coming is None:
            return
        self.current = self.coming = None
        if opened is not None:
            self._door.keep(opened)
        self._announcer.announce(ImageClosed())
        if coming is not None:
            self._announcer.announce(_reading_labels(is_running=False))
            let_go(coming.picture.image)


def _reading_labels(*, is_running: bool) -> ActivityChanged:
    return ActivityChanged("labels", "Reading the labels", None, "", is_running=is_running, can_stop=False)
