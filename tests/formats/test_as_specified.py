"""What lies on the disk, worked out by hand from each format's own description.

Round trips can't notice a mistake that reader and writer share, such as an id shifted both ways.
"""

from __future__ import annotations

import base64
import io
import json
import zlib
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import yaml
from PIL import Image

from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.formats.exchange import LabelledImage, ReadOptions, RegionStyle, WriteOptions
from segstudio.formats.names import OWN_MODULES
from segstudio.formats.registry import find_format

MASKS, POLYGONS = RegionStyle.MASKS, RegionStyle.POLYGONS
SKY, ROAD = (70, 130, 180), (0, 142, 10)
LABEL_SET = LabelSet((ClassSpec(0, "sky", SKY), ClassSpec(7, "road", ROAD)))
LABELS = np.array([[0, 0, 7], [0, 255, 7]], np.uint8)
ROAD_CORNERS = {(2, 0), (3, 0), (3, 2), (2, 2)}
SKY_CORNERS = {(0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2)}
STYLED = [(name, style) for name in OWN_MODULES for style in find_format(name).styles or (None,)]
BELOW = "one two/a.png"


def written(folder: Path, name: str, style: RegionStyle | None = None, image: str = BELOW) -> Path:
    spec = find_format(name)
    assert spec.open_writer is not None
    with closing(spec.open_writer(folder, WriteOptions(LABEL_SET, style=style, tolerance=0.0))) as writer:
        writer.write(LabelledImage(PurePosixPath(image), LABELS))
        writer.finish()
    return folder


def picture(path: Path, mode: str) -> np.ndarray:
    with Image.open(path) as image:
        assert image.mode == mode
        return np.asarray(image)


def palette_color(path: Path, index: int) -> tuple[int, ...]:
    with Image.open(path) as image:
        palette = image.getpalette()
    assert palette is not None
    return tuple(palette[3 * index : 3 * index + 3])


def content_of(path: Path) -> Any:  # Any: parsed JSON
    return json.loads(path.read_text(encoding="utf-8"))


def test_index_png_is_a_palette_of_the_classes_colours(tmp_path: Path) -> None:
    path = written(tmp_path, "index-png") / BELOW
    assert picture(path, "P").tolist() == LABELS.tolist()
    assert (palette_color(path, 0), palette_color(path, 7)) == (SKY, ROAD)
    classes = content_of(tmp_path / "classes.json")
    assert [(each["id"], each["name"], each["color"]) for each in classes["classes"]] == [
        (0, "sky", "#4682b4"),
        (7, "road", "#008e0a"),
    ]


def test_rgb_png_holds_red_first(tmp_path: Path) -> None:
    pixels = picture(written(tmp_path, "rgb-png") / BELOW, "RGB")
    assert [tuple(each) for each in pixels[0].tolist()] == [SKY, SKY, ROAD]
    assert pixels[1, 1].tolist() == [255, 255, 255]


def test_voc_has_its_own_colour_map_and_names_without_suffix(tmp_path: Path) -> None:
    path = written(tmp_path, "voc") / "SegmentationClass" / BELOW
    assert picture(path, "P").tolist() == LABELS.tolist()
    assert [palette_color(path, i) for i in (0, 1, 7, 255)] == [
        (0, 0, 0),
        (128, 0, 0),
        (128, 128, 128),
        (224, 224, 192),
    ]
    assert (tmp_path / "ImageSets/Segmentation/train.txt").read_text() == "one two/a\n"
    assert (tmp_path / "labelmap.txt").read_text().splitlines()[8] == "road:128,128,128::"


def test_cityscapes_has_the_ids_of_its_table(tmp_path: Path) -> None:
    base = written(tmp_path, "cityscapes") / "gtFine/train/one two"
    assert picture(base / "a_gtFine_labelIds.png", "L").tolist() == [[23, 23, 7], [23, 0, 7]]
    assert picture(base / "a_gtFine_labelTrainIds.png", "L").tolist() == [[10, 10, 0], [10, 255, 0]]


