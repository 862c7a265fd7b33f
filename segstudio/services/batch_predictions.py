"""A model's answers for a project's images, in the project's classes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from segstudio.domain.errors import ModelError
from segstudio.domain.model_info import ModelInfo
from segstudio.domain.prediction import Prediction
from segstudio.domain.task import Progress, Task
from segstudio.formats.image_files import read_image
from segstudio.services.class_matching import in_project_classes, match_classes
from segstudio.store.model_store import find_model
from segstudio.store.project_store import ProjectStore

if TYPE_CHECKING:
    from segstudio.inference.predictor import Predictor


class ProjectPredictor:
    """``predict`` and ``uncertainty`` for ``batch_labels.pre_label``."""

    def __init__(self, store: ProjectStore, predictor: Predictor) -> None:
        """Raises: ModelError: none of the model's classes is in the project."""
        self._predictor = predictor
        self._view = store.info.sample_view
        self._table = match_classes(predictor.info.label_set, store.info.label_set)
        if (self._table[list(predictor.info.channel_map.class_ids)] == 255).all():
            raise ModelError(
                f"None of the classes of the model {predictor.info.name} is in the project {store.folder}: "
                "classes are matched by name. Rename them in the project, or fine-tune the model on it."
            )

    def predict(self, path: Path, task: Task[Progress]) -> Prediction:
        """Raises: FormatError: the image can't be read. CancelledError."""
        # The network's own progress would hide how many images are left; only the wish to stop goes through.
        quiet: Task[Progress] = Task(lambda _: task.check())
        return in_project_classes(self._predictor.predict(read_image(path, self._view), quiet), self._table)

    @property
    def info(self) -> ModelInfo:
        return self._predictor.info

    @staticmethod
    def uncertainty(prediction: Prediction) -> float:
        """The mean over the pixels of the probability that the answer is wrong, by the model's own word."""
        return 1.0 - float(np.mean(prediction.confidence, dtype=np.float64)) / 255.0


def project_predictor(store: ProjectStore, model: str, device: str) -> ProjectPredictor:
    """Raises: ModelError: no such model, or damaged. SegStudioError: no such device here."""
    # torch takes seconds to import, which those who only look at a project don't have to spare.
    from segstudio.inference.models import load_model

    return ProjectPredictor(store, load_model(find_model(model, store.folder), device))
