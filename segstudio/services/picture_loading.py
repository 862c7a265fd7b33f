"""Reading one of a project's images for the canvas: the picture, in memory or in pieces, and its labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from segstudio.domain.arrays import LabelMap, OriginMap, RgbImage
from segstudio.domain.errors import ProjectError
from segstudio.domain.images import ImageId
from segstudio.domain.sample_view import SampleKind, SampleView
from segstudio.domain.task import Task
from segstudio.formats.image_files import read_image, read_sample_kind
from segstudio.formats.image_source import SMALL_PIXELS, ImageSource, open_source
from segstudio.formats.streamed_source import halvings
from segstudio.store.project_store import ProjectStore

Picture: TypeAlias = RgbImage | ImageSource
"""A picture in memory, or one too large for that, which is read in pieces."""


@dataclass(frozen=True, slots=True, eq=False)
class LoadedPicture:
    """A picture, what its samples are and how they are shown.

    ``halves``: one in memory in halved sizes, down to 256 pixels, so that it can be drawn small at once.
    """

    image: Picture
    kind: SampleKind
    view: SampleView
    halves: tuple[RgbImage, ...] = ()

    @property
    def is_in_pieces(self) -> bool:
        """Whether it is too large for memory."""
        return not isinstance(self.image, np.ndarray)


@dataclass(frozen=True, slots=True, eq=False)
class LoadedImage:
    """A picture, its labels and who set them. The maps are the caller's to change."""

    picture: LoadedPicture
    labels: LabelMap
    origins: OriginMap


def load_image(store: ProjectStore, image_id: ImageId, task: Task[LoadedPicture]) -> LoadedImage:
    """Reports a picture that is read in pieces before its labels: those may take seconds, it can be seen at once.

    Raises: FormatError: the picture can't be read. ProjectError: its labels don't fit or it is gone.
    """
    view, image = store.info.sample_view, load_picture(store, image_id)
    halves = halvings(image) if isinstance(image, np.ndarray) else ()
    picture = LoadedPicture(image, read_sample_kind(store.image_path(image_id)), view, halves)
    if picture.is_in_pieces:
        task.report(picture)
    else:
        task.check()
    pair = store.labels.load(image_id)
    return LoadedImage(picture, pair.labels, pair.origins)


def load_picture(store: ProjectStore, image_id: ImageId) -> Picture:
    """As the project's ``sample_view`` shows it. Raises: FormatError: unreadable. ProjectError: it is gone."""
    path = store.image_path(image_id)
    if not path.is_file():
        raise ProjectError(
            f"{path} is not there any more. If the images were moved, type: segstudio project scan {store.folder} "
            "--images FOLDER"
        )
    size, view = store.image_size(image_id), store.info.sample_view
    is_small = size.width * size.height <= SMALL_PIXELS
    return read_image(path, view) if is_small else open_source(path, view)


def let_go(picture: Picture) -> None:
    """Frees what a picture that is read in pieces holds on to."""
    if not isinstance(picture, np.ndarray):
        picture.close()
