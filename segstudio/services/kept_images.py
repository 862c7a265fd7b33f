"""The images left a moment ago, so that going back is instant and keeps its undo."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from segstudio.domain.images import ImageId

Image = TypeVar("Image")

DEFAULT_BYTE_BUDGET = 512 * 1024**2
MOST_IMAGES = 8


class KeptImages(Generic[Image]):
    """Bounded by count and bytes; the one left longest ago goes first, the last one left always stays."""

    def __init__(
        self,
        let_go: Callable[[Image], None],
        byte_budget: int = DEFAULT_BYTE_BUDGET,
        most: int = MOST_IMAGES,
    ) -> None:
        """``let_go`` is called with each image that isn't kept any longer."""
        self._let_go = let_go
        self._byte_budget = byte_budget
        self._most = most
        self._images: OrderedDict[ImageId, tuple[Image, int]] = OrderedDict()

    def put(self, image_id: ImageId, image: Image, byte_count: int) -> None:
        self._images[image_id] = (image, byte_count)
        self._images.move_to_end(image_id)
        while len(self._images) > 1 and (len(self._images) > self._most or self._byte_count > self._byte_budget):
            _, (dropped, _) = self._images.popitem(last=False)
            self._let_go(dropped)

    def take(self, image_id: ImageId) -> Image | None:
        found = self._images.pop(image_id, None)
        return None if found is None else found[0]

    def forget(self, image_id: ImageId) -> None:
        """The image changed under it (an import, a batch run, a restored version)."""
        found = self.take(image_id)
        if found is not None:
            self._let_go(found)

    def clear(self) -> None:
        for image_id in tuple(self._images):
            self.forget(image_id)

    @property
    def _byte_count(self) -> int:
        return sum(size for _, size in self._images.values())
