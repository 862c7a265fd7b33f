"""Between which classes the model wavers most, and which images would help most against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from segstudio.domain.classes import LabelSet
from segstudio.domain.images import ImageId
from segstudio.services.review_survey import Pair, Survey

MOST_PAIRS = 8


@dataclass(frozen=True, slots=True)
class ConfusedPair:
    """Two classes that the model confuses. ``share``: of all pixels looked at, those in which it wavers between the
    two. ``images``: the fewest that hold half of that, the most rewarding first."""

    pair: Pair
    share: float
    images: tuple[ImageId, ...]


def confused_pairs(
    survey: Survey, candidates: Sequence[ImageId], *, most: int = MOST_PAIRS
) -> tuple[ConfusedPair, ...]:
    """Over images that nobody has finished, the most confused pair first."""
    known = [image_id for image_id in candidates if image_id in survey.looks]
    totals: dict[Pair, float] = {}
    for image_id in known:
        for pair, share in survey.looks[image_id].pairs.items():
            totals[pair] = totals.get(pair, 0.0) + share
    ranked = sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:most]
    return tuple(
        ConfusedPair(pair, total / len(known), _half_of(pair, total, survey, known)) for pair, total in ranked
    )


def by_pair(survey: Survey, candidates: Sequence[ImageId], pair: Pair) -> tuple[ImageId, ...]:
    """Those with most wavering between the two first; what wasn't looked at comes last, in its own order."""
    wanted = (min(pair), max(pair))
    shares = {i: survey.looks[i].pairs.get(wanted, 0.0) if i in survey.looks else -1.0 for i in candidates}
    return tuple(sorted(candidates, key=lambda image_id: -shares[image_id]))


def _half_of(pair: Pair, total: float, survey: Survey, known: Sequence[ImageId]) -> tuple[ImageId, ...]:
    chosen, held = [], 0.0
    for image_id in by_pair(survey, known, pair):
        if held >= total / 2:
            break
        chosen.append(image_id)
        held += survey.looks[image_id].pairs.get(pair, 0.0)
    return tuple(chosen)


def pair_words(confused: ConfusedPair, label_set: LabelSet) -> str:
    """``kerb and pavement: 14 images would help most``."""
    count = len(confused.images)
    return f"{pair_names(confused.pair, label_set)}: {count:,} image{'' if count == 1 else 's'} would help most"


def pair_names(pair: Pair, label_set: LabelSet) -> str:
    names = [label_set.by_id(class_id).name if class_id in label_set else str(class_id) for class_id in pair]
    return " and ".join(names)
