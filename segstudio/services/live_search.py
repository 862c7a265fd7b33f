"""Looks through a project's images for a class that a person has painted, whether a model knows it or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from segstudio.domain.errors import ProjectError
from segstudio.domain.images import ImageId
from segstudio.domain.task import Progress, Task
from segstudio.formats.image_files import read_image
from segstudio.services.live_prototypes import Prototypes, learn_prototypes, likeness
from segstudio.store.project_store import ProjectStore

if TYPE_CHECKING:
    from segstudio.inference.predictor import Predictor
    from segstudio.services.live_prototypes import Features

MOST_EXAMPLES = 6
"""Images with the class that the prototypes are taken from: those with most of it."""


@dataclass(frozen=True, slots=True)
class FoundClass:
    """``share`` of the image's area that looks like the class."""

    image_id: ImageId
    share: float


def project_prototypes(
    store: ProjectStore, predictor: Predictor, class_id: int, task: Task[Progress]
) -> Prototypes:
    """Raises: ProjectError: nobody has painted the class yet, or too little of it. FormatError. CancelledError."""
    stride = predictor.info.network.output_stride
    found: list[Prototypes] = []
    for image_id in _examples(store, class_id):
        task.check()
        pair = store.labels.load(image_id)
        features = image_features(store, predictor, image_id)
        prototypes = learn_prototypes(features, pair.labels, pair.origins, class_id, stride=stride)
        if prototypes is not None:
            found.append(prototypes)
    if not found:
        name = store.info.label_set.by_id(class_id).name
        raise ProjectError(
            f"Nobody has painted {name} yet, or too little of it: paint a few strokes, then ask again."
        )
    return found[0] if len(found) == 1 else _together(found)


def _examples(store: ProjectStore, class_id: int) -> list[ImageId]:
    """Images with edits that aren't in their files yet, for these the index doesn't count, then those with most."""
    ids, pixels = store.figures.class_pixels(class_id)
    waiting = [] if store.is_read_only else list(store.labels.journal.waiting())
    counted = [ImageId(image_id) for image_id in ids[np.argsort(-pixels)].tolist()]
    return list(dict.fromkeys((*waiting, *counted)))[:MOST_EXAMPLES]


def find_class(
    store: ProjectStore, predictor: Predictor, class_id: int, image_ids: Iterable[ImageId], task: Task[Progress]
) -> tuple[FoundClass, ...]:
    """Those of ``image_ids`` that seem to hold the class, most of it first. Raises: as ``project_prototypes``."""
    prototypes = project_prototypes(store, predictor, class_id, task)
    wanted = list(image_ids)
    found = []
    for done, image_id in enumerate(wanted):
        task.report(Progress(done, len(wanted), str(store.record(image_id).relative_path)))
        share = float((likeness(image_features(store, predictor, image_id), prototypes) > 0).mean())
        if share > 0:
            found.append(FoundClass(image_id, share))
    return tuple(sorted(found, key=lambda one: -one.share))


def image_features(store: ProjectStore, predictor: Predictor, image_id: ImageId) -> Features:
    """Raises: FormatError: the image can't be read."""
    image = read_image(store.image_path(image_id), store.info.sample_view)
    features: Features = predictor.features(image)[0].cpu().numpy()
    return features


def _together(parts: list[Prototypes]) -> Prototypes:
    """Of several images: all their examples; the most lenient threshold. Each was centred on its own image, which
    takes off what only tells the images apart."""
    return Prototypes(
        np.mean([part.center for part in parts], axis=0),
        np.concatenate([part.wanted for part in parts]),
        np.concatenate([part.others for part in parts]),
        min(part.threshold for part in parts),
    )
