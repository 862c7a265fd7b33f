"""Big pictures: how soon something shows, how long all of it takes, and what is resident meanwhile.

    python benchmarks/formats/big_pictures.py [FOLDER]

Makes a 4000 x 3000 JPEG, an 8192 x 8192 PNG, and tiled TIFFs of 30,000 x 30,000 pixels with and without levels of
their own (about 2 GB of disk in FOLDER), then opens each in a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray

TILE = 512
OPENING = """
import sys, time
from pathlib import Path
from segstudio.domain.geometry import Rect
from segstudio.formats import big_pictures, image_source
before = time.perf_counter()
source = image_source.open_source(Path(sys.argv[1]))
last = len(source.levels) - 1
coarse = source.levels[last]
tile = Rect(0, 0, min(512, source.size.width), min(512, source.size.height))
source.read_region(0, tile)
first = time.perf_counter() - before
source.read_region(last, Rect(0, 0, *coarse))
fitting = time.perf_counter() - before
middle = Rect(*(side // 2 for side in source.size), *(side // 2 + 512 for side in source.size))
started = time.perf_counter()
source.read_region(0, middle)
tile_ms = (time.perf_counter() - started) * 1000
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(f"{first:12.3f}{fitting:12.3f}{tile_ms:12.1f}{int(peak.split()[1]) / 1024:12.0f}")
source.close()
"""


def texture(width: int, height: int) -> NDArray[np.uint8]:
    small = np.random.default_rng(0).integers(0, 256, (height // 16, width // 16, 3), dtype=np.uint8)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.uint8)


def encoded_tiles(tile: bytes, side: int) -> Iterator[bytes]:
    """The same compressed tile everywhere: compressing a gigapixel would take longer than all the rest."""
    across = -(-side // TILE)
    for _ in range(across * across):
        yield tile


def write_tiff(path: Path, side: int, *, with_levels: bool) -> None:
    tile = zlib.compress((texture(TILE, TILE) & 0xE0).tobytes())
    sides = [side]
    while with_levels and sides[-1] > 1024:
        sides.append(-(-sides[-1] // 2))
    with tifffile.TiffWriter(path, bigtiff=True) as file:
        for number, each in enumerate(sides):
            file.write(
                encoded_tiles(tile, each),
                shape=(each, each, 3),
                dtype=np.uint8,
                tile=(TILE, TILE),
                photometric="rgb",
                compression="zlib",
                subifds=len(sides) - 1 if number == 0 else None,
                subfiletype=0 if number == 0 else 1,
            )


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="segstudio-benchmark-"))
    folder.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(folder / "4000x3000.jpg"), texture(4000, 3000))
    cv2.imwrite(str(folder / "8192x8192.png"), texture(8192, 8192))
    write_tiff(folder / "30000x30000 levels.tif", 30_000, with_levels=True)
    write_tiff(folder / "30000x30000 tiles.tif", 30_000, with_levels=False)
    print(f"{'picture':26}{'first s':>12}{'all, fit s':>12}{'tile ms':>12}{'peak MB':>12}")
    for path in sorted(folder.iterdir()):
        done = subprocess.run(
            [sys.executable, "-c", OPENING, str(path)], capture_output=True, text=True, check=True
        )
        print(f"{path.name:26}{done.stdout.rstrip()}")


if __name__ == "__main__":
    main()
