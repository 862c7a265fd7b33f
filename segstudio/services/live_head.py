"""A predictor whose head learns: features, refitting and answers in the project's classes, on the device lane."""

from __future__ import annotations

import time
from collections.abc import Callable

from segstudio.domain.arrays import LabelMap, OriginMap, RgbImage
from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Size
from segstudio.domain.images import ImageId
from segstudio.domain.prediction import Prediction
from segstudio.inference.cell_answers import prediction_of_cells
from segstudio.inference.predictor import Predictor
from segstudio.services.class_matching import match_classes
from segstudio.training.live import LiveHead


class LiveModel:
    """Not to be used from two threads at a time."""

    def __init__(self, predictor: Predictor, label_set: LabelSet) -> None:
        self._predictor = predictor
        self._label_set = label_set
        table = match_classes(predictor.info.label_set, label_set)
        of_model = [int(table[class_id]) for class_id in predictor.info.channel_map.class_ids]
        known = set(of_model)
        added = [spec.id for spec in label_set.active if spec.id not in known]
        self._class_ids = (*of_model, *added)
        self._head = LiveHead(predictor.network, self._class_ids)
        self._image_id: ImageId | None = None

    def fits(self, predictor: Predictor, label_set: LabelSet) -> bool:
        return predictor is self._predictor and label_set == self._label_set

    def show(self, image_id: ImageId, image: RgbImage) -> None:
        """The image to learn on; its features are computed once."""
        if image_id != self._image_id:
            self._head.show(self._predictor.features(image))
            self._image_id = image_id

    def learn(self, labels: LabelMap, origins: OriginMap, check: Callable[[], None]) -> float:
        """``labels`` and ``origins`` at the image's resolution; ``check`` may raise between steps."""
        return self._head.learn(labels, origins, check)

    def predict(self, size: Size, begun: float | None = None) -> Prediction:
        """The answer as learnt so far, for the image shown; classes that the project lacks become 255."""
        return prediction_of_cells(
            self._head.cells(),
            network=self._predictor.info.network,
            class_ids=self._class_ids,
            size=size,
            model_name=self._predictor.info.name,
            device=self._predictor.device_name,
            seconds=0.0 if begun is None else time.perf_counter() - begun,
        )
