"""What a source leaves open is asked for: values, colours, names, overlaps, sizes."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from PIL import Image

from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.errors import FormatError
from segstudio.formats.exchange import OverlapOrder, ReadOptions, WriteOptions
from segstudio.formats.indexed_png import write_label_map
from segstudio.formats.registry import find_format

LABEL_SET = LabelSet((ClassSpec(0, "sky", (0, 0, 255)), ClassSpec(1, "road", (128, 64, 128))))


def reader_of(name: str, source: Path, **options: object):
    spec = find_format(name)
    assert spec.open_reader is not None
    return spec.open_reader(source, ReadOptions(**options))


def labels_of(name: str, source: Path, **options: object) -> list:
    reader = reader_of(name, source, **options)
    return reader.read(reader.images[0]).labels.tolist()


def coco(tmp_path: Path, *annotations: dict, **image: object) -> Path:
    content = {
        "images": [{"id": 1, "file_name": "a.png", "width": 4, "height": 2, **image}],
        "categories": [{"id": 1, "name": "sky"}, {"id": 2, "name": "road"}],
        "annotations": [{"id": i, "image_id": 1, **each} for i, each in enumerate(annotations, 1)],
    }
    path = tmp_path / "coco.json"
    path.write_text(json.dumps(content))
    return path


WHOLE = {"category_id": 1, "segmentation": {"size": [2, 4], "counts": [0, 8]}}
FIRST_COLUMN = {"category_id": 2, "segmentation": {"size": [2, 4], "counts": [0, 2, 6]}}


def test_an_unknown_value_is_named_and_can_be_mapped(tmp_path: Path) -> None:
    write_label_map(tmp_path / "a.png", np.array([[0, 11]], np.uint8), LABEL_SET)
    with pytest.raises(FormatError, match="The value 11 is not in the class list"):
        labels_of("index-png", tmp_path, label_set=LABEL_SET)
    assert labels_of("index-png", tmp_path, label_set=LABEL_SET, mapping={"11": 255}) == [[0, 255]]
    assert labels_of("index-png", tmp_path, label_set=LABEL_SET, mapping={"11": 1}) == [[0, 1]]


def test_without_a_class_list_the_values_found_are_the_classes(tmp_path: Path) -> None:
    write_label_map(tmp_path / "a.png", np.array([[4, 11, 255]], np.uint8), LABEL_SET)
    reader = reader_of("index-png", tmp_path, mapping={"11": 255})
    assert reader.label_set.ids == (4,)
    assert reader.read(reader.images[0]).labels.tolist() == [[4, 255, 255]]


def test_an_unknown_colour_is_named_and_can_be_mapped(tmp_path: Path) -> None:
    Image.fromarray(np.array([[[9, 9, 9], [1, 2, 3]]], np.uint8)).save(tmp_path / "a.png")
    with pytest.raises(FormatError, match="The colours #010203, #090909 are not in the class list"):
        labels_of("rgb-png", tmp_path, label_set=LABEL_SET)
    Image.fromarray(np.array([[[0, 0, 255], [1, 2, 3]]], np.uint8)).save(tmp_path / "a.png")
    with pytest.raises(FormatError, match="The colour #010203 is not in the class list"):
        labels_of("rgb-png", tmp_path, label_set=LABEL_SET)
    assert labels_of("rgb-png", tmp_path, label_set=LABEL_SET, mapping={"#010203": 255}) == [[0, 255]]
    assert reader_of("rgb-png", tmp_path).label_set.active[1].name == "#010203"


def test_an_unknown_name_is_named_and_can_be_mapped(tmp_path: Path) -> None:
    source = coco(tmp_path, WHOLE)
    only_road = LabelSet((ClassSpec(1, "road", (0, 0, 0)),))
    with pytest.raises(FormatError, match="'sky' is not in the class list"):
        labels_of("coco", source, label_set=only_road)
    assert labels_of("coco", source, label_set=only_road, mapping={"sky": 255}) == [[255] * 4] * 2


def test_overlapping_classes_ask_for_an_order(tmp_path: Path) -> None:
    source = coco(tmp_path, FIRST_COLUMN, WHOLE)
    with pytest.raises(FormatError, match="choose which goes on top"):
        labels_of("coco", source)
    assert labels_of("coco", source, overlap=OverlapOrder.LISTED) == [[0, 0, 0, 0]] * 2
    assert labels_of("coco", source, overlap=OverlapOrder.SMALL_OVER_LARGE) == [[1, 0, 0, 0]] * 2
    assert labels_of("coco", source, overlap=OverlapOrder.CLASS_PRIORITY) == [[0, 0, 0, 0]] * 2


def test_what_no_shape_covers_is_ignored_or_what_was_chosen(tmp_path: Path) -> None:
    source = coco(tmp_path, FIRST_COLUMN)
    assert labels_of("coco", source) == [[1, 255, 255, 255]] * 2
    assert labels_of("coco", source, uncovered=0) == [[1, 0, 0, 0]] * 2


def test_run_lengths_of_another_size_are_refused(tmp_path: Path) -> None:
    turned = {"category_id": 1, "segmentation": {"size": [4, 2], "counts": [0, 8]}}
    with pytest.raises(FormatError, match="image is 4 x 2"):
        labels_of("coco", coco(tmp_path, turned))


def test_yolo_asks_for_the_images_where_nobody_knows_the_size(tmp_path: Path) -> None:
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels/a.txt").write_text("1 0 0 0.5 0 0.5 1 0 1\n")
    (tmp_path / "data.yaml").write_text("names: [sky, road]\n")
    with pytest.raises(FormatError, match="name the folder of the images"):
        labels_of("yolo-seg", tmp_path)
    images = tmp_path / "pictures"
    images.mkdir()
    Image.new("RGB", (4, 2)).save(images / "a.png")
    assert labels_of("yolo-seg", tmp_path, images=images) == [[1, 1, 255, 255]] * 2


def test_a_task_turned_in_label_studio_is_refused(tmp_path: Path) -> None:
    result = {
        "type": "polygonlabels",
        "original_width": 4,
        "original_height": 2,
        "image_rotation": 90,
        "value": {"points": [[0, 0], [50, 0], [50, 100]], "polygonlabels": ["sky"]},
    }
    task = {"data": {"image": "/data/upload/1/a%20b.png"}, "annotations": [{"result": [result]}]}
    (tmp_path / "tasks.json").write_text(json.dumps([task]))
    reader = reader_of("label-studio", tmp_path)
    assert reader.images == (PurePosixPath("a b.png"),)
    with pytest.raises(FormatError, match="turned"):
        reader.read(reader.images[0])


def test_cvat_lays_the_higher_z_order_on_top(tmp_path: Path) -> None:
    masks = (
        '<mask label="road" rle="0, 2" left="0" top="0" width="1" height="2" z_order="1"/>'
        '<mask label="sky" rle="0, 8" left="0" top="0" width="4" height="2" z_order="0"/>'
    )
    (tmp_path / "annotations.xml").write_text(
        "<annotations><meta><task><labels><label><name>sky</name></label><label><name>road</name></label></labels>"
        f'</task></meta><image id="0" name="a.png" width="4" height="2">{masks}</image></annotations>'
    )
    assert labels_of("cvat", tmp_path) == [[1, 0, 0, 0]] * 2


def test_a_name_among_two_suffixes_is_never_guessed(tmp_path: Path) -> None:
    images = tmp_path / "images"
    images.mkdir()
    for suffix in (".jpg", ".bmp"):
        Image.new("RGB", (2, 1)).save(images / f"a{suffix}")
    (tmp_path / "labels").mkdir()
    write_label_map(tmp_path / "labels/a.png", np.zeros((1, 2), np.uint8), LABEL_SET)
    with pytest.raises(FormatError, match=r"Which picture is a\.png"):
        reader_of("index-png", tmp_path / "labels", images=images)


def test_real_cityscapes_ids_are_understood_and_written(tmp_path: Path) -> None:
    city = tmp_path / "gtFine/val/ulm"
    city.mkdir(parents=True)
    write_label_map(city / "ulm_1_2_gtFine_labelIds.png", np.array([[0, 7, 26, 4]], np.uint8), LABEL_SET)
    own = LabelSet((ClassSpec(5, "car", (0, 0, 142)), ClassSpec(6, "road", (128, 64, 128))))
    assert labels_of("cityscapes", tmp_path, label_set=own) == [[255, 6, 5, 255]]
    assert labels_of("cityscapes", tmp_path) == [[255, 7, 26, 4]]
    reader = reader_of("cityscapes", tmp_path, label_set=own)
    writer = find_format("cityscapes").open_writer
    assert writer is not None
    target = writer(tmp_path / "out", WriteOptions(own))
    target.write(reader.read(reader.images[0]))
    target.finish()
    base = tmp_path / "out/gtFine/val/ulm/ulm_1_2_gtFine_"
    assert np.asarray(Image.open(f"{base}labelIds.png")).tolist() == [[0, 7, 26, 0]]
    assert np.asarray(Image.open(f"{base}labelTrainIds.png")).tolist() == [[255, 0, 13, 255]]


def test_a_missing_train_class_of_cityscapes_is_an_error(tmp_path: Path) -> None:
    write_label_map(tmp_path / "x_gtFine_labelIds.png", np.array([[7, 26]], np.uint8), LABEL_SET)
    with pytest.raises(FormatError, match="The value 26 is not in the class list"):
        labels_of("cityscapes", tmp_path, label_set=LabelSet((ClassSpec(0, "road", (1, 1, 1)),)))
