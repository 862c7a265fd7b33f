"""Which device the network runs on, and how it is called."""

from __future__ import annotations

import platform
from pathlib import Path

import torch

from segstudio.domain.errors import SegStudioError


def choose_device(name: str = "auto") -> torch.device:
    """The device of that name; ``auto`` takes a GPU where there is one, else the CPU.

    Raises: SegStudioError: no such device here.
    """
    if name == "auto":
        return next(
            (torch.device(kind) for kind in ("cuda", "xpu", "mps") if _is_available(kind)), torch.device("cpu")
        )
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise SegStudioError(f"{name!r} is no device; use auto, cpu, cuda, cuda:1, xpu or mps.") from error
    if device.type == "cpu":
        return torch.device("cpu")
    if not _is_available(device.type):
        raise SegStudioError(
            f"This machine offers no {device.type} device to PyTorch; use --device cpu, "
            "or `segstudio doctor` to see what is missing."
        )
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise SegStudioError(f"There is no {name}: this machine has {torch.cuda.device_count()} CUDA device(s).")
    return device


def has_bfloat16(device: torch.device) -> bool:
    """True where the device has instructions for bfloat16; emulated, it would be slower than float32."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    # torch has no public question for a processor's instructions.
    return device.type == "cpu" and bool(
        torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    )


def describe_device(device: torch.device) -> str:
    """What a person would call it: ``CPU``, or the GPU's name."""
    if device.type == "cuda":
        return f"GPU {torch.cuda.get_device_name(device)}"
    if device.type == "cpu":
        return "CPU"
    return f"GPU ({device.type})"


def describe_processor() -> str:
    """The processor's model name, as far as the system tells it."""
    table = Path("/proc/cpuinfo")
    if table.is_file():
        for line in table.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _is_available(kind: str) -> bool:
    match kind:
        case "cuda":
            return torch.cuda.is_available()
        case "mps":
            return torch.backends.mps.is_available()
        case "xpu":
            return torch.xpu.is_available()
        case _:
            return False
