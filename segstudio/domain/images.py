"""What a project knows of each of its images."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import NewType

ImageId = NewType("ImageId", int)


class ImageStatus(StrEnum):
    """How far an image's labels have come."""

    NEW = "new"
    PRE_LABELLED = "pre-labelled"
    CORRECTED = "corrected"
    VERIFIED = "verified"


class Split(StrEnum):
    """What an image is for in training; ``NONE`` until somebody decides."""

    NONE = "none"
    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """One image of a project; the path is relative to the image folder, with ``/`` between its parts.

    Width and height are in pixels, after the orientation tag; 0 until the file was first looked at.
    A missing image's file was not there when the folder was last looked through.
    """

    id: ImageId
    relative_path: PurePosixPath
    width: int = 0
    height: int = 0
    status: ImageStatus = ImageStatus.NEW
    split: Split = Split.NONE
    is_flagged: bool = False
    note: str = ""
    uncertainty: float | None = None
    is_missing: bool = False
