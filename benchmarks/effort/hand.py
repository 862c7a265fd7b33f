"""The model of a hand: what one stroke can do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hand:
    """Lengths in image pixels.

    ``reach``: the longest way of one stroke. ``reach_in_diameters``: the same for a thin brush, because a fine line
    takes care. ``overspill``: how far the tip may cross the true border. ``largest_diameter``: of the brush.
    ``diameters``: which shares of the largest brush that fits are tried; the one that repairs most is taken.
    """

    reach: float = 200.0
    reach_in_diameters: float = 25.0
    overspill: float = 1.0
    largest_diameter: float = 120.0
    diameters: tuple[float, ...] = (1.0, 0.6, 0.3)

    def longest(self, diameter: float) -> float:
        """The way of one stroke with such a brush."""
        return min(self.reach, self.reach_in_diameters * diameter)
