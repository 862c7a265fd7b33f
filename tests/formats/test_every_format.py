"""Every format, both ways: what goes out comes home, and what doesn't is reported."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from formats.recipe import LABEL_SET, maps, write_photos, write_source
from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.errors import FormatError
from segstudio.domain.task import Task
from segstudio.formats.exchange import LabelledImage, OverlapOrder, ReadOptions, RegionStyle, WriteOptions
from segstudio.formats.indexed_png import read_label_map
from segstudio.formats.names import OWN_MODULES
from segstudio.formats.registry import find_format, format_names
from segstudio.services.exchange import export_labels, open_source

FORMATS = [find_format(name) for name in OWN_MODULES]
VARIANTS = [(each, style) for each in FORMATS for style in each.styles or (None,)]
EXACT = [(each, style) for each, style in VARIANTS if not each.losses.get(style)]
POLYGONS = [(each, style) for each, style in VARIANTS if each.losses.get(style)]


def name_of(value: object) -> str:
    return getattr(value, "name", str(value))


def written(
    folder: Path, name: str, style: RegionStyle | None, labels: np.ndarray, tolerance: float = 0.75
) -> Path:
    spec = find_format(name)
    assert spec.open_writer is not None
    with closing(spec.open_writer(folder, WriteOptions(LABEL_SET, style=style, tolerance=tolerance))) as writer:
        writer.write(LabelledImage(PurePosixPath("image.png"), labels))
        writer.finish()
    return folder


def read_one(folder: Path, name: str, order: OverlapOrder | None = None) -> np.ndarray:
    spec = find_format(name)
    assert spec.open_reader is not None
    reader = spec.open_reader(folder, ReadOptions(overlap=order))
    assert [str(path) for path in reader.images] == ["image.png"]
    return reader.read(reader.images[0]).labels


def test_every_promised_format_is_there() -> None:
    promised = (
        "index-png rgb-png voc cityscapes ade20k coco coco-panoptic labelme cvat label-studio yolo-seg "
        "ultralytics-semantic supervisely hugging-face numpy"
    )
    assert set(promised.split()) <= set(format_names())
    assert [each.name for each in FORMATS] == list(OWN_MODULES)


@pytest.mark.parametrize(("spec", "style"), EXACT, ids=name_of)
@pytest.mark.parametrize("with_images", [False, True], ids=["alone", "beside images"])
def test_the_same_bytes_of_label_map_come_home(
    tmp_path: Path, spec: object, style: RegionStyle | None, with_images: bool
) -> None:
    name = name_of(spec)
    images = write_photos(tmp_path / "photos") if with_images else None
    there, back = tmp_path / "there", tmp_path / "back"
    source = open_source("index-png", write_source(tmp_path / "source"), ReadOptions(images=images))
    report = export_labels(source, name, there, WriteOptions(source.label_set, style=style), Task())
    assert report.is_exact
    assert report.class_iou == {each.name: 1.0 for each in LABEL_SET.classes if each.name != "absent"}
    again = open_source(name, there, ReadOptions(images=images))
    assert again.label_set == LABEL_SET
    export_labels(again, "index-png", back, WriteOptions(again.label_set), Task())
    for path, labels in maps().items():
        assert read_label_map(back / path).tobytes() == labels.tobytes(), path


@pytest.mark.parametrize(("spec", "style"), POLYGONS, ids=name_of)
def test_polygons_report_what_they_lose_and_why(tmp_path: Path, spec: object, style: RegionStyle | None) -> None:
    name = name_of(spec)
    source = open_source("index-png", write_source(tmp_path / "source"), ReadOptions())
    options = WriteOptions(source.label_set, style=style, tolerance=1.5)
    report = export_labels(source, name, tmp_path / "there", options, Task())
    assert report.reason
    assert not report.is_exact
    order = OverlapOrder.SMALL_OVER_LARGE if find_format(name).asks_for_order else None
    again = open_source(name, tmp_path / "there", ReadOptions(overlap=order))
    both = either = 0
    for path, labels in maps().items():
        found = again.read(path).labels
        both += int(((found == 3) & (labels == 3)).sum())
        either += int(((found == 3) | (labels == 3)).sum())
    assert report.class_iou["Straße, innen"] == both / either
    assert 0.3 < both / either < 1


BLOBS = arrays.arrays(
    np.uint8,
    st.tuples(st.integers(1, 24), st.integers(1, 24)),
    elements=st.sampled_from([*LABEL_SET.ids, 255]),
    fill=st.sampled_from([0, 3, 255]),
)


@pytest.mark.parametrize(("spec", "style"), EXACT, ids=name_of)
@given(labels=BLOBS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_label_map_comes_home(
    tmp_path_factory: pytest.TempPathFactory, spec: object, style: RegionStyle | None, labels: np.ndarray
) -> None:
    folder = tmp_path_factory.mktemp("any")
    assert np.array_equal(read_one(written(folder, name_of(spec), style, labels), name_of(spec)), labels)


@pytest.mark.parametrize(("spec", "style"), POLYGONS, ids=name_of)
@given(labels=BLOBS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_polygons_without_tolerance_lose_nothing(
    tmp_path_factory: pytest.TempPathFactory, spec: object, style: RegionStyle | None, labels: np.ndarray
) -> None:
    folder = tmp_path_factory.mktemp("any")
    assert np.array_equal(read_one(written(folder, name_of(spec), style, labels, 0.0), name_of(spec)), labels)


@pytest.mark.parametrize("spec", FORMATS, ids=name_of)
def test_labels_outside_the_class_list_are_refused(tmp_path: Path, spec: object) -> None:
    with pytest.raises(FormatError, match="class list"):
        written(tmp_path, name_of(spec), None, np.full((4, 4), 77, np.uint8))


@pytest.mark.parametrize("spec", FORMATS, ids=name_of)
def test_two_images_never_share_a_file(tmp_path: Path, spec: object) -> None:
    found = find_format(name_of(spec))
    assert found.open_writer is not None
    writer = found.open_writer(tmp_path, WriteOptions(LABEL_SET))
    writer.write(LabelledImage(PurePosixPath("a/Image.png"), np.zeros((3, 4), np.uint8)))
    with pytest.raises(FormatError, match="rename"):
        writer.write(LabelledImage(PurePosixPath("a/image.png"), np.ones((3, 4), np.uint8) * 3))
    writer.close()


@pytest.mark.parametrize("spec", FORMATS, ids=name_of)
def test_labels_of_another_size_than_the_photo_are_refused(tmp_path: Path, spec: object) -> None:
    folder = written(tmp_path / "labels", name_of(spec), None, np.zeros((4, 6), np.uint8))
    images = tmp_path / "images"
    images.mkdir()
    Image.new("RGB", (4, 6)).save(images / "image.png")
    found = find_format(name_of(spec))
    assert found.open_reader is not None
    reader = found.open_reader(folder, ReadOptions(images=images))
    with pytest.raises(FormatError, match=r"6 x 4 pixels, but image\.png is 4 x 6\. They fit it as stored"):
        reader.read(reader.images[0])


PICTURED = ["voc", "cityscapes", "ade20k", "coco", "labelme", "cvat", "yolo-seg", "hugging-face", "supervisely"]


@pytest.mark.parametrize("name", PICTURED)
def test_pictures_copied_beside_the_labels_are_upright(tmp_path: Path, name: str) -> None:
    photos = write_photos(tmp_path / "photos")
    source = open_source("index-png", write_source(tmp_path / "source"), ReadOptions(images=photos))
    options = WriteOptions(source.label_set, copy_images_from=photos)
    export_labels(source, name, tmp_path / "there", options, Task())
    copies = [path for path in (tmp_path / "there").rglob("*turned 6*") if path.suffix in (".jpg", ".png")]
    shapes = set()
    for path in copies:
        with Image.open(path) as image:
            assert image.getexif().get(274, 1) == 1
            shapes.add(image.size)
    assert len(copies) >= 1
    assert shapes == {(33, 52)}


def test_a_class_list_without_ids_to_spare_is_refused_by_ade20k(tmp_path: Path) -> None:
    full = LabelSet((ClassSpec(254, "last", (1, 2, 3)),))
    writer = find_format("ade20k").open_writer
    assert writer is not None
    with pytest.raises(FormatError, match="up to 253"):
        writer(tmp_path, WriteOptions(full))


def test_classes_that_share_a_colour_are_refused_where_colours_are_the_labels(tmp_path: Path) -> None:
    twins = LabelSet((ClassSpec(0, "a", (1, 2, 3)), ClassSpec(1, "b", (1, 2, 3))))
    writer = find_format("rgb-png").open_writer
    assert writer is not None
    with pytest.raises(FormatError, match="share the colour #010203"):
        writer(tmp_path, WriteOptions(twins))
