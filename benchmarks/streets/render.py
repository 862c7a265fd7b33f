"""Renders the street scenes that the bundled model learns from beside CamVid.

    python -m benchmarks.streets.render OUT [--first 1000] [--count 400] [--size 480x360]

Writes OUT/images/SEED.jpg and OUT/labels/SEED.png; what is there already is kept.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image

from segstudio.domain.geometry import Size
from segstudio.formats.indexed_png import write_label_map
from segstudio.scenes.classes import street_classes
from segstudio.scenes.scene import render_scene

JPEG_QUALITY = 92


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("--first", type=int, default=1000, help="the first seed; the sample project has others")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--size", default="480x360")
    arguments = parser.parse_args()
    width, height = (int(part) for part in arguments.size.split("x"))
    render_scenes(arguments.output, range(arguments.first, arguments.first + arguments.count), Size(width, height))


def render_scenes(output: Path, seeds: range, size: Size) -> None:
    for name in ("images", "labels"):
        (output / name).mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        image_file = output / "images" / f"{seed:05d}.jpg"
        if image_file.exists():
            continue
        image, labels = render_scene(seed, size)
        write_label_map(output / "labels" / f"{seed:05d}.png", labels, street_classes())
        # The picture comes last: one that is there has its labels.
        Image.fromarray(image).save(image_file, quality=JPEG_QUALITY)


if __name__ == "__main__":
    main()
