"""The model's first, second and third guess for a region."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segstudio.domain.prediction import Probabilities
from segstudio.editing.probability import all_probabilities
from segstudio.editing.region import Region

GUESSES = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """A class and its mean probability over a region, 0 to 1."""

    class_id: int
    probability: float


def guesses(probabilities: Probabilities, region: Region) -> tuple[Guess, ...]:
    """Every class of the model, the likeliest for the region first. Empty for an empty region."""
    if region.rect.is_empty or region.is_empty:
        return ()
    values = all_probabilities(probabilities, region.rect)[:, region.mask]
    means = values.mean(axis=1, dtype=np.float64) / 255.0
    order = np.argsort(-means, kind="stable")
    return tuple(Guess(probabilities.class_ids[index], float(means[index])) for index in order)


def next_best_class(
    probabilities: Probabilities, region: Region, current: int, *, most: int = GUESSES
) -> int | None:
    """The guess after ``current``, going round among the first ``most``; the first one if ``current`` isn't among
    them. None for an empty region."""
    ranked = [guess.class_id for guess in guesses(probabilities, region)[:most]]
    if not ranked:
        return None
    if current not in ranked:
        return ranked[0]
    return ranked[(ranked.index(current) + 1) % len(ranked)]
