"""The image that is being worked on, and the reading of the next one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from segstudio.domain.arrays import RgbImage
from segstudio.domain.changes import ImageOpening, ImageUnreadable
from segstudio.domain.errors import SegStudioError
from segstudio.domain.images import ImageId, ImageRecord
from segstudio.domain.prediction import Prediction
from segstudio.domain.sample_view import SampleKind, SampleView
from segstudio.domain.task import Task
from segstudio.editing.document import LabelDocument
from segstudio.services.announcer import Announcer
from segstudio.services.jobs import Job, JobRunner, Lane, Urgency
from segstudio.services.kept_images import KeptImages
from segstudio.services.picture_loading import LoadedImage, LoadedPicture, Picture, let_go, load_image
from segstudio.store.project_store import ProjectStore

BYTES_A_PIXEL = 6  # a picture's three and a third of that for its halves, its label and its origin


@dataclass(slots=True, eq=False)
class OpenImage:
    """An image with its labels; ``prediction`` is the model's newest answer, in the project's classes.

    ``view``: how samples of its ``kind`` became the colours of ``image``. ``halves``: as they were read, where it
    is in memory; an image whose colours were changed since has none.
    """

    record: ImageRecord
    image: Picture
    kind: SampleKind
    view: SampleView
    document: LabelDocument
    prediction: Prediction | None = None
    halves: tuple[RgbImage, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ComingImage:
    """An image whose labels are still being read."""

    record: ImageRecord
    picture: LoadedPicture


class ImageDoor:
    """Lives on the window's thread. The newest wish counts; images left a moment ago are at hand again at once."""

    def __init__(
        self,
        jobs: JobRunner,
        announcer: Announcer,
        on_seen: Callable[[ComingImage], None],
        on_read: Callable[[OpenImage], None],
        on_failed: Callable[[], None],
    ) -> None:
        self._jobs = jobs
        self._announcer = announcer
        self._on_seen = on_seen
        self._on_read = on_read
        self._on_failed = on_failed
        self._reading: Job | None = None
        self._wanted: tuple[ProjectStore, ImageId] | None = None
        self._kept: KeptImages[OpenImage] = KeptImages(self._let_go)

    def ask(self, store: ProjectStore, image_id: ImageId) -> None:
        """``on_read`` gets the image, unless another one is asked for before; a failure is announced.

        A large one goes to ``on_seen`` first.
        """
        self.stop()
        kept = self._kept.take(image_id)
        if kept is not None:
            self._on_read(kept)
            return
        self._wanted = (store, image_id)
        self._read(store, image_id)

    def stop(self) -> None:
        """Nothing is wanted any more."""
        if self._reading is not None:
            self._reading.stop()
            self._reading = None
        self._wanted = None

    def keep(self, opened: OpenImage) -> None:
        """It was left; an edit that is still open on it is taken back."""
        document = opened.document
        if document.open_edit is not None:
            document.open_edit.cancel()
        byte_count = document.labels.nbytes * BYTES_A_PIXEL + document.history_byte_count
        self._kept.put(opened.record.id, opened, byte_count)

    def forget(self) -> None:
        """What was left is read anew when it is asked for again."""
        self._kept.clear()

    def _let_go(self, opened: OpenImage) -> None:
        """Away from the window: the gigabytes of a huge picture take a third of a second to be given back."""
        image = opened.image
        if isinstance(image, np.ndarray):
            return
        self._jobs.submit(
            Lane.TILES,
            "Closing the picture",
            lambda _task: let_go(image),
            on_result=lambda _: None,
            on_error=lambda error: self._announcer.announce_failure("Closing a picture failed.", error),
            urgency=Urgency.BACKGROUND,
        )

    def _read(self, store: ProjectStore, image_id: ImageId) -> None:
        record, wanted = store.record(image_id), self._wanted

        def read(task: Task[LoadedPicture]) -> LoadedImage:
            return load_image(store, image_id, task)

        def on_picture(picture: LoadedPicture) -> None:
            if self._wanted is wanted:
                self._on_seen(ComingImage(record, picture))

        def on_result(loaded: LoadedImage) -> None:
            if self._wanted is wanted:
                self._wanted = None
                document, picture = LabelDocument(loaded.labels, loaded.origins), loaded.picture
                self._on_read(
                    OpenImage(record, picture.image, picture.kind, picture.view, document, halves=picture.halves)
                )

        def on_error(error: Exception) -> None:
            if self._wanted is wanted:
                self._wanted = None
                self._on_failed()
                if isinstance(error, SegStudioError):
                    self._announcer.announce(ImageUnreadable(record, str(error)))
                else:
                    self._announcer.announce_failure(f"{record.relative_path} could not be opened.", error)

        self._announcer.announce(ImageOpening(record))
        self._reading = self._jobs.submit(
            Lane.READ,
            f"Opening {record.relative_path.name}",
            read,
            on_result=on_result,
            on_error=on_error,
            on_progress=on_picture,
            urgency=Urgency.NOW,
        )
