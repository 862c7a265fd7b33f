"""What a project is, apart from its images."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from segstudio.domain.classes import LabelSet
from segstudio.domain.sample_view import AS_SUITS, SampleView


@dataclass(frozen=True, slots=True)
class ProjectInfo:
    """A project folder, the folder its images lie in, its classes and the model it pre-labels with.

    ``model`` is a bundled model's name or the name of a file in the project's ``models/``. ``sample_view`` is how
    its 16-bit, float and many-channel images are shown, and given to models.
    """

    folder: Path
    image_folder: Path
    name: str
    label_set: LabelSet
    model: str
    is_read_only: bool = False
    sample_view: SampleView = AS_SUITS
