"""Fabric for a plan's device, precision and processes."""

from __future__ import annotations

import logging
import os
from typing import Literal, TypeAlias

import torch
from lightning_fabric import Fabric

from segstudio.domain.errors import SegStudioError
from segstudio.nn.devices import choose_device, has_bfloat16

Precision: TypeAlias = Literal["32-true", "bf16-mixed", "16-mixed"]
PRECISIONS: dict[str, Precision] = {"float32": "32-true", "bfloat16": "bf16-mixed", "float16": "16-mixed"}


def build_fabric(device_name: str, precision: str) -> Fabric:
    """One process on the device; under ``torchrun`` as many as it started, on as many machines.

    Raises: SegStudioError: no such device or precision.
    """
    device = choose_device(device_name)
    # Fabric tells on stderr which precision it uses, and how to start it, at every start.
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    processes = int(os.environ.get("LOCAL_WORLD_SIZE", "0"))
    fabric = Fabric(
        accelerator=device.type,
        devices=processes or (1 if device.index is None or device.type == "cpu" else [device.index]),
        num_nodes=int(os.environ.get("GROUP_WORLD_SIZE", "1")) if processes else 1,
        strategy="ddp" if processes else "auto",
        precision=choose_precision(device, precision),
    )
    fabric.launch()
    return fabric


def choose_precision(device: torch.device, name: str) -> Precision:
    """``auto`` takes 16 bits where the device computes with them faster, else 32.

    Raises: SegStudioError: no such precision.
    """
    if name != "auto":
        if name not in PRECISIONS:
            raise SegStudioError(f"There is no precision {name!r}; use auto, {', '.join(PRECISIONS)}.")
        return PRECISIONS[name]
    if has_bfloat16(device):
        return "bf16-mixed"
    return "16-mixed" if device.type == "cuda" else "32-true"
