"""What each image is for in training: random, by folder, or with every class in every part.

An image that has a part keeps it: images that come later are divided so that the whole fits the shares.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from segstudio.domain.errors import ProjectError
from segstudio.domain.images import ImageId, ImageRecord, Split
from segstudio.store.project_store import ProjectStore

PARTS = (Split.TRAIN, Split.VALIDATION, Split.TEST)


class SplitMethod(StrEnum):
    RANDOM = "random"
    FOLDER = "folder"
    """Images of one folder (one drive, one patient) stay together."""
    CLASSES = "classes"
    """Each class is spread over the parts by the shares, rare ones first."""


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """Shares of the whole for validation and test; the rest is for training."""

    method: SplitMethod = SplitMethod.RANDOM
    validation: float = 0.15
    test: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not (0 <= self.validation < 1 and 0 <= self.test < 1 and self.validation + self.test < 1):
            raise ProjectError(
                f"{self.validation:g} for validation and {self.test:g} for test leave nothing to train on."
            )

    @property
    def shares(self) -> dict[Split, float]:
        return {
            Split.TRAIN: 1.0 - self.validation - self.test,
            Split.VALIDATION: self.validation,
            Split.TEST: self.test,
        }


@dataclass(frozen=True, slots=True)
class SplitReport:
    """How many images each part has now, and how many of them had it before."""

    counts: Mapping[Split, int]
    kept: int


@dataclass(frozen=True, slots=True)
class PlannedSplit:
    """The part of each image that has none so far, and of those that keep theirs."""

    new: Mapping[ImageId, Split]
    kept: Mapping[ImageId, Split]

    @property
    def report(self) -> SplitReport:
        counts = Counter([*self.kept.values(), *self.new.values()])
        return SplitReport({part: counts[part] for part in PARTS}, len(self.kept))


def make_split(store: ProjectStore, plan: SplitPlan, *, is_again: bool = False) -> SplitReport:
    """Give every image without a part one; with ``is_again`` all parts are made anew.

    Raises: ProjectError: the project is open for reading only.
    """
    planned = plan_split(store, plan, is_again=is_again)
    store.index.set_splits(planned.new)
    return planned.report


def plan_split(store: ProjectStore, plan: SplitPlan, *, is_again: bool = False) -> PlannedSplit:
    """What ``make_split`` would do; nothing is changed."""
    records = [record for record in store.records if not record.is_missing]
    kept = {} if is_again else {record.id: record.split for record in records if record.split is not Split.NONE}
    new = [record for record in records if record.id not in kept]
    match plan.method:
        case SplitMethod.RANDOM:
            parts = _by_groups([[record.id] for record in new], kept, plan)
        case SplitMethod.FOLDER:
            parts = _by_folder(new, {record.id: record for record in records}, kept, plan)
        case SplitMethod.CLASSES:
            parts = _by_classes(store, new, kept, plan)
    return PlannedSplit(parts, kept)


def _by_groups(
    groups: Sequence[Sequence[ImageId]], kept: Mapping[ImageId, Split], plan: SplitPlan
) -> dict[ImageId, Split]:
    """Each group to the part that lacks most of its share; large groups first."""
    shuffled = [list(group) for group in groups]
    random.Random(plan.seed).shuffle(shuffled)
    shuffled.sort(key=len, reverse=True)
    total = len(kept) + sum(len(group) for group in shuffled)
    missing = _missing(total, Counter(kept.values()), plan)
    parts: dict[ImageId, Split] = {}
    for group in shuffled:
        part = max(PARTS, key=lambda part: missing[part])
        missing[part] -= len(group)
        parts.update(dict.fromkeys(group, part))
    return parts


def _missing(total: int, counts: Mapping[Split, int], plan: SplitPlan) -> dict[Split, float]:
    return {part: share * total - counts.get(part, 0) for part, share in plan.shares.items()}


def _by_folder(
    new: Sequence[ImageRecord],
    records: Mapping[ImageId, ImageRecord],
    kept: Mapping[ImageId, Split],
    plan: SplitPlan,
) -> dict[ImageId, Split]:
    decided = {records[image_id].relative_path.parent: split for image_id, split in kept.items()}
    followers = {
        record.id: decided[record.relative_path.parent] for record in new if record.relative_path.parent in decided
    }
    groups: dict[object, list[ImageId]] = defaultdict(list)
    for record in new:
        if record.id not in followers:
            groups[record.relative_path.parent].append(record.id)
    return followers | _by_groups(list(groups.values()), {**kept, **followers}, plan)


def _by_classes(
    store: ProjectStore, new: Sequence[ImageRecord], kept: Mapping[ImageId, Split], plan: SplitPlan
) -> dict[ImageId, Split]:
    """Iterative: Sechidis, Tsoumakas, Vlahavas, "On the Stratification of Multi-Label Data", 2011."""
    present = {
        image_id: frozenset(class_id for class_id in pixels if class_id != 255)
        for image_id, pixels in store.figures.classes_by_image().items()
    }
    shuffled = [record.id for record in new]
    random.Random(plan.seed).shuffle(shuffled)
    holders: dict[int, set[ImageId]] = defaultdict(set)
    for image_id in shuffled:
        for class_id in present.get(image_id, ()):
            holders[class_id].add(image_id)
    missing = _missing(len(kept) + len(new), Counter(kept.values()), plan)
    wanted = {
        class_id: _missing(
            len(images) + sum(class_id in present.get(image_id, ()) for image_id in kept),
            Counter(split for image_id, split in kept.items() if class_id in present.get(image_id, ())),
            plan,
        )
        for class_id, images in holders.items()
    }
    order = {image_id: number for number, image_id in enumerate(shuffled)}
    parts: dict[ImageId, Split] = {}
    while holders:
        rarest = min(holders, key=lambda class_id: (len(holders[class_id]), class_id))
        for image_id in sorted(holders.pop(rarest), key=order.__getitem__):
            part = max(PARTS, key=lambda part: (wanted[rarest][part], missing[part]))
            parts[image_id] = part
            missing[part] -= 1
            for class_id in present[image_id]:
                wanted[class_id][part] -= 1
                holders.get(class_id, set()).discard(image_id)
        holders = defaultdict(set, {class_id: images for class_id, images in holders.items() if images})
    rest = [[image_id] for image_id in shuffled if image_id not in parts]
    return parts | _by_groups(rest, {**kept, **parts}, plan)
