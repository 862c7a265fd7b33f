"""The program's part in an arm: pre-label, live learning, fine-tuning, and which image comes next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.effort.arms import Arm
from benchmarks.effort.finished import FinishedImages
from benchmarks.effort.pictures import Picture
from segstudio.domain.arrays import IGNORE, LabelMap, unlabelled
from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Size
from segstudio.domain.images import ImageId
from segstudio.editing.document import LabelDocument
from segstudio.inference.models import load_model
from segstudio.inference.predictor import Predictor
from segstudio.inference.uncertainty import prediction_uncertainty
from segstudio.services.class_matching import in_project_classes, match_classes
from segstudio.services.live_head import LiveModel
from segstudio.services.pre_label import write_prediction
from segstudio.services.review_queue import coverage_order
from segstudio.services.taught_model import TaughtModel


class Assistant:
    """One sitting of one arm: what is learnt on an image helps the next."""

    def __init__(
        self, arm: Arm, label_set: LabelSet, model: Path, finished: FinishedImages, *, every: int, device: str
    ) -> None:
        """``every``: the arm fine-tunes after so many images."""
        self._arm = arm
        self._label_set = label_set
        self._finished = finished
        self._every = every
        self._device = device
        self._model_file = finished.newest_model or model
        self._predictor: Predictor | None = None
        self._live: LiveModel | None = None
        self._taught: TaughtModel | None = None
        self._images = 0

    @property
    def model_name(self) -> str:
        """Empty where no model helps."""
        return self._loaded().info.name if self._arm.is_pre_labelled else ""

    def next_of(self, waiting: Sequence[Picture]) -> Picture:
        """The first; or by the review queue's rule: what is least like anything finished, later the unsurest."""
        if not self._arm.is_queued:
            return waiting[0]
        predictor, done = self._loaded(), self._finished.pictures
        if len(done) >= self._every:
            return max(waiting, key=lambda picture: prediction_uncertainty(predictor.predict(picture.image)))
        ids = [ImageId(number) for number in range(len(waiting) + len(done))]
        features = {
            image_id: predictor.image_features(picture.image)
            for image_id, picture in zip(ids, (*waiting, *done), strict=True)
        }
        return waiting[coverage_order(features, ids[: len(waiting)], ids[len(waiting) :], 1)[0]]

    def begin(self, picture: Picture) -> LabelDocument:
        """The image as the annotator gets it, pre-labelled or not."""
        self._images += 1
        document = empty_document(picture.truth)
        if self._arm.is_pre_labelled:
            predictor = self._loaded() if self._taught is None else self._taught.predictor()
            table = match_classes(predictor.info.label_set, self._label_set)
            write_prediction(document, in_project_classes(predictor.predict(picture.image), table))
        return document

    def after_stroke(self, picture: Picture, document: LabelDocument) -> None:
        """Lets the live head learn, and writes what it says where no person was, as part of the stroke's step."""
        if not self._arm.learns_live:
            return
        if self._live is None:
            self._live = LiveModel(self._loaded(), self._label_set)
        self._live.show(ImageId(self._images), picture.image)
        self._live.learn(document.labels, document.origins, lambda: None)
        height, width = document.labels.shape
        write_prediction(document, self._live.predict(Size(width, height)), joins_last=True)

    def finish(self, picture: Picture, document: LabelDocument) -> None:
        """Learns from the labels, keeps them, and fine-tunes when it is time."""
        if self._arm.learns_finished:
            self._taught = self._taught or TaughtModel(self._loaded(), self._label_set)
            self._taught.learn(picture.image, document.labels, lambda: None)
        if not self._arm.learns_after:
            return
        self._finished.add(picture, document.labels)
        if len(self._finished.pictures) % self._every == 0:
            self._model_file = self._finished.fine_tune(self._model_file)
            self._predictor = self._live = self._taught = None

    def _loaded(self) -> Predictor:
        if self._predictor is None:
            self._predictor = load_model(self._model_file, self._device)
        return self._predictor


def empty_document(truth: LabelMap) -> LabelDocument:
    """Nothing is labelled yet."""
    return LabelDocument(np.full(truth.shape, IGNORE, np.uint8), unlabelled(truth))
