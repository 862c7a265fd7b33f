"""Reads an export with another program's own reader and writes the label maps it finds as one .npz file.

Runs in an environment of its own, since those programs bring other versions of OpenCV, NumPy and Qt:
``python read_with_others.py FORMAT EXPORT_FOLDER CLASSES_FILE OUTPUT.npz``. Nothing of SegStudio is imported.
"""

import json
import sys
from pathlib import Path

import numpy as np

IGNORE = 255


def through_datumaro(kind, folder, ids, void=()):
    import datumaro

    dataset = datumaro.Dataset.import_from(str(folder), kind)
    names = [label.name for label in dataset.categories()[datumaro.AnnotationType.label]]
    found = {}
    for item in dataset:
        height, width = item.media.size if item.media is not None else item.annotations[0].image.shape
        labels = np.full((height, width), IGNORE, np.uint8)
        for annotation in sorted(item.annotations, key=lambda each: each.z_order):
            name = names[annotation.label]
            if name in void or annotation.type == datumaro.AnnotationType.bbox:
                continue
            if annotation.type == datumaro.AnnotationType.polygon:
                from pycocotools import mask as coco

                mask = coco.decode(coco.frPyObjects([annotation.points], height, width))[..., 0] > 0
            else:
                mask = np.asarray(annotation.image) > 0
            labels[mask] = ids[name]
        found[item.id] = labels
    return found


def through_labelme(folder, ids):
    from labelme._label_file import read_label_file
    from labelme.utils import shapes_to_label

    found = {}
    for path in sorted(folder.rglob("*.json")):
        from PIL import Image

        data = read_label_file(str(path))
        shapes = [dict(shape) if isinstance(shape, dict) else shape for shape in data.shapes]
        with Image.open(path.with_name(data.image_path)) as image:
            size = image.size[::-1]
        numbers = {"_background_": 0, "__ignore__": IGNORE + 1} | {name: i + 1 for name, i in ids.items()}
        classes, _ = shapes_to_label(size, shapes, numbers)
        labels = np.where(classes == 0, IGNORE, classes - 1).astype(np.uint8)
        found[path.relative_to(folder).with_suffix("").as_posix()] = labels
    return found


def through_label_studio(folder, ids):
    from urllib.parse import parse_qs, urlsplit

    from label_studio_sdk.converter.brush import decode_rle

    found = {}
    for task in json.loads((folder / "tasks.json").read_text(encoding="utf-8")):
        name = parse_qs(urlsplit(task["data"]["image"]).query)["d"][0]
        labels = np.full((task["data"]["height"], task["data"]["width"]), IGNORE, np.uint8)
        for result in task["annotations"][0]["result"]:
            shape = (result["original_height"], result["original_width"], 4)
            mask = decode_rle(result["value"]["rle"]).reshape(shape)[..., 3] > 0
            labels[mask] = ids[result["value"]["brushlabels"][0]]
        found[str(Path(name).with_suffix(""))] = labels
    return found


def through_datasets(folder, ids):
    from datasets import load_dataset

    rows = load_dataset("imagefolder", data_dir=str(folder), split="train", cache_dir=str(folder.parent / "cache"))
    assert {"image", "label"} <= set(rows.column_names), rows.column_names
    found = {}
    for row in rows.cast_column("label", __import__("datasets").Image(decode=False)):
        path = Path(row["label"]["path"])
        found[path.relative_to(folder / "train/labels").with_suffix("").as_posix()] = None
    for row, name in zip(rows, list(found), strict=True):
        assert row["image"].size == row["label"].size
        found[name] = np.asarray(row["label"], np.uint8)
    names = json.loads((folder / "id2label.json").read_text(encoding="utf-8"))
    assert {int(key): name for key, name in names.items()} == {number: name for name, number in ids.items()}
    return found


def through_supervision(folder, ids):
    """Smaller polygons over larger ones, as Ultralytics' documentation says of semantic labels."""
    import supervision

    found = {}
    root = folder / "images/train"
    for images in sorted({path.parent for path in root.rglob("*.*")}):
        labels = folder / "labels/train" / images.relative_to(root)
        data = supervision.DetectionDataset.from_yolo(str(images), str(labels), str(folder / "data.yaml"))
        assert {name: data.classes.index(name) for name in ids} == ids
        for path, image, detections in data:
            canvas = np.full(image.shape[:2], IGNORE, np.uint8)
            for i in sorted(range(len(detections)), key=lambda each: -detections.mask[each].sum()):
                canvas[detections.mask[i]] = detections.class_id[i]
            found[Path(path).relative_to(root).with_suffix("").as_posix()] = canvas
    return found


def through_opencv(folder, ids):
    """As docs.ultralytics.com/datasets/semantic says: ``masks_dir`` for ``images``, the same stem, one channel."""
    import cv2
    import yaml

    settings = yaml.safe_load((folder / "data.yaml").read_text(encoding="utf-8"))
    assert {name: number for number, name in settings["names"].items() if name in ids} == ids
    assert settings["nc"] == len(settings["names"])
    root = folder / settings["train"]
    found = {}
    for image in sorted(path for path in root.rglob("*") if path.is_file()):
        name = image.relative_to(root).with_suffix("").as_posix()
        mask = folder / settings["train"].replace("images", settings["masks_dir"], 1) / f"{name}.png"
        labels = cv2.imdecode(np.fromfile(mask, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert labels.shape == cv2.imdecode(np.fromfile(image, np.uint8), cv2.IMREAD_COLOR).shape[:2]
        found[name] = labels
    return found


def through_supervisely(folder, ids):
    """With Supervisely's own classes, which draw each object as its platform does."""
    import supervisely

    project = supervisely.Project(str(folder), supervisely.OpenMode.READ)
    found = {}
    for dataset in project.datasets:
        for item in dataset.get_items_names():
            annotation = dataset.get_ann(item, project.meta)
            canvas = np.full((*annotation.img_size, 3), IGNORE, np.uint8)
            for label in annotation.labels:
                label.geometry.draw(canvas, [ids[label.obj_class.name]] * 3)
            parts = Path(dataset.name).parts if dataset.name != "dataset" else ()
            found[Path(*parts, item).with_suffix("").as_posix()] = canvas[..., 0]
    return found


READERS = {
    "voc": lambda folder, ids: through_datumaro("voc_segmentation", folder, ids, void=("background", "ignored")),
    "coco": lambda folder, ids: through_datumaro("coco_instances", folder, ids),
    "coco-panoptic": lambda folder, ids: through_datumaro("coco_panoptic", folder, ids),
    "cvat": lambda folder, ids: through_datumaro("cvat", folder, ids),
    "yolo-seg": through_supervision,
    "ultralytics-semantic": through_opencv,
    "supervisely": through_supervisely,
    "labelme": through_labelme,
    "label-studio": through_label_studio,
    "hugging-face": through_datasets,
}


def main():
    name, folder, classes, output = sys.argv[1:]
    entries = json.loads(Path(classes).read_text(encoding="utf-8"))["classes"]
    found = READERS[name](Path(folder), {entry["name"]: entry["id"] for entry in entries})
    np.savez(output, names=np.array(list(found)), **{str(i): labels for i, labels in enumerate(found.values())})


if __name__ == "__main__":
    main()
