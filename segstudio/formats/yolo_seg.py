"""yolo-seg: one text file an image, a line a polygon: class, then x and y as shares of the picture's sides.

Holes hang on the border as keyholes, as in Ultralytics' ``general_json2yolo``. Nothing there says how large a
picture is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath

from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Size
from segstudio.formats.class_matching import NameMatcher, SourceClass, label_set_of
from segstudio.formats.data_yaml import DATA_FILE, read_data, write_data
from segstudio.formats.exchange import Format, LabelledImage, OverlapOrder, ReadOptions, WriteOptions
from segstudio.formats.export_folder import ExportFolder
from segstudio.formats.image_folder import ImageFolder
from segstudio.formats.index_maps import files_below, require_labels
from segstudio.formats.keyholes import POLYGON_LOSS, region_polygons
from segstudio.formats.limits import read_text
from segstudio.formats.polygon_filling import Points
from segstudio.formats.polygon_regions import region_by_corners
from segstudio.formats.region_source import RegionImage, RegionReader
from segstudio.formats.regions import Region, regions_of
from segstudio.formats.sidecar import Sidecar, find_sidecar

LABELS = "labels"
PICTURES = "images"
SPLIT = "train"
_MOST_BYTES = 500_000_000


def open_reader(source: Path, options: ReadOptions) -> RegionReader[Path]:
    """``source``: the folder that holds ``data.yaml`` and ``labels``. Raises: FormatError: not so."""
    data = read_data(source)
    folder = data.folder / LABELS
    sidecar = find_sidecar(data.folder)
    names = files_below(folder, ".txt")
    entries = {name.with_suffix(".png"): folder / name for name in names}
    sizes = _sizes(sidecar)
    classes = [SourceClass(number, name) for number, name in data.names.items()]
    label_set = label_set_of(classes, options, sidecar.label_set if sidecar else None, keeps_numbers=True)

    def unfold(name: PurePosixPath, path: Path, matcher: NameMatcher, pictures: ImageFolder) -> RegionImage:
        size = sizes.get(path.relative_to(folder).as_posix()) or pictures.require_size(name)
        lines = enumerate(read_text(path, _MOST_BYTES).splitlines(), start=1)
        regions = [
            partial(_region, line, number, size, data.names, matcher, path)
            for number, line in lines
            if line.strip()
        ]
        return RegionImage(size, regions)

    return RegionReader(
        source, entries, unfold, label_set, options, sidecar=sidecar, order=OverlapOrder.SMALL_OVER_LARGE
    )


class YoloWriter:
    def __init__(self, target: Path, options: WriteOptions) -> None:
        self._folder = ExportFolder(target, options, "yolo-seg")
        self._options = options

    def write(self, image: LabelledImage) -> None:
        require_labels(image.labels, self._options.label_set, image.path)
        name = PurePosixPath(SPLIT, image.path)
        read_as = name.with_suffix(".png")
        file = self._folder.claim(LABELS / name.with_suffix(".txt"), image.path, read_as=read_as)
        self._folder.remember(image.path, read_as=read_as, size=image.size)
        file.write_text("".join(self._lines(image)), encoding="utf-8")
        self._folder.copy_picture(image.path, PICTURES / name)

    def finish(self) -> None:
        self._folder.finish()
        names = {spec.id: spec.name for spec in self._options.label_set.classes}
        pictures = f"{PICTURES}/{SPLIT}"
        write_data(self._folder.root / DATA_FILE, names, {"train": pictures, "val": pictures})

    def close(self) -> None:
        """Nothing is open between images."""

    def _lines(self, image: LabelledImage) -> list[str]:
        across, down = (_share_texts(side) for side in image.size)
        lines = []
        for region in regions_of(image.labels, one_per_class=True):
            for polygon in region_polygons(region, self._options.tolerance):
                words = [f" {across[x]} {down[y]}" for x, y in polygon.tolist()]
                lines.append(f"{region.class_id}{''.join(words)}\n")
        return lines


@lru_cache(maxsize=8)
def _share_texts(side: int) -> list[str]:
    """What stands for each corner between pixels: polygons run from corner to corner, and there are few."""
    return [f"{corner / side:.7g}" for corner in range(side + 1)]


def _sizes(sidecar: Sidecar | None) -> Mapping[str, Size]:
    """By the label file's name, as this program's own exports say it."""
    if sidecar is None:
        return {}
    return {PurePosixPath(name).with_suffix(".txt").as_posix(): size for name, size in sidecar.sizes.items()}


def _region(
    line: str, number: int, size: Size, names: Mapping[int, str], matcher: NameMatcher, path: Path
) -> Region:
    place = f"line {number}"
    first, *others = line.split()
    if not first.isascii() or not first.isdigit() or len(first) > 5 or int(first) not in names:
        raise FormatError(f"The class {first[:40]!r} is not among the names.", path=path, place=place)
    if len(others) < 6 or len(others) % 2:
        raise FormatError("A line is a class and three points or more: boxes are not read.", path=path, place=place)
    shares = _shares(others, path, place)
    points: Points = [(x * size.width, y * size.height) for x, y in zip(shares[::2], shares[1::2], strict=True)]
    return region_by_corners(matcher.by_name(names[int(first)], place), [points], size)


def _shares(words: list[str], path: Path, place: str) -> list[float]:
    try:
        shares = [float(word) for word in words]
    except ValueError as error:
        raise FormatError(f"There is something that is no number ({error}).", path=path, place=place) from error
    if not all(0.0 <= share <= 1.0 for share in shares):
        raise FormatError("A coordinate is not between 0 and 1.", path=path, place=place)
    return shares


FORMAT = Format("yolo-seg", "YOLO-seg", open_reader, YoloWriter, has_shapes=True, losses={None: POLYGON_LOSS})
