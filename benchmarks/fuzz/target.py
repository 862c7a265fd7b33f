"""One reader under fire: it may only raise a whole sentence."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import SegStudioError

CLASSES = LabelSet.from_names(["sky", "road", "tree"])

Seeds = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Target:
    """``run`` reads the hostile bytes, with a folder of its own to put them into; ``seeds`` are honest ones."""

    name: str
    run: Callable[[bytes, Path], None]
    seeds: Callable[[Path], Seeds]
    is_json: bool = False


def try_target(target: Target, data: bytes, folder: Path) -> None:
    """Raises whatever isn't a sentence for the user: a fault."""
    try:
        target.run(data, folder)
    except SegStudioError:
        pass
    finally:
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def labels_of(width: int = 23, height: int = 17) -> NDArray[np.uint8]:
    labels = np.zeros((height, width), np.uint8)
    labels[3:9, 4:12], labels[5:7, 6:8], labels[-4:, -5:] = 1, 2, 255
    return labels


def file_target(name: str, file: str, read: Callable[[Path], object], seeds: Callable[[Path], Seeds]) -> Target:
    def run(data: bytes, folder: Path) -> None:
        (folder / file).write_bytes(data)
        read(folder / file)

    return Target(name, run, seeds, is_json=file.endswith(".json"))
