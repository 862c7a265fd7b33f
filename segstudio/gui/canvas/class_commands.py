"""What can be done to the active class, or to all labels, without a gesture: one undo step each."""

from __future__ import annotations

from segstudio.domain.arrays import LabelMap
from segstudio.domain.geometry import Point, Rect
from segstudio.editing.class_algebra import merged, swapped
from segstudio.editing.copied_labels import copied_labels
from segstudio.editing.document import LabelDocument
from segstudio.editing.flood import label_region
from segstudio.editing.islands import all_but_largest, fill_holes, given_to_neighbours, islands
from segstudio.editing.morphology import grown, shrunk, smoothed
from segstudio.editing.next_best import guesses
from segstudio.editing.region import NOTHING, Region, Relabelling
from segstudio.editing.unlabelled import closed_gaps, unlabelled_region
from segstudio.gui.canvas.area_search import AreaSearch
from segstudio.gui.canvas.region_preview import RegionPreview
from segstudio.gui.canvas.workbench import NO_PROBABILITIES, Workbench

_MOST_PIXELS = 25_000_000
"""On larger images these work on what is on screen, so that nobody waits."""

_GUESSING_REACH = 512
_GUESSES = 3


class ClassCommands:
    """Under the paint rule, like every tool. On a huge image they work on what is on screen."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._search = AreaSearch(bench)
        self.fill_preview = RegionPreview()
        self._filling = NOTHING
        self.proposal = NOTHING
        self._guessed = (NOTHING, -1)

    def fill_rest(self) -> None:
        """Paints everything unlabelled. The first call only shows what it would paint, the second does it."""
        document = self._bench.document
        if document is None:
            return
        region = unlabelled_region(document.labels, document.origins, document.rect)
        if region.rect.is_empty:
            self._bench.say("Nothing is unlabelled.")
        elif self.fill_preview.region is not self._filling or self._filling.rect.is_empty:
            self._filling = region
            self.fill_preview.show(region, self._color())
            self._bench.say(f"{region.pixel_count:,} unlabelled pixels; again to fill them, Escape to leave them.")
            self._bench.show_preview()
        else:
            self.fill_preview.clear()
            self._paint("Fill the rest", region)

    def mark(self, region: Region, class_id: int) -> None:
        """Only shows it, in the colour of a class, until Escape or the next preview."""
        label_set = self._bench.label_set
        color = label_set.by_id(class_id).color if class_id in label_set else (255, 255, 255)
        self.fill_preview.show(region, color)
        self._bench.show_preview()

    def propose(self, region: Region) -> None:
        """Shows what the active class might also be; ``take_proposal`` paints it, Escape leaves it."""
        if region.is_empty:
            self._bench.say("Nothing else looks like that.")
            return
        self.proposal = region
        self.fill_preview.show(region, self._color())
        self._bench.say(f"{region.pixel_count:,} pixels look like that; again to paint them, Escape to leave them.")
        self._bench.show_preview()

    def take_proposal(self) -> bool:
        """Paints what is shown, one undo step; whether there was anything."""
        region, self.proposal = self.proposal, NOTHING
        if region.rect.is_empty or self.fill_preview.region is not region:
            return False
        self.fill_preview.clear()
        self._paint("Proposed class", region)
        return True

    def close_gaps(self, on_screen: Rect, *, most_width: int = 3) -> None:
        """Narrow unlabelled slits take the class beside them."""

        def find(document: LabelDocument, _class_id: int, area: Rect) -> Relabelling:
            return closed_gaps(document.labels, document.origins, area, most_width=most_width)

        self._search.relabel("Close gaps", self._area(on_screen), find)

    def fill_holes(self, on_screen: Rect) -> None:
        """What the active class encloses becomes it."""
        self._search.paint(
            "Fill holes",
            self._area(on_screen),
            lambda document, class_id, area: fill_holes(document.labels, class_id, area),
        )

    def remove_islands(self, on_screen: Rect, *, least_pixels: int = 64) -> None:
        """Small pieces of the active class become what lies around them."""

        def find(document: LabelDocument, class_id: int, area: Rect) -> Relabelling:
            found = islands(document.labels, class_id, area, least_pixels=least_pixels)
            return _given_away(document.labels, found)

        self._search.relabel("Remove islands", self._area(on_screen), find)

    def keep_largest(self, on_screen: Rect) -> None:
        """All pieces of the active class but the largest become what lies around them."""
        self._search.relabel(
            "Keep the largest",
            self._area(on_screen),
            lambda document, class_id, area: _given_away(
                document.labels, all_but_largest(document.labels, class_id, area)
            ),
        )

    def grow(self, on_screen: Rect, *, pixels: int = 1) -> None:
        self._search.paint(
            "Grow",
            self._area(on_screen),
            lambda document, class_id, area: grown(document.labels, class_id, area, pixels=pixels),
        )

    def shrink(self, on_screen: Rect, *, pixels: int = 1) -> None:
        self._search.relabel(
            "Shrink",
            self._area(on_screen),
            lambda document, class_id, area: shrunk(document.labels, class_id, area, pixels=pixels),
        )

    def smooth(self, on_screen: Rect, *, radius: int = 2) -> None:
        """Every pixel takes the commonest class around it."""
        self._search.relabel(
            "Smooth",
            self._area(on_screen),
            lambda document, _class_id, area: smoothed(document.labels, area, radius=radius),
        )

    def merge(self, source: int, target: int) -> None:
        """All of one class becomes another."""
        self._search.relabel(
            "Merge classes",
            self._bench.image_rect,
            lambda document, _class_id, area: merged(document.labels, source, target, area),
        )

    def swap(self, one: int, other: int) -> None:
        self._search.relabel(
            "Swap classes",
            self._bench.image_rect,
            lambda document, _class_id, area: swapped(document.labels, one, other, area),
        )

    def copy_from(self, other: LabelMap) -> None:
        """The labels of another image, such as the previous one; brought to this one's size."""
        document = self._bench.document
        if document is not None:
            self._relabel("Copy labels", copied_labels(other, document.size, document.rect))

    def next_best(self, point: Point) -> None:
        """The region under a point becomes the model's next guess for it, going round among three."""
        document, probabilities = self._bench.document, self._bench.probabilities
        if document is None or not document.rect.contains(point):
            return
        if probabilities is None:
            self._bench.say(NO_PROBABILITIES)
            return
        region = self._guessed_region(document, point)
        # A sample round the pointer decides for a region that is large.
        near = Rect.around((point,), margin=_GUESSING_REACH).intersected(document.rect)
        ranked = guesses(probabilities, region.clipped(near))[:_GUESSES]
        current = int(document.labels[int(point.y), int(point.x)])
        ids = [guess.class_id for guess in ranked]
        if not ids:
            return
        chosen = ranked[(ids.index(current) + 1) % len(ids) if current in ids else 0]
        edit = self._bench.begin("Next-best class")
        if edit is None:
            return
        edit.press_at(point)
        self._bench.show_painted(edit.write(region.rect, region.mask, chosen.class_id, self._bench.settings.rule))
        self._bench.commit(edit)
        self._guessed = (region, document.revision)
        if chosen.class_id in self._bench.label_set:
            name = self._bench.label_set.by_id(chosen.class_id).name
            self._bench.say(
                f"{name}: {chosen.probability:.0%}, guess {ids.index(chosen.class_id) + 1} of {len(ids)}"
            )

    def _guessed_region(self, document: LabelDocument, point: Point) -> Region:
        """The region of the last guess while nothing else happened since, for by now it may have joined another."""
        region, revision = self._guessed
        if revision == document.revision and region.contains(point):
            return region
        return label_region(document.labels, point)

    def cancel(self) -> bool:
        """Takes back a preview. Returns: whether there was one."""
        was_shown = not self.fill_preview.region.rect.is_empty
        self.fill_preview.clear()
        return was_shown

    @property
    def _class_id(self) -> int:
        return self._bench.settings.class_id

    def _color(self) -> tuple[int, int, int]:
        label_set = self._bench.label_set
        return label_set.by_id(self._class_id).color if self._class_id in label_set else (255, 255, 255)

    def _area(self, on_screen: Rect) -> Rect:
        whole = self._bench.image_rect
        if whole.area <= _MOST_PIXELS:
            return whole
        self._bench.say("On an image of this size it is done to what is on screen.")
        return on_screen.intersected(whole)

    def _paint(self, name: str, region: Region) -> None:
        self._bench.paint(name, region, pressed=None, erasing=False)

    def _relabel(self, name: str, relabelling: Relabelling) -> None:
        self._bench.relabel(name, relabelling)


def _given_away(labels: LabelMap, region: Region) -> Relabelling:
    """The region's pixels as what lies around them."""
    return Relabelling(region, labels[:0, :0]) if region.rect.is_empty else given_to_neighbours(labels, region)
