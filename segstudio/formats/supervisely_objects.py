"""Supervisely's objects: bitmaps, polygons with holes, rectangles."""

from __future__ import annotations

import zlib
from pathlib import Path

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.class_matching import NameMatcher
from segstudio.formats.json_files import Json, from_base64, listing, mapping, text, whole_number
from segstudio.formats.mask_png import decode_mask
from segstudio.formats.polygon_regions import point_pairs, region_by_centres
from segstudio.formats.regions import Region


def object_region(entry: Json, place: str, size: Size, matcher: NameMatcher, path: Path) -> Region:
    """Raises: FormatError: damaged, without an area, or outside the picture."""
    entry = mapping(entry, path, place)
    class_id = matcher.by_name(text(entry.get("classTitle"), path, place), place)
    kind = entry.get("geometryType")
    if kind == "bitmap":
        return _bitmap(class_id, mapping(entry.get("bitmap"), path, place), size, path, place)
    points = mapping(entry.get("points"), path, place)
    exterior = point_pairs(points.get("exterior"), path, place)
    if kind == "polygon":
        interior = [point_pairs(ring, path, place) for ring in listing(points.get("interior", []), path, place)]
        return region_by_centres(class_id, [exterior, *interior], size)
    if kind == "rectangle" and len(exterior) == 2:
        (left, top), (right, bottom) = exterior
        return region_by_centres(class_id, [[(left, top), (right, top), (right, bottom), (left, bottom)]], size)
    raise FormatError(f"An object of the kind {str(kind)[:40]!r} has no area.", path=path, place=place)


def _bitmap(class_id: int, bitmap: dict[str, Json], size: Size, path: Path, place: str) -> Region:
    origin = listing(bitmap.get("origin"), path, place)
    if len(origin) != 2:
        raise FormatError("An origin is column and row.", path=path, place=place)
    left, top = (whole_number(value, path, place) for value in origin)
    within = Size(size.width - left, size.height - top)
    mask = decode_mask(_inflated(bitmap.get("data"), size, path, place), None, path, place, within=within)
    return Region.unpacked(class_id, mask, left, top)


def _inflated(data: Json, size: Size, path: Path, place: str) -> bytes:
    """No more than a PNG of the whole picture could need, whatever the stream promises."""
    most = 5 * size.width * size.height + 100_000
    stream = zlib.decompressobj()
    try:
        unpacked = stream.decompress(from_base64(data, path, place), most)
    except zlib.error as error:
        raise FormatError(f"The bitmap is damaged: {error}.", path=path, place=place) from error
    if not stream.eof:
        raise FormatError(
            "The bitmap is cut short, or unfolds to more than the picture holds.", path=path, place=place
        )
    return unpacked
