"""How pictures that no screen can show as they are (16-bit, float, many channels) become red, green and blue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SampleView:
    """The same for what a person sees and what a network is given; kept from image to image.

    ``channels``: those shown as red, green and blue, counted from 0; None: the first three, or the first in grey.
    An image that lacks one of them is shown as if None. ``percentiles``: the shares of the samples, in per cent,
    that lie below black and below white; None: as suits the picture.
    """

    channels: tuple[int, int, int] | None = None
    percentiles: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.channels is not None and min(self.channels) < 0:
            raise ValueError(f"Channels are counted from 0: {self.channels}.")
        if self.percentiles is not None and not 0.0 <= self.percentiles[0] < self.percentiles[1] <= 100.0:
            raise ValueError(f"Black lies below white, both between 0 and 100 per cent: {self.percentiles}.")

    def channels_of(self, count: int) -> tuple[int, int, int] | None:
        """The chosen channels where an image of ``count`` has them all."""
        return self.channels if self.channels is not None and max(self.channels) < count else None


AS_SUITS = SampleView()


@dataclass(frozen=True, slots=True)
class SampleKind:
    """What a file's samples are. ``has_choice``: a ``SampleView`` can change how they are shown.

    ``type_name``: numpy's name of the type. ``pages``: more than one in some TIFFs, of which the first is shown.
    """

    channels: int
    type_name: str
    has_choice: bool
    pages: int = 1
