"""Puts errors into a copy of a data set's labels and counts how many of them diff review lists first.

    python -m benchmarks.label_errors --images DIR --labels DIR --classes FILE --output DIR --stride 4

Three judges of the same images and labels: the model as it is, which has seen none of them; a head that learnt from
all of them, errors and all; heads out of fold, which learnt from all images but the one that they judge. The two
learn from the same cells in the same way. OUTPUT/table.md gets the table, OUTPUT/found.json what it was made of.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np

from benchmarks.effort.pictures import Picture, read_pictures
from benchmarks.label_errors.errors import LabelError, put_error
from benchmarks.labelled_images import numbers, parser_for
from segstudio.domain.arrays import Origin
from segstudio.domain.classes import LabelSet
from segstudio.domain.images import ImageStatus
from segstudio.domain.task import Task
from segstudio.formats.class_file import read_classes
from segstudio.inference.bundled_models import find_model
from segstudio.inference.models import load_model
from segstudio.inference.predictor import Predictor
from segstudio.services.batch_predictions import ProjectPredictor
from segstudio.services.learnt_images import mark_of
from segstudio.services.review_differences import Difference, find_differences
from segstudio.services.review_folds import FoldJudge
from segstudio.services.review_labels import finished_images
from segstudio.store.project_store import ProjectStore

FIRST = (10, 20, 40, 80)
COVERED = 0.25
"""Of an error's pixels that a suggestion must hold to have found it."""


def main() -> None:
    arguments = _parser().parse_args()
    cv2.setNumThreads(1)
    label_set = read_classes(arguments.classes)
    pictures = read_pictures(arguments.images, arguments.labels, label_set, stride=arguments.stride, count=None)
    predictor = load_model(find_model(arguments.model), arguments.device)
    output: Path = arguments.output
    rows: dict[str, list[list[int]]] = {}
    for seed in arguments.seeds:
        with _project(output / f"seed-{seed}", pictures, label_set) as store:
            errors = _spoil(store, pictures, share=arguments.share, seed=seed)
            reports = {
                "the model, which has seen none": _listed(store, predictor),
                "a head that learnt from all": _listed(store, predictor, folds=1),
                f"out of fold, {arguments.folds} heads": _listed(store, predictor, folds=arguments.folds),
            }
        for kind, differences in reports.items():
            hits = found_errors(differences, errors)
            rows.setdefault(kind, []).append([len(errors), len(differences), *hits])
            print(f"seed {seed}, {kind}: {rows[kind][-1]}", flush=True)
    table = _markdown(rows)
    (output / "found.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
    (output / "table.md").write_text(table, encoding="utf-8")
    print(table)


def _listed(store: ProjectStore, predictor: Predictor, *, folds: int | None = None) -> tuple[Difference, ...]:
    """By the model itself, or by heads that learnt; with one fold from all images."""
    asked = ProjectPredictor(store, predictor)
    if folds is None:
        return find_differences(store, asked, Task()).differences
    judge = FoldJudge(store, predictor, finished_images(store), folds=folds)
    judge.learn(Task())
    marks = frozenset(mark_of(record.relative_path) for record in store.records)
    taught = SimpleNamespace(info=replace(predictor.info, learnt=marks))
    report = find_differences(store, taught, Task(), judge=judge)  # type: ignore[arg-type]  # nobody asks it
    return report.differences


def found_errors(differences: Sequence[Difference], errors: Sequence[LabelError]) -> list[int]:
    """How many of ``errors`` are among the first 10, 20, … suggestions."""
    first_hits = []
    for error in errors:
        places = [place for place, one in enumerate(differences) if _finds(one, error)]
        if places:
            first_hits.append(places[0])
    return [sum(place < first for place in first_hits) for first in FIRST]


def _finds(difference: Difference, error: LabelError) -> bool:
    if difference.image_id != error.image or difference.label != error.label:
        return False
    inside = int(np.count_nonzero(error.mask[difference.rect.slices] & difference.mask))
    return inside >= COVERED * error.pixels


def _project(folder: Path, pictures: Sequence[Picture], label_set: LabelSet) -> ProjectStore:
    """Afresh, with links to the images."""
    shutil.rmtree(folder, ignore_errors=True)
    images = folder / "images"
    images.mkdir(parents=True)
    for picture in pictures:
        shutil.copyfile(picture.file, images / picture.file.name)
    return ProjectStore.create(folder / "project", images, label_set, "streets")


def _spoil(store: ProjectStore, pictures: Sequence[Picture], *, share: float, seed: int) -> tuple[LabelError, ...]:
    """Every image verified, and one error in each of ``share`` of them."""
    chance = np.random.default_rng(seed)
    chosen = set(chance.permutation(len(pictures))[: round(share * len(pictures))].tolist())
    errors = []
    for number, picture in enumerate(pictures):
        record = store.find(picture.file.name)
        assert record is not None
        labels = picture.truth
        spoiled = put_error(record.id, labels, chance) if number in chosen else None
        if spoiled is not None:
            labels, error = spoiled
            errors.append(error)
        store.labels.save(record.id, labels, np.full_like(labels, Origin.PERSON))
        store.index.set_statuses([record.id], ImageStatus.VERIFIED)
    return tuple(errors)


def _markdown(rows: dict[str, list[list[int]]]) -> str:
    """Sums over the seeds."""
    names = " | ".join(f"first {count}" for count in FIRST)
    lines = [f"| judge | errors | suggestions | {names} |", "| --- |" + " ---: |" * (2 + len(FIRST))]
    for kind, found in rows.items():
        sums = [sum(column) for column in zip(*found, strict=True)]
        lines.append(f"| {kind} | " + " | ".join(str(value) for value in sums) + " |")
    return "\n".join(lines) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = parser_for(__doc__, stride=4)
    parser.add_argument("--output", type=Path, default=Path("label-errors"))
    parser.add_argument("--share", type=float, default=0.4, help="of the images that get an error")
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--seeds", type=numbers, default=(0,), help="such as 0,1,2")
    return parser


if __name__ == "__main__":
    main()
