"""Write rendered scenes to a folder: ``python -m segstudio.scenes OUT --count 100 --seed 0``."""

from __future__ import annotations

import argparse
from pathlib import Path

from segstudio.domain.geometry import Size
from segstudio.scenes.export import write_scenes


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m segstudio.scenes",
        description="Draw street scenes with exact labels: OUT/images, OUT/labels, OUT/classes.json. "
        "Seeds from 9000 on are kept for the sample project.",
    )
    parser.add_argument("output", type=Path, metavar="OUT", help="folder to write to; made if it is missing")
    parser.add_argument("--count", type=int, default=10, help="how many scenes (10)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first scene; the next has the next (0)")
    parser.add_argument("--width", type=int, default=480, help="pixels (480)")
    parser.add_argument("--height", type=int, default=360, help="pixels (360)")
    asked = parser.parse_args()
    paths = write_scenes(asked.output, range(asked.seed, asked.seed + asked.count), Size(asked.width, asked.height))
    print(f"{len(paths)} scenes in {asked.output}")


if __name__ == "__main__":
    main()
