"""The model's second and third guess for a region, in turn."""

from __future__ import annotations

from segstudio.domain.geometry import Point, Rect
from segstudio.editing.document import LabelDocument
from segstudio.editing.flood import label_region
from segstudio.editing.next_best import Guess, guesses
from segstudio.editing.region import NOTHING, Region
from segstudio.gui.canvas.workbench import NO_PROBABILITIES, Workbench

_REACH = 512
_GUESSES = 3


class NextGuess:
    """Remembers the region of the last guess: once painted, it may have joined another."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._last = (NOTHING, -1)

    def take(self, point: Point) -> None:
        """The region under a point becomes the model's next guess for it, going round among three."""
        document, probabilities = self._bench.document, self._bench.probabilities
        if document is None or not document.rect.contains(point):
            return
        if probabilities is None:
            self._bench.say(NO_PROBABILITIES)
            return
        region = self._region(document, point)
        # A sample round the pointer decides for a region that is large.
        near = Rect.around((point,), margin=_REACH).intersected(document.rect)
        ranked = guesses(probabilities, region.clipped(near))[:_GUESSES]
        current = int(document.labels[int(point.y), int(point.x)])
        ids = [guess.class_id for guess in ranked]
        if not ids:
            return
        place = (ids.index(current) + 1) % len(ids) if current in ids else 0
        if self._paint(point, region, ranked[place].class_id):
            self._last = (region, document.revision)
            self._tell(ranked[place], f"guess {place + 1} of {len(ids)}")

    def _region(self, document: LabelDocument, point: Point) -> Region:
        """That of the last guess while nothing else happened since."""
        region, revision = self._last
        if revision == document.revision and region.contains(point):
            return region
        return label_region(document.labels, point)

    def _paint(self, point: Point, region: Region, class_id: int) -> bool:
        edit = self._bench.begin("Next-best class")
        if edit is None:
            return False
        edit.press_at(point)
        self._bench.show_painted(edit.write(region.rect, region.mask, class_id, self._bench.settings.rule))
        self._bench.commit(edit)
        return True

    def _tell(self, guess: Guess, place: str) -> None:
        if guess.class_id in self._bench.label_set:
            name = self._bench.label_set.by_id(guess.class_id).name
            self._bench.say(f"{name}: {guess.probability:.0%}, {place}")
