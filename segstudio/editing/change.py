"""What one commit, undo or redo did to a document."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from segstudio.domain.geometry import Rect, Size
from segstudio.editing.patch import Patch


class ChangeKind(StrEnum):
    EDIT = "edit"
    UNDO = "undo"
    REDO = "redo"


@dataclass(frozen=True, slots=True, eq=False)
class DocumentChange:
    """``patches``, put back in order, bring any earlier or later state of their pixels to what it was after this
    change, so a journal may replay them onto labels that hold some of them already.

    ``pixels_changed`` counts pixels whose label or origin differs; ``rect`` holds all of them. ``ways_back`` is
    what the undo step holds besides; whoever packs the patches, away from the window, packs them too.
    """

    name: str
    kind: ChangeKind
    rect: Rect
    pixels_changed: int
    revision: int
    image_size: Size
    patches: tuple[Patch, ...]
    ways_back: tuple[Patch, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.pixels_changed == 0
