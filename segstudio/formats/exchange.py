"""What every exchange format is: a reader of labelled images, a writer of them, or both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Protocol

from segstudio.domain.arrays import IGNORE, LabelMap
from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Size


class OverlapOrder(StrEnum):
    """Which of two shapes of different classes gets the pixels that both cover."""

    LISTED = "listed"
    """The one that comes later in the file."""
    SMALL_OVER_LARGE = "small-over-large"
    CLASS_PRIORITY = "class-priority"
    """The one whose class comes first in the class list."""


class RegionStyle(StrEnum):
    """How a region is written where the format knows both ways."""

    MASKS = "masks"
    POLYGONS = "polygons"


@dataclass(frozen=True, slots=True, eq=False)
class LabelledImage:
    """One image's labels. ``path`` is the image's, relative, with its suffix where that is known."""

    path: PurePosixPath
    labels: LabelMap

    @property
    def size(self) -> Size:
        return Size(self.labels.shape[1], self.labels.shape[0])


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a reader can't know by itself.

    ``images``: the folder the pictures lie in; gives names their suffixes, and sizes to formats that lack them.
    ``needs_every_picture``: labels without a picture there are an error; otherwise they are read as they are.
    ``mapping``: a value ("11"), colour ("#808080") or class name of the source to a class id or 255 for ignore.
    ``overlap``: None where nobody has chosen: a format without an order of its own then refuses overlaps.
    ``uncovered``: the label of pixels that no shape covers.
    ``fallback``: the class list of a source that names no classes itself, such as that of the project it goes to.
    """

    label_set: LabelSet | None = None
    images: Path | None = None
    needs_every_picture: bool = True
    mapping: Mapping[str, int] = field(default_factory=dict)
    overlap: OverlapOrder | None = None
    uncovered: int = IGNORE
    fallback: LabelSet | None = None


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """What a writer may choose.

    ``style``: None for the format's own default. ``one_region_per_class``: all parts of a class as one region,
    in formats whose regions may have parts. ``copy_images_from``: put the pictures beside the labels, upright.
    ``tolerance``: how far, in pixels, a polygon may run beside the border it follows.
    """

    label_set: LabelSet
    style: RegionStyle | None = None
    one_region_per_class: bool = False
    copy_images_from: Path | None = None
    tolerance: float = 0.75


class Reader(Protocol):
    """Labelled images of one source. Opening reads lists and names; pixels are read one image at a time."""

    @property
    def label_set(self) -> LabelSet: ...

    @property
    def images(self) -> Sequence[PurePosixPath]: ...

    def read(self, path: PurePosixPath) -> LabelledImage:
        """``path`` is one of ``images``. Raises: FormatError: damaged, or not to be understood."""
        ...


class Writer(Protocol):
    """Takes labelled images one at a time. The files are whole only after ``finish``."""

    def write(self, image: LabelledImage) -> None:
        """Raises: FormatError: the format can't hold this image. OSError: the disk is full or the like."""
        ...

    def finish(self) -> None:
        """Raises: OSError: the disk is full or the like."""
        ...

    def close(self) -> None:
        """Lets go of open files, whether finished or not."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format's name, what it keeps, and how it is read and written.

    ``losses``: for each style why a label map may come back changed; a style that isn't named loses nothing.
    ``asks_for_order``: it has no rule of its own for shapes that overlap.
    ``has_shapes``: its labels are shapes, of which several or none may cover a pixel.
    ``styles``: what ``WriteOptions.style`` may be, the default first; empty where there is no choice.
    """

    name: str
    title: str
    open_reader: Callable[[Path, ReadOptions], Reader] | None = None
    open_writer: Callable[[Path, WriteOptions], Writer] | None = None
    styles: tuple[RegionStyle, ...] = ()
    asks_for_order: bool = False
    has_shapes: bool = False
    losses: Mapping[RegionStyle | None, str] = field(default_factory=dict)

    def style_of(self, options: WriteOptions) -> RegionStyle | None:
        return options.style or (self.styles[0] if self.styles else None)

    def loss_of(self, options: WriteOptions) -> str:
        """Why this may not come back as it was; empty where it does."""
        return self.losses.get(self.style_of(options), "")
