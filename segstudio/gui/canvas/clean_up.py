"""Cleaning labels up without a gesture: what each step changes, shown beforehand, done as one undo step."""

from __future__ import annotations

from dataclasses import dataclass

from segstudio.domain.arrays import LabelMap
from segstudio.domain.geometry import Rect
from segstudio.editing.document import LabelDocument
from segstudio.editing.islands import all_but_largest, given_to_neighbours, islands
from segstudio.editing.islands import fill_holes as holes_of
from segstudio.editing.morphology import grown, shrunk, smoothed
from segstudio.editing.region import Region, Relabelling
from segstudio.editing.unlabelled import closed_gaps
from segstudio.gui.canvas.area_search import AreaSearch, Find
from segstudio.gui.canvas.region_offer import RegionOffer
from segstudio.gui.canvas.workbench import Workbench

_MOST_PIXELS = 25_000_000
"""On larger images a step works on what is on screen, so that nobody waits."""


@dataclass(frozen=True, slots=True)
class CleanUpStep:
    """``find`` gets the document, the active class and an area; a region takes that class."""

    name: str
    find: Find


class CleanUp:
    """Under the paint rule, like every tool. On a huge image it is done to what is on screen."""

    def __init__(self, bench: Workbench, offer: RegionOffer) -> None:
        self._bench = bench
        self._offer = offer
        self._search = AreaSearch(bench)
        self._looked_at: CleanUpStep | None = None

    def do(self, step: CleanUpStep, on_screen: Rect) -> None:
        self.look_away()
        whole = self._bench.image_rect
        if whole.area > _MOST_PIXELS:
            self._bench.say("On an image of this size it is done to what is on screen.")
        self._search.change(step.name, self._area(on_screen), step.find)

    def look_at(self, step: CleanUpStep, on_screen: Rect) -> None:
        """Shows which pixels ``do`` would find, until ``look_away`` or Escape; the newest step counts."""
        self._looked_at = step

        def show(found: Region | Relabelling) -> None:
            if self._looked_at is step:
                region = found.region if isinstance(found, Relabelling) else found
                self._offer.mark(region, self._bench.settings.class_id)

        self._search.look(step.name, self._area(on_screen), step.find, show)

    def look_away(self) -> None:
        if self._looked_at is not None:
            self._looked_at = None
            self._offer.cancel()
            self._bench.show_preview()

    def _area(self, on_screen: Rect) -> Rect:
        whole = self._bench.image_rect
        return whole if whole.area <= _MOST_PIXELS else on_screen.intersected(whole)


def close_gaps(most_width: int = 3) -> CleanUpStep:
    """Narrow unlabelled slits take the class beside them."""

    def find(document: LabelDocument, _class_id: int, area: Rect) -> Relabelling:
        return closed_gaps(document.labels, document.origins, area, most_width=most_width)

    return CleanUpStep("Close gaps", find)


def fill_holes() -> CleanUpStep:
    """What the active class encloses becomes it."""
    return CleanUpStep("Fill holes", lambda document, class_id, area: holes_of(document.labels, class_id, area))


def remove_islands(least_pixels: int = 64) -> CleanUpStep:
    """Small pieces of the active class become what lies around them."""

    def find(document: LabelDocument, class_id: int, area: Rect) -> Relabelling:
        found = islands(document.labels, class_id, area, least_pixels=least_pixels)
        return _given_away(document.labels, found)

    return CleanUpStep("Remove islands", find)


def keep_largest() -> CleanUpStep:
    """All pieces of the active class but the largest become what lies around them."""

    def find(document: LabelDocument, class_id: int, area: Rect) -> Relabelling:
        return _given_away(document.labels, all_but_largest(document.labels, class_id, area))

    return CleanUpStep("Keep the largest", find)


def grow(pixels: int = 1) -> CleanUpStep:
    return CleanUpStep(
        "Grow", lambda document, class_id, area: grown(document.labels, class_id, area, pixels=pixels)
    )


def shrink(pixels: int = 1) -> CleanUpStep:
    return CleanUpStep(
        "Shrink", lambda document, class_id, area: shrunk(document.labels, class_id, area, pixels=pixels)
    )


def smooth(radius: int = 2) -> CleanUpStep:
    """Every pixel takes the commonest class around it."""
    return CleanUpStep("Smooth", lambda document, _class_id, area: smoothed(document.labels, area, radius=radius))


def _given_away(labels: LabelMap, region: Region) -> Relabelling:
    """The region's pixels as what lies around them."""
    return Relabelling(region, labels[:0, :0]) if region.rect.is_empty else given_to_neighbours(labels, region)
