"""What the import wizard shows before anything is imported: each value, colour or name with its share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError
from segstudio.domain.task import Progress, Task
from segstudio.formats.class_matching import IGNORE_NAMES
from segstudio.formats.exchange import Reader
from segstudio.formats.survey import SurveyedReader


@dataclass(frozen=True, slots=True)
class SurveyEntry:
    """``key``: a value, a colour or a name, as ``ReadOptions.mapping`` takes it; ``share``: of all pixels, a
    fraction of 1; ``images``: how many it occurs in."""

    key: str
    pixels: int
    share: float
    images: int


@dataclass(frozen=True, slots=True)
class SourceSurvey:
    """``entries`` by falling share; ``overlapping``: images whose shapes need an order."""

    images: int
    pixels: int
    entries: tuple[SurveyEntry, ...]
    overlapping: tuple[PurePosixPath, ...]


def survey_source(reader: Reader, task: Task[Progress]) -> SourceSurvey:
    """Looks at every image. Raises: FormatError: one is damaged, or the format can't be surveyed."""
    if not isinstance(reader, SurveyedReader):
        raise FormatError("This format doesn't tell what it holds before it is imported.")
    pixels: dict[str, int] = {}
    images: dict[str, int] = {}
    total = 0
    overlapping = []
    for done, path in enumerate(reader.images):
        task.report(Progress(done, len(reader.images), str(path)))
        counts = reader.count_pixels(path)
        total += counts.total
        if counts.overlaps:
            overlapping.append(path)
        for key, count in counts.by_key.items():
            pixels[key] = pixels.get(key, 0) + count
            images[key] = images.get(key, 0) + 1
    found = (SurveyEntry(key, count, count / max(1, total), images[key]) for key, count in pixels.items())
    entries = tuple(sorted(found, key=lambda entry: (-entry.pixels, entry.key)))
    return SourceSurvey(len(reader.images), total, entries, tuple(overlapping))


def suggested_class(key: str, source_classes: LabelSet, label_set: LabelSet) -> int | None:
    """What a key most likely is in ``label_set``: the class of its name; None where the user has to say.

    ``source_classes``: the reader's own class list, which names its values and colours.
    """
    if key == str(IGNORE) or key.casefold() in IGNORE_NAMES:
        return IGNORE
    names = {str(spec.id): spec.name for spec in source_classes.classes}
    names |= {"#{:02x}{:02x}{:02x}".format(*spec.color): spec.name for spec in source_classes.classes}
    found = label_set.by_name(names.get(key, key))
    return found.id if found else None
