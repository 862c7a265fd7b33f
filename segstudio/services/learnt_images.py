"""Which images a model has learnt from: noted in it as marks, so that what it says of them isn't taken for news."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import PurePosixPath

from segstudio.domain.model_info import ModelInfo


def mark_of(path: PurePosixPath | str) -> str:
    """Of an image, by its path below the project's image folder; the path can't be told from it."""
    return hashlib.blake2s(str(path).encode(), digest_size=6).hexdigest()


def marks_after(base: ModelInfo, paths: Iterable[str]) -> frozenset[str]:
    """Of a model that goes on from ``base`` and learns from ``paths``."""
    return (base.learnt or frozenset()) | {mark_of(path) for path in paths}


def has_learnt(info: ModelInfo, path: PurePosixPath | str) -> bool:
    """Whether the model, or one that it comes from, has seen the labels of the image."""
    return info.learnt is not None and mark_of(path) in info.learnt
