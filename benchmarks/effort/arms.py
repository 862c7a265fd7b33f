"""The arms that are compared: what the program does for the annotator in each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arm:
    """``learns_finished``: the head, from each finished image. ``learns_live``: the head, after each stroke, which
    is off by default, because it does not pay, and so is no part of arm 6. ``learns_after``: fine-tunes after every
    few images."""

    number: int
    name: str
    has_superpixels: bool = False
    is_pre_labelled: bool = False
    learns_finished: bool = False
    learns_live: bool = False
    learns_after: bool = False
    is_queued: bool = False


ARMS = {
    arm.number: arm
    for arm in (
        Arm(1, "empty mask, brush"),
        Arm(2, "empty mask, brush and superpixels", has_superpixels=True),
        Arm(3, "pre-label", is_pre_labelled=True),
        Arm(4, "pre-label, learning from each finished image", is_pre_labelled=True, learns_finished=True),
        Arm(5, "pre-label, fine-tuning", is_pre_labelled=True, learns_after=True),
        Arm(
            6,
            "all that is on by default, in the review queue's order",
            has_superpixels=True,
            is_pre_labelled=True,
            learns_finished=True,
            learns_after=True,
            is_queued=True,
        ),
        Arm(7, "pre-label, learning from each stroke", is_pre_labelled=True, learns_live=True),
    )
}