def test_ade20k_is_one_more_and_nothing_is_0(tmp_path: Path) -> None:
    path = written(tmp_path, "ade20k") / "annotations/training" / BELOW
    assert picture(path, "L").tolist() == [[1, 1, 8], [1, 0, 8]]
    assert content_of(tmp_path / "reduce_zero_label.json")["reduce_zero_label"] is True


def coco_content(tmp_path: Path, style: RegionStyle) -> Any:
    content = content_of(written(tmp_path, "coco", style) / "annotations/instances_default.json")
    assert content["images"] == [{"id": 1, "file_name": BELOW, "width": 3, "height": 2}]
    assert [(each["id"], each["name"], each["color"]) for each in content["categories"]] == [
        (1, "sky", list(SKY)),
        (8, "road", list(ROAD)),
    ]
    return content["annotations"]


def test_coco_runs_go_down_the_columns(tmp_path: Path) -> None:
    sky, road = coco_content(tmp_path, MASKS)
    # No zeros, three ones (two in the first column, one in the second), three zeros: as characters from 0 on.
    assert sky["segmentation"] == {"size": [2, 3], "counts": "033"}
    assert (sky["category_id"], sky["area"], sky["bbox"]) == (1, 3, [0, 0, 2, 2])
    assert road["segmentation"] == {"size": [2, 3], "counts": "42"}
    assert (road["category_id"], road["area"], road["bbox"], road["iscrowd"]) == (8, 2, [2, 0, 1, 2], 0)


def test_coco_polygons_run_between_pixels(tmp_path: Path) -> None:
    _, road = coco_content(tmp_path, POLYGONS)
    (ring,) = road["segmentation"]
    assert {type(number) for number in ring} == {int}
    assert set(zip(ring[::2], ring[1::2], strict=True)) == ROAD_CORNERS
    assert (road["category_id"], road["area"], road["bbox"]) == (8, 2, [2, 0, 1, 2])


def test_panoptic_numbers_are_red_first(tmp_path: Path) -> None:
    written(tmp_path, "coco-panoptic")
    pixels = picture(tmp_path / "annotations/panoptic_default" / BELOW, "RGB")
    assert pixels[0].tolist() == [[1, 0, 0], [1, 0, 0], [8, 0, 0]]
    assert pixels[1, 1].tolist() == [0, 0, 0]
    (entry,) = content_of(tmp_path / "annotations/panoptic_default.json")["annotations"]
    assert entry["file_name"] == BELOW
    assert [(each["id"], each["category_id"], each["area"], each["bbox"]) for each in entry["segments_info"]] == [
        (1, 1, 3, [0, 0, 2, 2]),
        (8, 8, 2, [2, 0, 1, 2]),
    ]


def labelme_shapes(tmp_path: Path, style: RegionStyle) -> Any:
    content = content_of(written(tmp_path, "labelme", style) / "one two/a.json")
    assert (content["imageWidth"], content["imageHeight"], content["imagePath"]) == (3, 2, "a.png")
    return {shape["label"]: shape for shape in content["shapes"]}


def test_labelme_masks_have_both_corners_inside(tmp_path: Path) -> None:
    shapes = labelme_shapes(tmp_path, MASKS)
    wanted = {
        "road": ([[2, 0], [2, 1]], [[True], [True]]),
        "sky": ([[0, 0], [1, 1]], [[True, True], [True, False]]),
    }
    for name, (points, pixels) in wanted.items():
        assert (shapes[name]["shape_type"], shapes[name]["points"]) == ("mask", points)
        with Image.open(io.BytesIO(base64.b64decode(shapes[name]["mask"]))) as mask:
            assert np.asarray(mask).tolist() == pixels


def test_labelme_polygons_run_through_pixels(tmp_path: Path) -> None:
    shapes = labelme_shapes(tmp_path, POLYGONS)
    assert {tuple(point) for point in shapes["road"]["points"]} == {(2, 0), (2, 1)}
    assert {tuple(point) for point in shapes["sky"]["points"]} == {(0, 0), (1, 0), (0, 1)}


