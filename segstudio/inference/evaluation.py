"""A model's scores on images whose labels are known, and how long it took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from segstudio.domain.arrays import LabelMap, RgbImage
from segstudio.domain.errors import SegStudioError
from segstudio.domain.model_info import Scores
from segstudio.domain.task import Progress, Task
from segstudio.inference.predictor import Predictor
from segstudio.nn.metrics import ConfusionMatrix


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """``seconds`` counts the prediction alone, without reading files."""

    scores: Scores
    matrix: ConfusionMatrix
    images: int
    seconds: float

    @property
    def images_a_second(self) -> float:
        return self.images / self.seconds if self.seconds else 0.0


def evaluate(
    predictor: Predictor,
    pairs: Iterable[tuple[RgbImage, LabelMap]],
    task: Task[Progress] | None = None,
    *,
    data: str = "",
    total: int = 0,
    scales: Sequence[float] = (1.0,),
    mirror: bool = False,
) -> Evaluation:
    """Scores over all ``pairs``, whose labels are class ids of the model, or 255 for ignore.

    Raises: SegStudioError: an image and its labels differ in size.
    """
    task = task or Task()
    matrix, images, seconds = ConfusionMatrix(), 0, 0.0
    for image, labels in pairs:
        task.report(Progress(images, total, "Evaluating"))
        if image.shape[:2] != labels.shape:
            raise SegStudioError(
                f"Image {images + 1} has {image.shape[1]} x {image.shape[0]} pixels, "
                f"its labels {labels.shape[1]} x {labels.shape[0]}."
            )
        prediction = predictor.predict(image, _only_stopping(task), scales=scales, mirror=mirror)
        seconds += prediction.seconds
        matrix.add(labels, prediction.labels)
        images += 1
    task.report(Progress(images, total, "Evaluating"))
    return Evaluation(matrix.scores(predictor.info.label_set, data), matrix, images, seconds)


def _only_stopping(task: Task[Progress]) -> Task[Progress]:
    """A task that stops with ``task`` but tells nobody of each image's tiles."""
    return _Silent(task)


class _Silent(Task[Progress]):
    def __init__(self, outer: Task[Progress]) -> None:
        super().__init__()
        self._outer = outer

    def check(self) -> None:
        self._outer.check()
