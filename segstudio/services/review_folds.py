"""Out of fold: each finished image judged by a head that learnt from all finished images of the other folds.

The trunk is that of the newest model of the family that has learnt from none of them, so that nothing in the answer
comes from the labels that are judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from segstudio.domain.errors import ModelError
from segstudio.domain.geometry import Size
from segstudio.domain.images import ImageId
from segstudio.domain.prediction import Prediction
from segstudio.domain.task import Progress, Task
from segstudio.formats.image_files import read_image
from segstudio.inference.cell_answers import prediction_of_cells
from segstudio.inference.models import load_model
from segstudio.nn.model_header import read_model_info
from segstudio.services.class_matching import channels_of_classes
from segstudio.services.learnt_images import has_learnt
from segstudio.services.review_labels import finished_images, judged_labels
from segstudio.store.model_store import find_model
from segstudio.store.project_store import ProjectStore
from segstudio.training.cells import has_cells
from segstudio.training.held_out_heads import HeldOutHeads, folds_of
from segstudio.training.samples import channel_table

if TYPE_CHECKING:
    from torch import Tensor

    from segstudio.inference.predictor import Predictor

FEWEST_IMAGES = 2
LARGEST_PIXELS = 4_000_000
"""Of an image whose features are computed at once; larger ones are left out."""

MOST_KEPT_BYTES = 512_000_000
"""Of features, so that the trunk needn't look at an image twice."""


def untaught_model(store: ProjectStore, model: str | Path, paths: Sequence[str]) -> Path | None:
    """The newest of ``model`` and those that it comes from that has learnt from none of ``paths``; None if none."""
    name: str | Path | None = model
    seen: set[str | Path] = set()
    while name is not None and name not in seen:
        seen.add(name)
        try:
            path = find_model(name, store.folder)
            info = read_model_info(path)
        except ModelError:
            return None
        if not any(has_learnt(info, path) for path in paths):
            return path
        name = info.parent
    return None


def fold_judge(
    store: ProjectStore, predictor: Predictor, model: str | Path, task: Task[Progress], *, folds: int
) -> FoldJudge | None:
    """A judge that has learnt, for the finished images that ``model`` (whose ``predictor`` is) learnt from.

    None where there are none, or where no model of its family is at hand that hasn't learnt from them.
    Raises: ModelError: the model's head can't be refitted. FormatError, ProjectError. CancelledError.
    """
    finished = finished_images(store)
    paths = [store.record(image_id).relative_path.as_posix() for image_id in finished]
    if not any(has_learnt(predictor.info, path) for path in paths):
        return None
    base = untaught_model(store, model, paths)
    if base is None:
        return None
    judge = FoldJudge(store, load_model(base, str(predictor.device)), finished, folds=folds)
    judge.learn(task)
    return judge


class FoldJudge:
    """Asks about ``image_ids``, all of them finished. On the device lane only."""

    def __init__(
        self,
        store: ProjectStore,
        base: Predictor,
        image_ids: Sequence[ImageId],
        *,
        folds: int,
        seed: int = 0,
    ) -> None:
        """Raises: ModelError: the model's head can't be refitted."""
        if not has_cells(base.info.network):
            raise ModelError(
                f"The head of {base.info.name} can't learn alone, so finished images can't be judged out of fold. "
                "Leave out those that the model learnt from, or compare with another model."
            )
        self._store = store
        self._base = base
        self._numbers = {image_id: number for number, image_id in enumerate(image_ids)}
        self._folds = folds_of(len(image_ids), folds)
        sources = channels_of_classes(base.info, store.info.label_set)
        self._class_ids = tuple(sources)
        self._network = base.info.network.with_channels(len(sources))
        self._heads = HeldOutHeads(base.network, tuple(sources.values()), self._folds, seed=seed)
        self._kept: dict[ImageId, Tensor] = {}
        self._kept_bytes = 0

    def learn(self, task: Task[Progress]) -> None:
        """Looks at each image once and fits a head for each fold.

        Raises: FormatError, ProjectError: an image or its labels can't be read. CancelledError.
        """
        count, folds = len(self._numbers), sorted(set(self._folds))
        for image_id, number in self._numbers.items():
            task.report(Progress(number, count + len(folds), "Looking at finished images"))
            if self.can_judge(image_id):
                targets = channel_table(self._class_ids)[judged_labels(self._store, image_id)]
                self._heads.add(number, self._features(image_id), targets)
        for fold in folds:
            task.report(
                Progress(count + fold, count + len(folds), f"Learning without part {fold + 1} of {len(folds)}")
            )
            self._heads.fit(fold, task.check)

    def can_judge(self, image_id: ImageId) -> bool:
        """Not of pictures too large for it, or where there is nothing else to learn from."""
        size = self._store.image_size(image_id)
        return size.width * size.height <= LARGEST_PIXELS and len(self._numbers) >= FEWEST_IMAGES

    def predict(self, image_id: ImageId) -> Prediction:
        """In the project's classes. Raises: FormatError: the image can't be read."""
        size = self._store.image_size(image_id)
        return prediction_of_cells(
            self._heads.cells(self._numbers[image_id], self._features(image_id)),
            network=self._network,
            class_ids=self._class_ids,
            size=Size(size.width, size.height),
            model_name=self._base.info.name,
            device=self._base.device_name,
            seconds=0.0,
        )

    def _features(self, image_id: ImageId) -> Tensor:
        """Kept in half precision while they fit."""
        kept = self._kept.get(image_id)
        if kept is not None:
            return kept.float()
        image = read_image(self._store.image_path(image_id), self._store.info.sample_view)
        features = self._base.features(image)
        half = features.half()
        if self._kept_bytes + half.nbytes <= MOST_KEPT_BYTES:
            self._kept[image_id] = half
            self._kept_bytes += half.nbytes
        return features
