"""Mistakes inside a format's own code, of the kinds that other tools are known to make."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutation:
    """``good`` occurs once in ``file`` of ``segstudio/formats``; with ``bad`` in its place a test must fail."""

    format_name: str
    what: str
    file: str
    good: str
    bad: str


MUTATIONS = (
    Mutation(
        "index-png",
        "the palette is blue first",
        "indexed_png.py",
        "BandedMap.of(labels), palette)",
        "BandedMap.of(labels), palette[:, ::-1])",
    ),
    Mutation(
        "index-png",
        "ids count from 1 both ways",
        "value_table.py",
        "{class_id: class_id for",
        "{class_id: class_id + 1 for",
    ),
    Mutation("rgb-png", "blue is written first", "rgb_png.py", "colors[:, ::-1])", "colors)"),
    Mutation(
        "rgb-png",
        "blue is read first",
        "rgb_png.py",
        "(red << 16) | (green << 8) | blue",
        "(blue << 16) | (green << 8) | red",
    ),
    Mutation("rgb-png", "ids count from 1", "rgb_png.py", "= spec.id\n", "= spec.id + 1\n"),
    Mutation("voc", "the colour map is blue first", "voc.py", "(3 * bit + channel)", "(3 * bit + 2 - channel)"),
    Mutation("voc", "void is 0", "voc.py", "    colors[IGNORE] = VOID_COLOR", "    colors[0] = VOID_COLOR"),
    Mutation("voc", "names with their suffix", "voc.py", "{image.with_suffix('')}", "{image}"),
    Mutation(
        "cityscapes",
        "train ids for label ids",
        "cityscapes.py",
        "((LABEL_IDS, self._label_ids), (TRAIN_IDS, self._train_ids))",
        "((LABEL_IDS, self._train_ids), (TRAIN_IDS, self._label_ids))",
    ),
    Mutation("cityscapes", "unlabelled is 255", "cityscapes.py", "| {IGNORE: UNLABELED_ID}", "| {IGNORE: IGNORE}"),
    Mutation(
        "ade20k",
        "the shift by one is forgotten",
        "ade20k.py",
        "{class_id: class_id + 1 for",
        "{class_id: class_id for",
    ),
    Mutation(
        "ade20k",
        "the shift by one is undone twice",
        "ade20k.py",
        "{class_id + 1: class_id for",
        "{class_id + 2: class_id for",
    ),
    Mutation(
        "coco",
        "runs along the rows",
        "run_lengths.py",
        "np.asfortranarray(mask.view(np.uint8))",
        "np.asfortranarray(mask.reshape(mask.shape[::-1]).view(np.uint8))",
    ),
    Mutation(
        "coco",
        "runs are read along the rows",
        "run_lengths.py",
        "columns = np.repeat(bits, cut).reshape(last + 1 - first, height)",
        "columns = np.repeat(bits, cut).reshape(height, last + 1 - first).T",
    ),
    Mutation(
        "coco",
        "categories count from 0",
        "coco.py",
        '"category_id": region.class_id + 1',
        '"category_id": region.class_id',
    ),
    Mutation(
        "coco",
        "width before height",
        "coco.py",
        '"size": [size.height, size.width]',
        '"size": [size.width, size.height]',
    ),
    Mutation(
        "coco", "the area of the box", "coco_tables.py", "int(np.count_nonzero(region.mask))", "region.mask.size"
    ),
    Mutation(
        "coco",
        "corners for width and height",
        "coco_tables.py",
        "(rect.left, rect.top, rect.width, rect.height)",
        "(rect.left, rect.top, rect.right, rect.bottom)",
    ),
    Mutation(
        "coco",
        "y before x in polygons",
        "coco.py",
        "polygon.reshape(-1)",
        "polygon[:, ::-1].reshape(-1)",
    ),
    Mutation("coco", "polygons half a pixel off", "contours.py", "(points + 1) // 2", "points // 2"),
    Mutation(
        "coco",
        "polygons fill their border",
        "polygon_filling.py",
        "np.ceil(each[:, 1] - 0.5)",
        "np.floor(each[:, 1] - 0.5)",
    ),
    Mutation("coco", "holes are filled", "keyholes.py", "if not outline.holes:", "if True:"),
    Mutation(
        "coco-panoptic",
        "blue holds the number",
        "coco_panoptic.py",
        "np.dstack((blank, blank, red))",
        "np.dstack((red, blank, blank))",
    ),
    Mutation(
        "coco-panoptic",
        "the number is read blue first",
        "coco_panoptic.py",
        "rgb[..., 0] + 256 * rgb[..., 1] + 65536 * rgb[..., 2]",
        "rgb[..., 2] + 256 * rgb[..., 1] + 65536 * rgb[..., 0]",
    ),
    Mutation(
        "labelme",
        "corners beyond the mask",
        "labelme.py",
        "[rect.right - 1, rect.bottom - 1]",
        "[rect.right, rect.bottom]",
    ),
    Mutation(
        "labelme",
        "small shapes below large ones",
        "labelme.py",
        "key=lambda each: -each.rect.area)",
        "key=lambda each: each.rect.area)",
    ),
    Mutation(
        "labelme",
        "lines are single pixels",
        "contours.py",
        "[width - 1, height - 1]",
        "[0, 0]",
    ),
    Mutation(
        "labelme",
        "y before x",
        "labelme_shapes.py",
        "(x - left, y - top) for x, y in points",
        "(y - top, x - left) for x, y in points",
    ),
    Mutation(
        "cvat",
        "runs start with ones",
        "run_lengths.py",
        "np.concatenate(([0], runs)) if flat.size and flat[0] else runs",
        "runs",
    ),
    Mutation(
        "cvat",
        "top and left swapped",
        "cvat.py",
        '"left": rect.left, "top": rect.top',
        '"left": rect.top, "top": rect.left',
    ),
    Mutation("cvat", "runs of the whole picture's width", "cvat.py", '"width": rect.width', '"width": rect.right'),
    Mutation("label-studio", "one channel for four", "label_studio_runs.py", "_CHANNELS = 4", "_CHANNELS = 1"),
    Mutation(
        "label-studio",
        "lengths not less one",
        "label_studio_runs.py",
        "lengths[chosen] - 1, size",
        "lengths[chosen], size",
    ),
    Mutation(
        "label-studio",
        "runs down the columns",
        "label_studio.py",
        "encode_brush(region.whole(size))",
        "encode_brush(region.whole(size).T.copy())",
    ),
    Mutation(
        "label-studio",
        "the whole path for the name",
        "label_studio.py",
        "LOCAL_FILES + quote(str(image.path))",
        "LOCAL_FILES + quote(image.path.name)",
    ),
    Mutation("yolo-seg", "classes count from 1", "yolo_seg.py", "{region.class_id}{''", "{region.class_id + 1}{''"),
    Mutation("yolo-seg", "width and height swapped", "yolo_seg.py", "across, down = (", "down, across = ("),
    Mutation(
        "yolo-seg",
        "large over small",
        "yolo_seg.py",
        "order=OverlapOrder.SMALL_OVER_LARGE",
        "order=OverlapOrder.LISTED",
    ),
    Mutation(
        "ultralytics-semantic",
        "another folder than it says",
        "ultralytics_semantic.py",
        '"masks_dir": MASKS',
        '"masks_dir": PICTURES',
    ),
    Mutation(
        "supervisely",
        "row before column",
        "supervisely.py",
        '"origin": corner.tolist()',
        '"origin": corner[::-1].tolist()',
    ),
    Mutation("supervisely", "the background is not transparent", "mask_png.py", ", transparency=0)", ")"),
    Mutation(
        "supervisely",
        "holes keep their border",
        "polygon_filling.py",
        "cv2.fillPoly(canvas, holes, (0,))",
        "cv2.fillPoly(canvas, holes, (0,)); cv2.polylines(canvas, holes, True, (1,))",
    ),
    Mutation(
        "hugging-face",
        "names count from 1",
        "hugging_face.py",
        "{str(spec.id): spec.name",
        "{str(spec.id + 1): spec.name",
    ),
    Mutation(
        "hugging-face",
        "reduced labels are promised",
        "hugging_face.py",
        '"do_reduce_labels": False',
        '"do_reduce_labels": True',
    ),
    Mutation(
        "numpy",
        "columns before rows",
        "numpy_arrays.py",
        "np.ascontiguousarray(image.labels)",
        "np.asfortranarray(image.labels)",
    ),
)
