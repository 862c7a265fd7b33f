"""What COCO's instance and panoptic files share: tables of categories and images, and where the JSON file is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import numpy as np

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.exchange import LabelledImage, WriteOptions
from segstudio.formats.json_files import Json, listing, mapping, text, whole_number
from segstudio.formats.region_source import checked_size
from segstudio.formats.regions import Region
from segstudio.formats.safe_paths import safe_relative

ANNOTATIONS = PurePosixPath("annotations")
PICTURES = PurePosixPath("images/default")

ImageTable = dict[int | str, tuple[PurePosixPath, Size]]
"""Image id to name and size."""


def categories(options: WriteOptions) -> list[Json]:
    """Numbered from class id plus one: 0 confuses many loaders."""
    return [
        {"id": spec.id + 1, "name": spec.name, "supercategory": "", "isthing": 0, "color": list(spec.color)}
        for spec in options.label_set.classes
    ]


def add_image(table: list[Json], image: LabelledImage) -> int:
    """Writes the image's row into ``table``. Returns: its number, counted from 1."""
    number = len(table) + 1
    table.append(
        {"id": number, "file_name": str(image.path), "width": image.size.width, "height": image.size.height}
    )
    return number


def measures(region: Region) -> dict[str, Json]:
    """``area`` is that of the mask, ``bbox`` x, y, width, height; single regions are no crowds."""
    rect = region.rect
    return {
        "area": int(np.count_nonzero(region.mask)),
        "bbox": [float(value) for value in (rect.left, rect.top, rect.width, rect.height)],
        "iscrowd": 0,
    }


def find_json(source: Path) -> Path:
    """Raises: FormatError: a folder without a COCO file, or with several."""
    if source.is_file():
        return source
    for folder in (source / ANNOTATIONS, source):
        found = sorted(path for path in folder.glob("*.json") if path.name not in ("classes.json", "package.json"))
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(path.name for path in found[:6])
            raise FormatError(f"There are several JSON files ({listed}): name one of them.", path=folder)
    raise FormatError("There is no JSON file in it.", path=source)


def folder_of(path: Path) -> Path:
    """The export's own folder: that of the JSON file, or the one around ``annotations``."""
    return path.parent.parent if path.parent.name == ANNOTATIONS.name else path.parent


def category_names(content: dict[str, Json], path: Path) -> dict[int, str]:
    """Raises: FormatError: no table of categories with numbers and names."""
    names: dict[int, str] = {}
    for number, entry in enumerate(listing(content.get("categories"), path, "categories"), start=1):
        place = f"category {number}"
        key = whole_number(mapping(entry, path, place).get("id"), path, place)
        if key in names:
            raise FormatError(f"The id {key} is there twice.", path=path, place=place)
        names[key] = text(entry.get("name"), path, place)
    return names


def image_table(content: dict[str, Json], path: Path) -> ImageTable:
    """Raises: FormatError: an image without one of them, or two with one id or name."""
    table: ImageTable = {}
    for number, entry in enumerate(listing(content.get("images"), path, "images"), start=1):
        place = f"image {number}"
        key = mapping(entry, path, place).get("id")
        if not isinstance(key, int | str) or key in table:
            raise FormatError("An image needs an id of its own.", path=path, place=place)
        width, height = (whole_number(entry.get(side), path, place) for side in ("width", "height"))
        size = checked_size(width, height, path, place)
        table[key] = (safe_relative(entry.get("file_name"), path, place), size)
    if len({name for name, _ in table.values()}) < len(table):
        raise FormatError("Two images have the same file name.", path=path)
    return table


def annotated_images(
    content: dict[str, Json], images: ImageTable, path: Path
) -> Iterator[tuple[str, dict[str, Json], PurePosixPath, Size]]:
    """Each annotation's place and fields, and its image's name and size.

    Raises: FormatError: an annotation of an image that isn't in the table.
    """
    for number, entry in enumerate(listing(content.get("annotations"), path, "annotations"), start=1):
        place = f"annotation {number}"
        image_id = mapping(entry, path, place).get("image_id")
        if not isinstance(image_id, int | str) or image_id not in images:
            raise FormatError(f"There is no image {str(image_id)[:60]!r}.", path=path, place=place)
        yield place, entry, *images[image_id]
