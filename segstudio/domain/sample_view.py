"""How pictures that no screen shows as they are (16-bit, float, many channels, pages) become red, green, blue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SampleView:
    """The same for what a person sees and what a network is given; kept from image to image.

    ``channels``: those shown as red, green and blue, counted from 0; None: the first three, or the first in grey.
    An image that lacks one of them is shown as if None. ``percentiles``: the shares of the samples, in per cent,
    that lie below black and below white; None: as suits the picture. ``page``: of a TIFF of several, counted
    from 0; an image that lacks it, or whose page is of another size than its first, shows its first.
    """

    channels: tuple[int, int, int] | None = None
    percentiles: tuple[float, float] | None = None
    page: int = 0

    def __post_init__(self) -> None:
        if self.channels is not None and min(self.channels) < 0:
            raise ValueError(f"Channels are counted from 0: {self.channels}.")
        if self.page < 0:
            raise ValueError(f"Pages are counted from 0: {self.page}.")
        if self.percentiles is not None and not 0.0 <= self.percentiles[0] < self.percentiles[1] <= 100.0:
            raise ValueError(f"Black lies below white, both between 0 and 100 per cent: {self.percentiles}.")

    def channels_of(self, count: int) -> tuple[int, int, int] | None:
        """The chosen channels where an image of ``count`` has them all."""
        return self.channels if self.channels is not None and max(self.channels) < count else None


AS_SUITS = SampleView()


@dataclass(frozen=True, slots=True)
class SampleKind:
    """What a file's samples are. ``has_choice``: channels and percentiles change how they are shown.

    ``type_name``: numpy's name of the type. ``pages``: more than one in some TIFFs, each of the first one's size.
    """

    channels: int
    type_name: str
    has_choice: bool
    pages: int = 1

    @property
    def can_be_changed(self) -> bool:
        """Whether any ``SampleView`` shows something else than another."""
        return self.has_choice or self.pages > 1
