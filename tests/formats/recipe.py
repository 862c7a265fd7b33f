"""The label maps that every format has to bring home: what other tools are known to get wrong.

A hole, two parts of one class, a class on all four borders, a line one pixel wide, ignored pixels, an odd size
that isn't square, a turned photo, an absent class, names with spaces and beyond ASCII, one stem in two folders.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image

from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.formats.class_file import write_classes
from segstudio.formats.indexed_png import write_label_map

LABEL_SET = LabelSet(
    (
        ClassSpec(0, "sky", (70, 130, 180)),
        ClassSpec(3, "Straße, innen", (128, 64, 128)),
        ClassSpec(7, 'a "quoted" & <odd> name', (0, 142, 10)),
        ClassSpec(9, "absent", (9, 9, 9)),
        ClassSpec(200, "far id", (255, 0, 0)),
    )
)
TURNED = PurePosixPath("photos/turned 6.jpg")


def street(width: int, height: int) -> np.ndarray:
    """Every case in one map; at least 29 x 23."""
    labels = np.zeros((height, width), np.uint8)
    labels[0], labels[-1], labels[:, 0], labels[:, -1] = 3, 3, 3, 3  # on all four borders
    labels[4:14, 4:14] = 7
    labels[7:11, 7:11] = 0  # a hole with another class in it
    labels[8:10, 8:10] = 255  # and one of no class within that
    labels[4:9, 18:24] = 7  # a second part
    labels[16, 2:-2] = 200  # a line
    np.fill_diagonal(labels[17:22, 2:7], 200)  # pixels that touch by corners only
    row, column = np.ogrid[:height, :width]
    labels[(row - 43) ** 2 + (column - 20) ** 2 < 90] = 3  # round, where there is room
    labels[-4:-1, -9:-2] = 255
    labels[12:14, 16] = 255  # a hole in nothing: class 0 around it
    return labels


def maps() -> dict[PurePosixPath, np.ndarray]:
    return {
        PurePosixPath("plain.png"): street(47, 31),
        PurePosixPath("Ünïcode folder/same stem.png"): street(29, 23),
        PurePosixPath("other/same stem.png"): street(40, 64),
        PurePosixPath("deep/er/日本 語.png"): np.full((5, 4), 255, np.uint8),
        PurePosixPath("one pixel.png"): np.full((1, 1), 7, np.uint8),
        PurePosixPath("photos/turned 6.png"): street(33, 52),
    }


def write_source(folder: Path) -> Path:
    """An index-png folder of the recipe."""
    for name, labels in maps().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_label_map(path, labels, LABEL_SET)
    write_classes(folder / "classes.json", LABEL_SET)
    return folder


def write_photos(folder: Path) -> Path:
    """JPEG pictures of the recipe; one is stored lying on its side, with the tag that says so."""
    for name, labels in maps().items():
        path = (folder / name).with_suffix(".jpg")
        path.parent.mkdir(parents=True, exist_ok=True)
        upright = Image.fromarray(np.repeat(labels[..., np.newaxis], 3, axis=2))
        if name.with_suffix(".jpg") == TURNED:
            stored = upright.transpose(Image.Transpose.ROTATE_90)
            exif = stored.getexif()
            exif[274] = 6
            stored.save(path, exif=exif)
        else:
            upright.save(path)
    return folder
