"""Which compression suits undo steps?  python -m benchmarks.canvas.engine_history LABELS_FOLDER

Strokes on real label maps (palette PNG), their tiles before and after compressed in four ways.
"""

from __future__ import annotations

import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segstudio.editing.run_lengths import decode_runs, encode_runs, run_starts

IMAGES = 40
TIMES = 7
TILE = 128
Bytes = NDArray[np.uint8]


def plain_runs(pixels: Bytes) -> bytes:
    starts = run_starts(pixels)
    return pixels[starts].tobytes() + np.diff(starts, append=pixels.size).astype("<u2").tobytes()


def from_plain_runs(data: bytes, _size: int) -> Bytes:
    count = len(data) // 3
    return np.repeat(np.frombuffer(data, np.uint8, count), np.frombuffer(data, "<u2", count, count))


WAYS: dict[str, tuple[Callable[[Bytes], bytes], Callable[[bytes, int], Bytes]]] = {
    "deflated pixels, level 1": (
        lambda pixels: zlib.compress(pixels.tobytes(), 1),
        lambda data, _: np.frombuffer(zlib.decompress(data), np.uint8),
    ),
    "deflated pixels, level 6": (
        lambda pixels: zlib.compress(pixels.tobytes(), 6),
        lambda data, _: np.frombuffer(zlib.decompress(data), np.uint8),
    ),
    "run lengths": (plain_runs, from_plain_runs),
    "run lengths, deflated (chosen)": (encode_runs, decode_runs),
}


def tiles_of(folder: Path) -> list[Bytes]:
    """Stacks of tiles as an edit would keep them, one an image."""
    stacks = []
    for path in sorted(folder.glob("*.png"))[:IMAGES]:
        with Image.open(path) as opened:
            labels = np.array(opened)
        rows, columns = labels.shape[0] // TILE, labels.shape[1] // TILE
        cut = labels[: rows * TILE, : columns * TILE].reshape(rows, TILE, columns, TILE)
        stacks.append(np.ascontiguousarray(cut.transpose(0, 2, 1, 3)).reshape(-1))
    return stacks


def main() -> None:
    stacks = tiles_of(Path(sys.argv[1]))
    total = sum(stack.size for stack in stacks)
    print(f"{len(stacks)} label maps, {total / 1e6:.1f} MB of tiles of {TILE} x {TILE}\n")
    print("| way | bytes a tile | compressed, MB/s | restored, MB/s |\n|---|---:|---:|---:|")
    for name, (encode, decode) in WAYS.items():
        packing, unpacking, packed = [], [], []
        for _ in range(TIMES):
            start = time.process_time()
            packed = [encode(stack) for stack in stacks]
            middle = time.process_time()
            restored = [decode(data, stack.size) for data, stack in zip(packed, stacks, strict=True)]
            unpacking.append(time.process_time() - middle)
            packing.append(middle - start)
            assert all(np.array_equal(one, other) for one, other in zip(restored, stacks, strict=True))
        size = sum(map(len, packed)) * TILE * TILE / total
        speeds = [total / 1e6 / min(seconds) for seconds in (packing, unpacking)]
        print(f"| {name} | {size:.0f} | {speeds[0]:.0f} | {speeds[1]:.0f} |")


if __name__ == "__main__":
    main()
