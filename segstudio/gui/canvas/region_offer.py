"""A region shown over the picture: only to be looked at, or to be painted when it is asked for again."""

from __future__ import annotations

from segstudio.editing.region import NOTHING, Region
from segstudio.editing.unlabelled import unlabelled_region
from segstudio.gui.canvas.region_preview import RegionPreview
from segstudio.gui.canvas.workbench import Workbench


class RegionOffer:
    """One at a time; Escape leaves it."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self.preview = RegionPreview()
        self._filling = NOTHING
        self._proposal = NOTHING

    def fill_rest(self) -> None:
        """Paints everything unlabelled. The first call only shows what it would paint, the second does it."""
        document = self._bench.document
        if document is None:
            return
        region = unlabelled_region(document.labels, document.origins, document.rect)
        if region.rect.is_empty:
            self._bench.say("Nothing is unlabelled.")
        elif self.preview.region is not self._filling or self._filling.rect.is_empty:
            self._filling = region
            self._bench.say(f"{region.pixel_count:,} unlabelled pixels; again to fill them, Escape to leave them.")
            self.mark(region, self._bench.settings.class_id)
        else:
            self._take("Fill the rest", region)

    def mark(self, region: Region, class_id: int) -> None:
        """Only shows it, in the colour of a class, until Escape or the next preview."""
        label_set = self._bench.label_set
        color = label_set.by_id(class_id).color if class_id in label_set else (255, 255, 255)
        self.preview.show(region, color)
        self._bench.show_preview()

    def propose(self, region: Region) -> None:
        """Shows what the active class might also be; ``take_proposal`` paints it, Escape leaves it."""
        if region.is_empty:
            self._bench.say("Nothing else looks like that.")
            return
        self._proposal = region
        self._bench.say(f"{region.pixel_count:,} pixels look like that; again to paint them, Escape to leave them.")
        self.mark(region, self._bench.settings.class_id)

    def take_proposal(self) -> bool:
        """Paints what is shown, one undo step; whether there was anything."""
        region, self._proposal = self._proposal, NOTHING
        if region.rect.is_empty or self.preview.region is not region:
            return False
        self._take("Proposed class", region)
        return True

    def cancel(self) -> bool:
        """Takes the preview back. Returns: whether there was one."""
        was_shown = not self.preview.region.rect.is_empty
        self.preview.clear()
        return was_shown

    def _take(self, name: str, region: Region) -> None:
        self.preview.clear()
        self._bench.paint(name, region, pressed=None, erasing=False)
