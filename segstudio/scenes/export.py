"""Scenes as files: pictures, palette PNG labels and the class file, as the program reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from segstudio.domain.arrays import IGNORE, LabelMap
from segstudio.domain.geometry import Size
from segstudio.scenes.classes import street_classes
from segstudio.scenes.scene import render_scene


def write_scenes(folder: Path, seeds: Iterable[int], size: Size) -> list[Path]:
    """``images/scene-SEED.png``, ``labels/scene-SEED.png`` and ``classes.json`` under ``folder``; the images."""
    paths = []
    for seed in seeds:
        picture, labels = render_scene(seed, size)
        path = folder / "images" / f"scene-{seed:05}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(path)
        write_labels(folder / "labels" / path.name, labels)
        paths.append(path)
    write_class_file(folder / "classes.json")
    return paths


def write_labels(path: Path, labels: LabelMap) -> None:
    """A palette PNG whose index is the class."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(np.asarray(labels))
    picture.putpalette(street_classes().color_table().tobytes())
    picture.save(path, optimize=True)


def write_class_file(path: Path) -> None:
    classes = [
        {"id": int(spec.id), "name": spec.name, "color": "#{:02x}{:02x}{:02x}".format(*spec.color)}
        for spec in street_classes().classes
    ]
    path.write_text(json.dumps({"classes": classes, "ignore": IGNORE}, indent=2) + "\n", encoding="utf-8")
