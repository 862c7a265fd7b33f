"""How long do edits of many megapixels take without a screen?  python -m benchmarks.canvas.engine_huge_edits"""

from __future__ import annotations

import cv2
import numpy as np

from benchmarks.canvas.engine_timing import Timings, table
from segstudio.domain.arrays import Origin
from segstudio.domain.geometry import Point
from segstudio.editing.class_counts import class_counts
from segstudio.editing.document import LabelDocument
from segstudio.editing.flood import label_region
from segstudio.editing.label_pyramid import LabelPyramid
from segstudio.editing.region import paint_region

TIMES = 7


def field_with_holes(side: int) -> LabelDocument:
    """One region of 50 megapixels in 67, with 400 discs of other classes in it."""
    labels = np.zeros((side, side), np.uint8)
    cv2.rectangle(labels, (500, 500), (7700, 7500), 3, -1)
    rng = np.random.default_rng(0)
    for _ in range(400):
        center = rng.integers(0, side, 2).tolist()
        cv2.circle(labels, center, int(rng.integers(3, 40)), int(rng.integers(5, 9)), -1)
    return LabelDocument(labels, np.full(labels.shape, Origin.MODEL, np.uint8))


def flood_fill() -> list[Timings]:
    document = field_with_holes(8192)
    pyramid = LabelPyramid(document.labels)
    fill, undo = Timings("flood fill, undo step made", "150"), Timings("undo of it")
    mip, small = Timings("pyramid of it"), Timings("flood fill of a disc", "")

    def fill_at(point: Point) -> None:
        edit = document.begin_edit("Fill")
        paint_region(edit, label_region(document.labels, point), 4)
        edit.commit()

    for _ in range(TIMES):
        fill.measure(lambda: fill_at(Point(4000, 4000)))
        mip.measure(lambda: pyramid.update(document.rect))
        undo.measure(document.undo)
    is_disc = document.labels > 4
    row, column = np.argwhere(is_disc)[1000]
    for _ in range(TIMES):
        small.measure(lambda: fill_at(Point(float(column), float(row))))
        document.undo()
    return [fill, undo, mip, small]


def pre_label(width: int, height: int) -> list[Timings]:
    """A realistic prediction: blobs of 19 classes."""
    small = cv2.GaussianBlur(np.random.default_rng(0).random((height // 16, width // 16), np.float32), (0, 0), 3)
    smooth = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    labels = np.digitize(smooth, np.quantile(small, np.linspace(0, 1, 20)[1:-1])).astype(np.uint8)
    document = LabelDocument(np.full((height, width), 255, np.uint8), np.zeros((height, width), np.uint8))
    write, undo = Timings("pre-label, undo step made"), Timings("undo of it")
    counts = Timings("pixels of each class")

    def fill() -> None:
        edit = document.begin_edit("Pre-label", origin=Origin.MODEL)
        edit.write(document.rect, None, labels)
        edit.commit()

    for _ in range(TIMES):
        write.measure(fill)
        counts.measure(lambda: class_counts(document.labels))
        undo.measure(document.undo)
    document.redo()
    print(f"The step of {width} x {height} takes {document.history_byte_count / 1e6:.2f} MB.\n")
    return [write, undo, counts]


def main() -> None:
    print(table("A region of 50 megapixels in 8192 x 8192", flood_fill()))
    for width, height in ((480, 360), (1920, 1080), (8192, 8192)):
        print(table(f"Whole image, {width} x {height}", pre_label(width, height)))


if __name__ == "__main__":
    main()
