"""A large image tile by tile, in smaller tiles where the memory runs short."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import torch

from segstudio.domain.errors import DeviceMemoryError
from segstudio.domain.geometry import Size
from segstudio.domain.task import Progress, Task
from segstudio.inference.tiling import Tile, tiles_of
from segstudio.nn.devices import describe_device

SMALLEST_BUDGET = 64 * 64
MARGIN = 128
DOING = "Segmenting"

Fill: TypeAlias = Callable[[Tile, Task[Progress]], None]


def tile_by_tile(
    size: Size,
    fill: Fill,
    task: Task[Progress],
    *,
    budget: int,
    stride: int,
    device: torch.device,
    model_name: str,
) -> str:
    """Calls ``fill`` for each tile; where memory runs short, again with tiles of half the pixels.

    Returns a remark for the user, empty where all went as planned.

    Raises: CancelledError. DeviceMemoryError: even the smallest tiles are too large.
    """
    remark = ""
    while True:
        tiles = tiles_of(size, pixel_budget=budget, margin=MARGIN, stride=stride)
        try:
            for done, tile in enumerate(tiles):
                task.report(Progress(done, len(tiles), DOING))
                fill(tile, task)
            task.report(Progress(len(tiles), len(tiles), DOING))
        except (MemoryError, RuntimeError) as error:
            if not _is_out_of_memory(error):
                raise
            budget = min(budget, size.width * size.height) // 2
            if budget < SMALLEST_BUDGET:
                raise DeviceMemoryError(
                    f"{describe_device(device)} has too little memory for {model_name}, even in tiles of "
                    "64 x 64 pixels. Close other programs, choose a smaller model, or use the CPU."
                ) from error
            remark = f"Memory ran short, so the image was done in tiles of {budget / 1e6:.2f} megapixels."
        else:
            return remark
        if device.type == "cuda":
            torch.cuda.empty_cache()


def _is_out_of_memory(error: Exception) -> bool:
    """torch says it by type on GPUs, in words on the CPU."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    text = str(error).casefold()
    return "out of memory" in text or "can't allocate memory" in text or "not enough memory" in text
