"""Mistakes that any format can make, put around its own reader and writer: axes, offsets, ids, colours, folders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np

from segstudio.domain.arrays import IGNORE, LabelMap
from segstudio.domain.classes import LabelSet
from segstudio.formats.exchange import Format, LabelledImage, Reader, ReadOptions, WriteOptions, Writer

Change = Callable[[LabelMap, LabelSet], LabelMap]


@dataclass(frozen=True, slots=True)
class Distortion:
    """What becomes of labels, of an image's path and of the classes on the way out; ``undone`` on the way in."""

    labels: Change = lambda labels, _: labels
    undone: Change = lambda labels, _: labels
    path: Callable[[PurePosixPath], PurePosixPath] = lambda path: path
    classes: Callable[[LabelSet], LabelSet] = lambda label_set: label_set


def _shifted(by: int) -> Change:
    def shift(labels: LabelMap, label_set: LabelSet) -> LabelMap:
        table = np.full(256, IGNORE, np.uint8)
        table[list(label_set.ids)] = np.roll(label_set.ids, -by)
        return table[labels]

    return shift


def _blue_first(label_set: LabelSet) -> LabelSet:
    return LabelSet(
        tuple(replace(each, color=(each.color[2], each.color[1], each.color[0])) for each in label_set.classes)
    )


DISTORTIONS = {
    "axes swapped": Distortion(lambda labels, _: labels.T.copy(), lambda labels, _: labels.T.copy()),
    "one pixel to the right": Distortion(
        lambda labels, _: np.roll(labels, 1, axis=1), lambda labels, _: np.roll(labels, -1, axis=1)
    ),
    "one pixel down": Distortion(
        lambda labels, _: np.roll(labels, 1, axis=0), lambda labels, _: np.roll(labels, -1, axis=0)
    ),
    "ids shifted": Distortion(_shifted(1), _shifted(-1)),
    "red and blue swapped": Distortion(classes=_blue_first),
    "sub-folder dropped": Distortion(path=lambda path: PurePosixPath(path.name)),
}
SIDES = ("writer", "reader", "both")


def distorted(spec: Format, what: str, side: str) -> Format:
    """``spec`` with one mistake: in its writer, in its reader, or in both so that a round trip hides it."""
    assert spec.open_writer is not None and spec.open_reader is not None
    own_writer, own_reader, wrong = spec.open_writer, spec.open_reader, DISTORTIONS[what]

    def open_writer(target: Path, options: WriteOptions) -> Writer:
        changed = replace(options, label_set=wrong.classes(options.label_set))
        return _Writer(own_writer(target, changed), wrong, options.label_set)

    def open_reader(source: Path, options: ReadOptions) -> Reader:
        return _Reader(own_reader(source, options), wrong)

    return replace(
        spec,
        open_writer=own_writer if side == "reader" else open_writer,
        open_reader=own_reader if side == "writer" else open_reader,
    )


class _Writer:
    def __init__(self, own: Writer, wrong: Distortion, label_set: LabelSet) -> None:
        self._own, self._wrong, self._label_set = own, wrong, label_set

    def write(self, image: LabelledImage) -> None:
        is_known = set(np.unique(image.labels).tolist()) <= {*self._label_set.ids, IGNORE}
        labels = self._wrong.labels(image.labels, self._label_set) if is_known else image.labels
        self._own.write(LabelledImage(self._wrong.path(image.path), labels))

    def finish(self) -> None:
        self._own.finish()

    def close(self) -> None:
        self._own.close()


class _Reader:
    def __init__(self, own: Reader, wrong: Distortion) -> None:
        self._own, self._wrong = own, wrong
        self._names = {wrong.path(path): path for path in own.images}

    @property
    def label_set(self) -> LabelSet:
        return self._wrong.classes(self._own.label_set)

    @property
    def images(self) -> Sequence[PurePosixPath]:
        return tuple(self._names)

    def read(self, path: PurePosixPath) -> LabelledImage:
        labels = self._own.read(self._names[path]).labels
        return LabelledImage(path, self._wrong.undone(labels, self._own.label_set))
