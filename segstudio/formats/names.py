"""The names of our own formats, and the module of each; imports nothing, so that help texts can list them."""

from __future__ import annotations

OWN_MODULES = {
    "index-png": "index_png",
    "rgb-png": "rgb_png",
    "voc": "voc",
    "cityscapes": "cityscapes",
    "ade20k": "ade20k",
    "coco": "coco",
    "coco-panoptic": "coco_panoptic",
    "labelme": "labelme",
    "cvat": "cvat",
    "label-studio": "label_studio",
    "yolo-seg": "yolo_seg",
    "ultralytics-semantic": "ultralytics_semantic",
    "supervisely": "supervisely",
    "hugging-face": "hugging_face",
    "numpy": "numpy_arrays",
}
