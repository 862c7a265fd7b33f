"""A predictor whose head first learns from the verified images of the project."""

from __future__ import annotations

from collections.abc import Sequence

from segstudio.domain.arrays import LabelMap, RgbImage
from segstudio.domain.errors import ModelError, SegStudioError
from segstudio.domain.images import ImageId, ImageStatus
from segstudio.domain.task import Progress, Task
from segstudio.formats.image_files import read_image
from segstudio.services.batch_predictions import ProjectPredictor
from segstudio.services.sitting_learning import LARGEST_PIXELS
from segstudio.store.model_store import find_model
from segstudio.store.project_store import ProjectStore


def taught_predictor(store: ProjectStore, model: str, device: str, task: Task[Progress]) -> ProjectPredictor:
    """The model's file stays as it is.

    Raises: ModelError: no such model, or its head can't learn alone. SegStudioError: nothing to learn from.
        FormatError, CancelledError.
    """
    # torch takes seconds to import, which those who only look at a project don't have to spare.
    from segstudio.inference.models import load_model
    from segstudio.services.taught_model import TaughtModel
    from segstudio.training.cells import has_cells

    predictor = load_model(find_model(model, store.folder), device)
    if not has_cells(predictor.info.network):
        raise ModelError(f"The head of the model {predictor.info.name} can't learn alone. Train a model instead.")
    taught = TaughtModel(predictor, store.info.label_set)
    chosen = _verified(store)
    learnt = 0
    for done, image_id in enumerate(chosen):
        task.report(Progress(done, len(chosen), "Learning from verified images"))
        learnt += taught.learn(*_lesson(store, image_id), task.check)
    if not learnt:
        raise SegStudioError("No image is verified that the model could learn from. Verify one first.")
    return ProjectPredictor(store, taught.predictor())


def _verified(store: ProjectStore) -> Sequence[ImageId]:
    return [
        record.id
        for record in store.records
        if record.status is ImageStatus.VERIFIED
        and _is_small(store, record.id)
        and store.labels.has_file(record.id)
    ]


def _is_small(store: ProjectStore, image_id: ImageId) -> bool:
    size = store.image_size(image_id)
    return size.width * size.height <= LARGEST_PIXELS


def _lesson(store: ProjectStore, image_id: ImageId) -> tuple[RgbImage, LabelMap]:
    """In a verified image a person has looked at every pixel."""
    image = read_image(store.image_path(image_id), store.info.sample_view)
    return image, store.labels.load(image_id).labels