def cvat_shapes(tmp_path: Path, style: RegionStyle) -> list[dict[str, str]]:
    root = ElementTree.parse(written(tmp_path, "cvat", style) / "annotations.xml").getroot()
    (image,) = root.findall("image")
    assert (image.get("name"), image.get("width"), image.get("height")) == (BELOW, "3", "2")
    labels = [(each.findtext("name"), each.findtext("color")) for each in root.iter("label")]
    assert labels == [("sky", "#4682b4"), ("road", "#008e0a")]
    return [dict(shape.attrib) for shape in image]


def test_cvat_runs_go_along_the_rows_of_the_box(tmp_path: Path) -> None:
    sky, road = cvat_shapes(tmp_path, MASKS)
    box = ("left", "top", "width", "height", "rle")
    assert [sky[key] for key in ("label", *box)] == ["sky", "0", "0", "2", "2", "0, 3, 1"]
    assert [road[key] for key in ("label", *box)] == ["road", "2", "0", "1", "2", "0, 2"]


def test_cvat_polygons_run_between_pixels(tmp_path: Path) -> None:
    road = cvat_shapes(tmp_path, POLYGONS)[1]
    points = {tuple(float(part) for part in pair.split(",")) for pair in road["points"].split(";")}
    assert (road["label"], points) == ("road", ROAD_CORNERS)


def brush(*runs: tuple[int, int]) -> bytes:
    """24 bytes of 8 bits, counts of 3, 4, 8 or 16 bits; then each run's flag, size, length less one and value."""
    bits = f"{24:032b}" + f"{7:05b}" + "".join(f"{size - 1:04b}" for size in (3, 4, 8, 16))
    bits += "".join("1" + "00" + f"{length - 1:03b}" + f"{value:08b}" for length, value in runs)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def test_label_studio_brushes_are_the_bits_of_four_channels(tmp_path: Path) -> None:
    (task,) = content_of(written(tmp_path, "label-studio") / "tasks.json")
    assert task["data"]["image"].endswith("one%20two/a.png")
    sky, road = task["annotations"][0]["result"]
    assert (road["original_width"], road["original_height"], road["image_rotation"]) == (3, 2, 0)
    assert road["value"]["brushlabels"] == ["road"]
    # Of the road in each row 8 bytes of nothing, 4 of 255; of the sky 8 and 4 of 255 with 4 of nothing between.
    assert bytes(road["value"]["rle"]) == brush((8, 0), (4, 255), (8, 0), (4, 255))
    assert bytes(sky["value"]["rle"]) == brush((8, 255), (4, 0), (4, 255), (8, 0))
    colors = {
        each.get("value"): each.get("background")
        for each in ElementTree.parse(tmp_path / "labeling_config.xml").iter("Label")
    }
    assert colors == {"sky": "#4682b4", "road": "#008e0a"}


def test_yolo_has_shares_of_width_and_height(tmp_path: Path) -> None:
    lines = (written(tmp_path, "yolo-seg") / "labels/train/one two/a.txt").read_text().splitlines()
    found = {}
    for line in lines:
        number, *shares = [float(word) for word in line.split()]
        found[number] = {(round(3 * x, 5), round(2 * y, 5)) for x, y in zip(shares[::2], shares[1::2], strict=True)}
    assert found == {0: SKY_CORNERS, 7: ROAD_CORNERS}
    names = yaml.safe_load((tmp_path / "data.yaml").read_text())["names"]
    assert (names[0], names[7], len(names)) == ("sky", "road", 8)


def test_yolo_lays_small_polygons_on_large_ones(tmp_path: Path) -> None:
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels/a.txt").write_text("1 0 0 0.5 0 0.5 1 0 1\n0 0 0 1 0 1 1 0 1\n")
    (tmp_path / "data.yaml").write_text("names: [sky, road]\n")
    (tmp_path / "images").mkdir()
    Image.new("RGB", (4, 2)).save(tmp_path / "images/a.png")
    open_reader = find_format("yolo-seg").open_reader
    assert open_reader is not None
    reader = open_reader(tmp_path, ReadOptions(images=tmp_path / "images"))
    assert reader.read(reader.images[0]).labels.tolist() == [[1, 1, 0, 0]] * 2


