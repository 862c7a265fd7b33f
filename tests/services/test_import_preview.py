"""What an import would bring, and how its classes are turned into a project's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np

from segstudio.domain.classes import LabelSet
from segstudio.domain.task import Task
from segstudio.formats.exchange import LabelledImage
from segstudio.services.import_preview import LOOKED_AT, MappedReader, preview_import


class Listed:
    """A source of ``count`` images: a quarter void, a quarter road, the rest tree."""

    def __init__(self, count: int) -> None:
        self.label_set = LabelSet.from_names(["road", "tree"])
        self.images: Sequence[PurePosixPath] = [PurePosixPath(f"{n}.png") for n in range(count)]

    def read(self, path: PurePosixPath) -> LabelledImage:
        labels = np.full((4, 4), 1, np.uint8)
        labels[0], labels[1] = 255, 0
        return LabelledImage(path, labels)


def test_the_preview_tells_each_class_share() -> None:
    preview = preview_import(Listed(2), Task())
    assert [(found.spec.name, found.share) for found in preview.classes] == [("road", 0.25), ("tree", 0.5)]
    assert preview.unlabelled == 0.25


def test_of_many_images_some_are_looked_at_from_first_to_last() -> None:
    preview = preview_import(Listed(1000), Task())
    assert preview.images == 1000
    assert 0 < preview.looked_at <= LOOKED_AT


def test_classes_become_what_the_user_chose() -> None:
    own = LabelSet.from_names(["sky", "street"])
    mapped = MappedReader(Listed(1), own, {0: 1, 1: None})
    assert [spec.name for spec in mapped.label_set.classes] == ["sky", "street", "tree"]
    assert mapped.read(mapped.images[0]).labels[:, 0].tolist() == [255, 1, 2, 2]


def test_a_class_left_out_becomes_unlabelled() -> None:
    mapped = MappedReader(Listed(1), LabelSet.from_names(["sky"]), {0: 0, 1: 255})
    assert mapped.read(mapped.images[0]).labels[:, 0].tolist() == [255, 0, 255, 255]
