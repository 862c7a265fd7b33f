"""Brings torch into the process without the window noticing.

``import torch`` on a thread stalls the window in three ways: the loader maps and relocates half a gigabyte of
libraries while it holds the interpreter's lock, the garbage collector walks over everything that is being made,
and the importing thread keeps the lock for five milliseconds at a time. So the libraries are mapped first by the
C library's own ``dlopen``, which ctypes calls with the lock released; ``app.run`` lets the collector rest; and the
lock changes hands more often. ``benchmarks/startup`` measures what is left.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from segstudio.domain.task import Progress, Task

LIBRARIES = ("libtorch_cpu.so", "libtorch_cuda.so", "libtorch.so", "libtorch_python.so")
SWITCH_SECONDS = 0.0005
AFTERWARDS = ("segstudio.inference.predictor", "segstudio.inference.models")

TRAINING = (
    "segstudio.gui.panels.plot",
    "torchvision.transforms.v2.functional",
    "lightning_fabric",
    "segstudio.training.loop",
    "segstudio.training.live",
)
"""What the first training needs, in pieces that let a pre-label through, and what draws the statistics."""


def switch_briskly() -> None:
    """For the whole sitting: the window waits a tenth as long for a thread that trains, and does so many times."""
    sys.setswitchinterval(SWITCH_SECONDS)


def start_torch(task: Task[Progress]) -> None:
    """On the device lane, before anything else there: everything that segmenting needs is imported afterwards."""
    if "torch" in sys.modules:
        return
    _map_libraries()
    _import(("torch", *AFTERWARDS), task)


def start_training(task: Task[Progress]) -> None:
    """On the device lane behind what is more urgent: the window would stall if its own thread imported this."""
    _import(TRAINING, task)


def _import(names: Sequence[str], task: Task[Progress]) -> None:
    for name in names:
        task.check()
        importlib.import_module(name)


def _map_libraries() -> None:
    """Only a matter of time, so what can't be mapped is left to the import, which says why."""
    if sys.platform != "linux":
        return
    found = importlib.util.find_spec("torch")
    if found is None or found.origin is None:
        return
    open_library = ctypes.CDLL(None).dlopen
    open_library.restype = ctypes.c_void_p
    open_library.argtypes = (ctypes.c_char_p, ctypes.c_int)
    for name in LIBRARIES:
        library = Path(found.origin).parent / "lib" / name
        if library.is_file():
            open_library(os.fsencode(library), os.RTLD_NOW | os.RTLD_LOCAL)