def test_ultralytics_semantic_masks_are_the_ids(tmp_path: Path) -> None:
    path = written(tmp_path, "ultralytics-semantic") / "masks/train" / BELOW
    assert picture(path, "L").tolist() == LABELS.tolist()
    settings = yaml.safe_load((tmp_path / "data.yaml").read_text())
    assert (settings["masks_dir"], settings["train"], settings["names"][7]) == ("masks", "images/train", "road")


def supervisely_objects(tmp_path: Path, style: RegionStyle) -> Any:
    content = content_of(written(tmp_path, "supervisely", style) / "one two/ann/a.png.json")
    assert content["size"] == {"height": 2, "width": 3}
    classes = content_of(tmp_path / "meta.json")["classes"]
    assert [(each["title"], each["color"]) for each in classes] == [("sky", "#4682B4"), ("road", "#008E0A")]
    sky, road = content["objects"]
    assert (road["classTitle"], road["classId"]) == ("road", classes[1]["id"])
    return sky, road


def test_supervisely_bitmaps_lie_at_column_and_row(tmp_path: Path) -> None:
    wanted = (([0, 0], [[255, 255], [255, 0]]), ([2, 0], [[255], [255]]))
    for each, (origin, alpha) in zip(supervisely_objects(tmp_path, MASKS), wanted, strict=True):
        assert each["bitmap"]["origin"] == origin
        with Image.open(io.BytesIO(zlib.decompress(base64.b64decode(each["bitmap"]["data"])))) as mask:
            assert np.asarray(mask.convert("RGBA"))[..., 3].tolist() == alpha


def test_supervisely_polygons_run_through_pixels(tmp_path: Path) -> None:
    for each, wanted in zip(
        supervisely_objects(tmp_path, POLYGONS), ({(0, 0), (1, 0), (0, 1)}, {(2, 0), (2, 1)}), strict=True
    ):
        assert {tuple(point) for point in each["points"]["exterior"]} == wanted
        assert each["points"]["interior"] == []


def test_hugging_face_rows_name_their_files(tmp_path: Path) -> None:
    folder = written(tmp_path, "hugging-face") / "train"
    row = json.loads((folder / "metadata.jsonl").read_text())
    assert row == {"label_file_name": "labels/one two/a.png"}
    assert picture(folder / row["label_file_name"], "L").tolist() == LABELS.tolist()
    assert content_of(tmp_path / "id2label.json") == {"0": "sky", "7": "road"}
    assert content_of(tmp_path / "segmentation.json") == {"ignore_index": 255, "do_reduce_labels": False}


def test_numpy_is_rows_of_columns(tmp_path: Path) -> None:
    array = np.load(written(tmp_path, "numpy") / "one two/a.npy", allow_pickle=False)
    assert (array.dtype, array.tolist()) == (np.uint8, LABELS.tolist())


@pytest.mark.parametrize("name", OWN_MODULES)
def test_the_class_file_beside_it_has_ids_names_and_colours(tmp_path: Path, name: str) -> None:
    content = content_of(written(tmp_path, name) / ("classes.txt" if name == "labelme" else "classes.json"))
    found = [(each["id"], each["name"], each["color"]) for each in content["classes"]]
    assert found == [(0, "sky", "#4682b4"), (7, "road", "#008e0a")]


@pytest.mark.parametrize(("name", "style"), STYLED)
def test_an_image_below_folders_comes_back_below_them(tmp_path: Path, name: str, style: RegionStyle | None) -> None:
    spec = find_format(name)
    assert spec.open_reader is not None
    for image in (BELOW, "one/datasets/ann/a.png", "train/ulm/a.png"):
        folder = written(tmp_path / image.replace("/", "-"), name, style, image)
        reader = spec.open_reader(folder, ReadOptions())
        assert [str(path) for path in reader.images] == [image]
        assert reader.label_set == LABEL_SET
        assert reader.read(reader.images[0]).labels.tolist() == LABELS.tolist()
