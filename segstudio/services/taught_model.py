"""A predictor whose head goes on learning from finished images, in the project's classes; on the device lane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from segstudio.domain.arrays import LabelMap, RgbImage
from segstudio.domain.classes import LabelSet
from segstudio.domain.model_info import ChannelMap
from segstudio.inference.predictor import Predictor
from segstudio.services.class_matching import channels_of_classes
from segstudio.training.samples import channel_table
from segstudio.training.sitting_head import SittingHead


class TaughtModel:
    """Not to be used from two threads at a time."""

    def __init__(self, predictor: Predictor, label_set: LabelSet) -> None:
        """The model's head must be one that can learn alone (``has_cells``)."""
        sources = channels_of_classes(predictor.info, label_set)
        self._predictor = predictor
        self._label_set = label_set
        self._class_ids = tuple(sources)
        self._head = SittingHead(predictor.network, tuple(sources.values()))

    @property
    def base(self) -> Predictor:
        return self._predictor

    def fits(self, predictor: Predictor, label_set: LabelSet) -> bool:
        return predictor is self._predictor and label_set == self._label_set

    def learn(self, image: RgbImage, labels: LabelMap, check: Callable[[], None]) -> bool:
        """``labels`` of a finished image, 255 for what teaches nothing; ``check`` may raise between steps.

        False where there was nothing to learn from.
        """
        targets = channel_table(self._class_ids)[labels]
        if not self._head.add(self._predictor.features(image), targets):
            return False
        self._head.fit(check)
        return True

    def predictor(self) -> Predictor:
        """What answers as it has learnt so far."""
        network, base = self._head.network(), self._predictor
        info = replace(
            base.info, network=network.config, label_set=self._label_set, channel_map=ChannelMap(self._class_ids)
        )
        return Predictor(network, info, base.device, pixel_budget=base.pixel_budget)
