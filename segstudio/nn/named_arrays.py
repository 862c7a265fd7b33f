"""Arrays in a foreign file: known by name, type and shape before any of their values is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class NamedArray:
    """``read`` gives the values as float32; nothing is allocated before it is called."""

    name: str
    shape: tuple[int, ...]
    is_floating: bool
    read: Callable[[], NDArray[np.float32]]
