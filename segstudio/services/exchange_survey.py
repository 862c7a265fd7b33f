"""What the import wizard shows before anything is imported: each value, colour or name with its share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.errors import FormatError
from segstudio.domain.task import Progress, Task
from segstudio.formats.exchange import Reader
from segstudio.formats.survey import SurveyedReader

MOST_KEYS = 1000


@dataclass(frozen=True, slots=True)
class SurveyEntry:
    """``key``: a value, a colour or a name, as ``ReadOptions.mapping`` takes it; ``share``: of all pixels, a
    fraction of 1; ``images``: how many it occurs in; ``class_id``: what the source itself says it is, a class of
    its own list or 255; None where it doesn't say."""

    key: str
    pixels: int
    share: float
    images: int
    class_id: int | None


@dataclass(frozen=True, slots=True)
class SourceSurvey:
    """``entries`` by falling share; ``overlapping``: images whose shapes need an order; ``classes``: the source's
    own, or the project's where it has none."""

    images: int
    pixels: int
    entries: tuple[SurveyEntry, ...]
    overlapping: tuple[PurePosixPath, ...]
    classes: LabelSet

    def named(self, entry: SurveyEntry) -> ClassSpec | None:
        """The class that the source says an entry is."""
        is_class = entry.class_id is not None and entry.class_id in self.classes
        return self.classes.by_id(entry.class_id) if is_class and entry.class_id is not None else None

    def suggested(self, entry: SurveyEntry, own: LabelSet) -> int | None:
        """What an entry most likely is in ``own``: the class of its name; None where the user has to say.

        A value without a name right after the last class is ignore: there CamVid and its like put what is no class.
        """
        if entry.class_id == IGNORE:
            return IGNORE
        spec = self.named(entry)
        if spec is None:
            return IGNORE if entry.key == str(max(self.classes.ids, default=-1) + 1) else None
        match = own.by_name(spec.name)
        return match.id if match else None


def survey_source(reader: Reader, task: Task[Progress]) -> SourceSurvey:
    """Looks at every image.

    Raises: FormatError: one is damaged, the format can't be surveyed, or it holds more than anybody could map.
    """
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
        if len(pixels) > MOST_KEYS:
            raise FormatError(f"{path}: over {MOST_KEYS:,} different values or colours; is this a label picture?")
    entries = [
        SurveyEntry(key, count, count / max(1, total), images[key], reader.class_of(key))
        for key, count in pixels.items()
    ]
    entries.sort(key=lambda entry: (-entry.pixels, entry.key))
    return SourceSurvey(len(reader.images), total, tuple(entries), tuple(overlapping), reader.label_set)
