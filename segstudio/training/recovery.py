"""What a run changes when memory or numbers give out."""

from __future__ import annotations

from segstudio.domain.errors import DeviceMemoryError, SegStudioError
from segstudio.domain.geometry import Size
from segstudio.training.learner import Learner

ROLLBACKS = 4
"""After so many returns to the last good epoch a run gives up."""

SMALLEST_CROP = 64


def use_less_memory(learner: Learner, crop: Size | None) -> str:
    """Splits batches, then halves crops (``crop`` is the current one); what to tell of it.

    A split batch has the gradients of the whole, so that it is tried first.

    Raises: DeviceMemoryError: nothing smaller is left, or several processes would have to agree on it.
    """
    batch = learner.recipe.batch_size
    if learner.stepper.fabric.world_size > 1:
        raise DeviceMemoryError("A device's memory is too small; choose a smaller batch or crop.")
    if learner.stepper.parts < batch:
        learner.stepper.parts = min(batch, 2 * learner.stepper.parts)
        return f"The memory was too small: a batch now goes in {learner.stepper.parts} parts."
    if crop is not None and min(crop) >= 2 * SMALLEST_CROP:
        learner.crop_scale /= 2
        return f"The memory was too small: crops are now {crop.width // 2} x {crop.height // 2} pixels."
    raise DeviceMemoryError(
        "The device has too little memory for this training even in its smallest form; "
        "choose a smaller crop or trunk, or the CPU."
    )


def slow_down(learner: Learner, *, rollbacks: int, epoch: int) -> str:
    """Halves the learning rate after the numbers overflowed in ``epoch``; what to tell of it.

    Raises: SegStudioError: that was done often enough.
    """
    if rollbacks > ROLLBACKS:
        raise SegStudioError(
            f"The numbers overflowed {rollbacks} times, at ever lower learning rates. "
            "Check the labels and weights of the training images, or try float32 precision."
        )
    learner.rate_scale /= 2
    return f"The numbers overflowed in epoch {epoch}: went back to its start and halved the learning rate."
