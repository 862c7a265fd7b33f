"""A survey of a project's images: what each looks like to the model, and between which classes it wavers there.

Kept in the project's cache, one file for each model; images that are in it aren't looked at again.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.images import ImageId
from segstudio.domain.prediction import Probabilities
from segstudio.domain.task import Progress, Task
from segstudio.formats.image_files import read_image
from segstudio.services.class_matching import in_project_classes, match_classes
from segstudio.store.atomic_files import replace_file
from segstudio.store.project_store import ProjectStore

if TYPE_CHECKING:
    from segstudio.inference.predictor import Predictor

SAVED_EVERY = 25
"""Images; a survey that is stopped loses no more."""

DOUBTFUL = 0.3
"""Where the likeliest class leads the second by less than one minus this, the model wavers between the two."""

Pair = tuple[int, int]
"""Two class ids, the smaller first."""


@dataclass(frozen=True, slots=True, eq=False)
class ImageLook:
    """``features``: length 1, alike for images that look alike. ``uncertainty``: 0 to 1. ``pairs``: the share of
    the image's pixels in which the model wavers between two classes, each weighed by how much."""

    features: NDArray[np.float32]
    uncertainty: float
    pairs: Mapping[Pair, float]


@dataclass(slots=True, eq=False)
class Survey:
    """False where nothing was looked at."""

    looks: dict[ImageId, ImageLook] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.looks)

    @property
    def features(self) -> Mapping[ImageId, NDArray[np.float32]]:
        return {image_id: look.features for image_id, look in self.looks.items()}


def take_survey(
    store: ProjectStore, predictor: Predictor, model: Path, image_ids: Iterable[ImageId], task: Task[Progress]
) -> Survey:
    """On the device lane. Images that the survey has already are left alone.

    Raises: FormatError, ProjectError: an image can't be read. CancelledError: what was found so far is kept.
    """
    survey = load_survey(store, model)
    missing = [image_id for image_id in image_ids if image_id not in survey.looks]
    table = match_classes(predictor.info.label_set, store.info.label_set)
    quiet: Task[Progress] = Task(lambda _: task.check())
    try:
        for done, image_id in enumerate(missing):
            task.report(Progress(done, len(missing), str(store.record(image_id).relative_path)))
            image = read_image(store.image_path(image_id), store.info.sample_view)
            prediction = in_project_classes(predictor.predict(image, quiet, with_probabilities=True), table)
            assert prediction.probabilities is not None  # asked for
            survey.looks[image_id] = ImageLook(
                predictor.image_features(image),
                1.0 - float(np.mean(prediction.confidence, dtype=np.float64)) / 255.0,
                wavering(prediction.probabilities),
            )
            if done % SAVED_EVERY == SAVED_EVERY - 1:
                _save(store, model, survey)
    finally:
        if missing:
            _save(store, model, survey)
    return survey


def wavering(probabilities: Probabilities) -> dict[Pair, float]:
    """The two likeliest classes of each score where neither leads clearly, added up as a share of the image."""
    values = probabilities.values
    if len(values) < 2:
        return {}
    order = np.argpartition(values, -2, axis=0)[-2:]
    second, best = np.take_along_axis(values, order, axis=0).astype(np.float32) / 255.0
    doubt = 1.0 - (best - second)
    unsure = doubt > DOUBTFUL
    ids = np.array(probabilities.class_ids, np.int64)[order]
    low, high = np.minimum(*ids), np.maximum(*ids)
    codes = (low * 256 + high)[unsure]
    sums = np.bincount(codes, weights=doubt[unsure], minlength=1)
    found = np.flatnonzero(sums).tolist()
    return {(code // 256, code % 256): float(sums[code]) / doubt.size for code in found}


def load_survey(store: ProjectStore, model: Path) -> Survey:
    """Empty where there is none, or a damaged one."""
    try:
        with _file(store, model).open("rb") as file, np.load(file, allow_pickle=False) as kept:
            if any(info.compress_type != zipfile.ZIP_STORED for info in kept.zip.infolist()):
                return Survey()  # not ours, and it may unfold without end
            ids, features = kept["ids"], kept["features"].astype(np.float32)
            uncertainties, pairs, shares = kept["uncertainties"], kept["pairs"], kept["shares"]
        found: list[dict[Pair, float]] = [{} for _ in ids]
        for (place, low, high), share in zip(pairs.tolist(), shares.tolist(), strict=True):
            found[place][low, high] = share
        known = store.table.rows
        return Survey(
            {
                ImageId(int(image_id)): ImageLook(features[place], float(uncertainties[place]), found[place])
                for place, image_id in enumerate(ids.tolist())
                if image_id in known
            }
        )
    except Exception:  # a damaged file ends in any of NumPy's, zipfile's and zlib's errors
        return Survey()


def _save(store: ProjectStore, model: Path, survey: Survey) -> None:
    """A reader's survey lives for the sitting only."""
    if store.is_read_only or not survey.looks:
        return
    looks = list(survey.looks.values())
    pairs = [(place, *pair) for place, look in enumerate(looks) for pair in look.pairs]
    shares = [share for look in looks for share in look.pairs.values()]

    def write(path: Path) -> None:
        np.savez(
            path,
            ids=np.array(list(survey.looks), np.int64),
            features=np.stack([look.features for look in looks]).astype(np.float16),
            uncertainties=np.array([look.uncertainty for look in looks], np.float32),
            pairs=np.array(pairs, np.int64).reshape(-1, 3),
            shares=np.array(shares, np.float32),
        )

    replace_file(_file(store, model), write)


def _file(store: ProjectStore, model: Path) -> Path:
    """A model that was written anew under its old name is another one."""
    status = model.stat()
    told = f"{model.name} {status.st_size} {status.st_mtime_ns}"
    mark = hashlib.blake2s(told.encode(), digest_size=8).hexdigest()
    return store.layout.cache / "survey" / f"{mark}.npz"
