"""Segments image files into a folder of masks: what `segstudio segment` and the batch export do."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from segstudio.domain.arrays import RgbImage
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError, SegStudioError
from segstudio.domain.geometry import Size
from segstudio.domain.prediction import Prediction
from segstudio.domain.sample_view import AS_SUITS, SampleView
from segstudio.domain.task import Progress, Task
from segstudio.formats.class_file import write_classes
from segstudio.formats.image_files import read_image
from segstudio.formats.image_walk import images_below
from segstudio.formats.indexed_png import write_grey_png, write_label_map
from segstudio.formats.overlay import write_overlay
from segstudio.inference.predictor import Predictor
from segstudio.store.atomic_files import replace_file

OVERLAYS = "overlays"
CONFIDENCES = "confidences"


@dataclass(frozen=True, slots=True)
class SegmentOptions:
    """What to write beside the masks, how the network is asked, and how images of many channels become colours."""

    overlay: bool = False
    confidence: bool = False
    scales: tuple[float, ...] = (1.0,)
    mirror: bool = False
    view: SampleView = AS_SUITS


@dataclass(frozen=True, slots=True)
class Source:
    """An image to segment and where its mask goes, relative to the output folder."""

    image: Path
    mask: PurePosixPath


@dataclass(frozen=True, slots=True)
class Segmented:
    """What became of one image; ``reason`` is set where it failed and no mask was written."""

    source: Source
    size: Size | None = None
    seconds: float = 0.0
    remark: str = ""
    reason: str = ""

    @property
    def is_done(self) -> bool:
        return not self.reason


def find_sources(paths: Sequence[Path]) -> tuple[Source, ...]:
    """Every image of the paths, folders searched through; masks keep a folder's sub-folders.

    Two images that would share a mask (``a.jpg`` and ``a.png``) keep their suffix in the mask's name.

    Raises: FormatError: a path is missing, or a folder holds no image.
    """
    found = [pair for path in paths for pair in _images_of(path)]
    uses = Counter(relative.with_suffix("") for _, relative in found)
    sources = []
    for image, relative in found:
        is_shared = uses[relative.with_suffix("")] > 1
        name = f"{relative.name}.png" if is_shared else f"{relative.stem}.png"
        sources.append(Source(image, relative.with_name(name)))
    repeated = [mask for mask, count in Counter(source.mask for source in sources).items() if count > 1]
    if repeated:
        raise FormatError(
            f"Two of the images given would both be written as {repeated[0]}. Segment them into different folders."
        )
    return tuple(sources)


def _images_of(path: Path) -> list[tuple[Path, PurePosixPath]]:
    if path.is_file():
        return [(path, PurePosixPath(path.name))]
    if not path.is_dir():
        raise FormatError("There is no such file or folder. Check the path.", path=path)
    return [(image, PurePosixPath(image.relative_to(path).as_posix())) for image in images_below(path)]


def segment_files(
    predictor: Predictor,
    sources: Sequence[Source],
    output: Path,
    options: SegmentOptions,
    task: Task[Progress],
) -> Iterator[Segmented]:
    """Segment one image after the other; one that fails is named and the others are done."""
    label_set = predictor.info.label_set
    _write_class_file(output, label_set)
    for done, source in enumerate(sources):
        task.report(Progress(done, len(sources), source.image.name))
        try:
            yield _segment_one(predictor, source, output, options)
        except FormatError as error:
            yield Segmented(source, reason=str(error))
    task.report(Progress(len(sources), len(sources)))


def _write_class_file(output: Path, label_set: LabelSet) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
        replace_file(output / "classes.json", lambda path: write_classes(path, label_set))
    except OSError as error:
        reason = error.strerror or str(error)
        raise FormatError(
            f"The output folder can't be written to: {reason}. Choose another one.", path=output
        ) from error


def _segment_one(predictor: Predictor, source: Source, output: Path, options: SegmentOptions) -> Segmented:
    image = read_image(source.image, options.view)
    begin = time.perf_counter()
    prediction = predictor.predict(image, scales=options.scales, mirror=options.mirror)
    seconds = time.perf_counter() - begin
    try:
        _write_results(image, prediction, predictor.info.label_set, source=source, output=output, options=options)
    except OSError as error:
        raise SegStudioError(
            f"{output / source.mask}: The mask can't be written: {error.strerror or error}. Free some space, or "
            "choose another output folder; the masks written before are kept."
        ) from error
    return Segmented(source, Size(image.shape[1], image.shape[0]), seconds, prediction.remark)


def _write_results(
    image: RgbImage,
    prediction: Prediction,
    label_set: LabelSet,
    *,
    source: Source,
    output: Path,
    options: SegmentOptions,
) -> None:
    target = _folder_made(output / source.mask)
    replace_file(target, lambda path: write_label_map(path, prediction.labels, label_set))
    if options.overlay:
        picture = _folder_made(output / OVERLAYS / source.mask)
        replace_file(picture, lambda path: write_overlay(path, image, prediction.labels, label_set))
    if options.confidence:
        grey = _folder_made(output / CONFIDENCES / source.mask)
        replace_file(grey, lambda path: write_grey_png(path, prediction.confidence))


def _folder_made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
