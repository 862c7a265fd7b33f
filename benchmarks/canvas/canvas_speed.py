"""How long from a mouse event to the pixels on screen: our canvas beside a bare QPainter, in one run.

    python -m benchmarks.canvas.canvas_speed [--side 8192] [--platform offscreen|xcb] [--output results.md]

Under Xvfb: ``xvfb-run -s "-screen 0 1920x1200x24" python -m benchmarks.canvas.canvas_speed --platform xcb``.
An event is sent to the widget and the event loop runs until what it caused has been painted and flushed.
"""

from __future__ import annotations

import argparse
import gc
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, qRgba
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.canvas.bare_painter import BarePainter
from benchmarks.canvas.beside_napari import napari_lines
from segstudio.domain.arrays import unlabelled
from segstudio.domain.classes import LabelSet
from segstudio.domain.stroke import Brush
from segstudio.editing.change import DocumentChange
from segstudio.editing.document import LabelDocument
from segstudio.editing.journal import encode_change
from segstudio.gui.canvas.canvas_view import CanvasView
from segstudio.gui.canvas.label_display import DisplayMode

WIDTH, HEIGHT = 1920, 1080
CLASSES = 30
ZOOMS = (0.0, 0.125, 0.25, 0.5, 0.7, 1.0, 1.5, 2.0, 4.0, 16.0)

STROKES = ((40, 1.0, "1 / 4"), (40, 0.0, "1 / 4"), (500, 1.0, "8 / 16"), (500, 0.25, "8 / 16"))
"""Radius in image pixels, zoom (0 fits), wanted milliseconds at the median and the 99th percentile."""


@dataclass(frozen=True, slots=True)
class Row:
    """``ours`` and ``bare``: milliseconds; ``target`` where one is set."""

    what: str
    ours: str
    work: str
    target: str = ""
    bare: str = ""


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds that passed, and those of them that the window's thread was at work."""

    passed: float
    work: float


def main() -> None:
    arguments = _arguments()
    os.environ["QT_QPA_PLATFORM"] = arguments.platform
    load_before = os.getloadavg()[0]
    app = QApplication([])
    cv2.setNumThreads(2)
    rows = [*_rows(app, arguments.side), *_small_rows(app)]
    text = (
        _table(rows, arguments, load_before)
        + "\n"
        + "\n".join(napari_lines(arguments.napari, arguments.side))
        + "\n"
    )
    print(text)
    if arguments.output is not None:
        arguments.output.write_text(text, encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=8192)
    parser.add_argument("--platform", default="offscreen")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--napari", type=Path, help="the Python of an environment that has napari")
    return parser.parse_args()


def scene(side: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Noise as a picture and smooth patches of ``CLASSES`` classes."""
    random = np.random.default_rng(0)
    picture = random.integers(0, 255, (side, side, 3), np.uint8)
    coarse = random.integers(0, 255, (side // 64, side // 64), np.uint8)
    smooth = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)
    return picture, np.minimum(smooth // (256 // CLASSES + 1), CLASSES - 1).astype(np.uint8)


def _rows(app: QApplication, side: int) -> Iterator[Row]:
    rgb, labels = scene(side)
    canvas, document = _canvas(app, rgb, labels)
    bare = _bare(app, rgb, labels.copy())
    for radius, zoom, target in STROKES:
        _zoom_to(canvas, zoom)
        app.processEvents()
        ours = _stroke(app, canvas, document, radius)
        limit = _bare_stroke(app, bare, canvas, radius)
        name = f"brush of radius {radius}, zoom {_percent(canvas)}: a move"
        yield _row(name, ours.moves, target, limit)
        yield _row(f"… release (one undo step), zoom {_percent(canvas)}", ours.releases)
        yield _row(f"… undo or redo, zoom {_percent(canvas)}", ours.undos, "5 / 16")
    yield from _repaints(app, canvas, bare)
    yield from _colors(app, canvas)
    canvas.close()


def _small_rows(app: QApplication) -> Iterator[Row]:
    canvas, document = _canvas(app, *scene(1024))
    _zoom_to(canvas, 1.0)
    yield _row("brush of radius 40 at 1024 x 1024, zoom 100 %: a move", _stroke(app, canvas, document, 40).moves)
    canvas.close()


def _repaints(app: QApplication, canvas: CanvasView, bare: BarePainter) -> Iterator[Row]:
    for mode in DisplayMode:
        canvas.look.set_display(replace(canvas.look.display, mode=mode))
        for zoom in ZOOMS if mode is DisplayMode.FILL else (0.0, 1.0):
            _zoom_to(canvas, zoom)
            times = _timed(app, canvas.redraw)
            bare.look_like(canvas.view.scale, canvas.view.offset_x, canvas.view.offset_y)
            limit = _timed(app, bare.update)
            yield _row(f"everything drawn anew, {mode}, zoom {_percent(canvas)}", times, "10 (median)", limit)
    bare.hide()
    canvas.look.set_display(replace(canvas.look.display, mode=DisplayMode.FILL))
    for zoom in (0.25, 1.0):
        _zoom_to(canvas, zoom)
        times = _timed(app, _to_and_fro(canvas))
        yield _row(f"pan by a few pixels, zoom {_percent(canvas)}", times)


def _to_and_fro(canvas: CanvasView) -> Callable[[], None]:
    steps = iter(range(10_000))
    return lambda: canvas.show_view(canvas.view.panned(-9 if next(steps) % 20 < 10 else 9, 5))


def _colors(app: QApplication, canvas: CanvasView) -> Iterator[Row]:
    _zoom_to(canvas, 0.5)
    counts = iter(range(10_000))
    opacity = _timed(
        app, lambda: canvas.look.set_display(replace(canvas.look.display, opacity=0.3 + next(counts) % 5 / 10))
    )
    yield _row("another opacity", opacity, "16")
    hide = _timed(
        app, lambda: canvas.look.set_display(replace(canvas.look.display, hidden=frozenset({next(counts) % 9})))
    )
    yield _row("a class hidden", hide, "16")


@dataclass(frozen=True, slots=True)
class StrokeTimes:
    moves: list[Timing]
    releases: list[Timing]
    undos: list[Timing]


def _stroke(app: QApplication, canvas: CanvasView, document: LabelDocument, radius: int) -> StrokeTimes:
    canvas.tools.set_brush(Brush(2.0 * radius))
    times = StrokeTimes([], [], [])
    changes: list[DocumentChange] = []
    canvas.stroke_committed.connect(changes.append)
    for number in range(6):
        canvas.tools.set_active_class(number)
        path = list(_path(number))
        _send(app, canvas, QEvent.Type.MouseButtonPress, path[0])
        times.moves.extend(_send(app, canvas, QEvent.Type.MouseMove, place) for place in path[1:])
        times.releases.append(_send(app, canvas, QEvent.Type.MouseButtonRelease, path[-1]))
        _keep(changes[-1])
        for step in (document.undo, document.redo):
            start = _Clock()
            change = step()
            assert change is not None
            canvas.refresh(change.rect)
            app.processEvents()
            times.undos.append(start.timing())
    return times


def _keep(change: DocumentChange) -> None:
    """As the program's journal does on its lane, between two strokes."""
    keeping = Thread(target=encode_change, args=(change,))
    keeping.start()
    keeping.join()


def _bare_stroke(app: QApplication, bare: BarePainter, canvas: CanvasView, radius: int) -> list[Timing]:
    bare.use_radius(radius)
    bare.look_like(canvas.view.scale, canvas.view.offset_x, canvas.view.offset_y)
    app.processEvents()
    return [
        _send(app, bare, QEvent.Type.MouseMove, place) for number in range(4) for place in list(_path(number))[1:]
    ]


def _path(number: int) -> Iterator[QPointF]:
    """A wavy line through the window, eight pixels a move."""
    for step in range(120):
        yield QPointF(450 + step * 8, 340 + 60 * number + 90 * np.sin(step / 9 + number))


def _send(app: QApplication, widget: QWidget, kind: QEvent.Type, at: QPointF) -> Timing:
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
    event = QMouseEvent(kind, at, widget.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
    start = _Clock()
    app.sendEvent(widget, event)
    app.processEvents()
    return start.timing()


class _Clock:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self._passed, self._work = time.perf_counter(), time.thread_time()

    def timing(self) -> Timing:
        return Timing((time.perf_counter() - self._passed) * 1e3, (time.thread_time() - self._work) * 1e3)


def _timed(app: QApplication, act: Callable[[], None], count: int = 30) -> list[Timing]:
    times = []
    for _ in range(count):
        start = _Clock()
        act()
        app.processEvents()
        times.append(start.timing())
    return times[2:]


def _canvas(
    app: QApplication, rgb: NDArray[np.uint8], labels: NDArray[np.uint8]
) -> tuple[CanvasView, LabelDocument]:
    document = LabelDocument(labels, unlabelled(labels))
    canvas = CanvasView()
    canvas.resize(WIDTH, HEIGHT)
    canvas.content.show_image(rgb)
    canvas.content.show_document(document, LabelSet.from_names(f"class {number}" for number in range(CLASSES)))
    canvas.show()
    end = time.perf_counter() + 10.0
    while time.perf_counter() < end and not canvas.content.is_settled:
        app.processEvents()
    return canvas, document


def _bare(app: QApplication, rgb: NDArray[np.uint8], labels: NDArray[np.uint8]) -> BarePainter:
    colors = [
        qRgba(red, green, blue, 128)
        for red, green, blue in LabelSet.from_names(map(str, range(CLASSES))).color_table().tolist()
    ]
    bare = BarePainter(rgb, labels, colors)
    bare.resize(WIDTH, HEIGHT)
    bare.show()
    app.processEvents()
    return bare


def _zoom_to(canvas: CanvasView, zoom: float) -> None:
    """``zoom`` 0 fits the picture into the window."""
    canvas.views.fit()
    if zoom:
        canvas.show_view(canvas.view.zoomed(zoom, WIDTH / 2 + 0.3, HEIGHT / 2 + 0.7))


def _percent(canvas: CanvasView) -> str:
    return f"{canvas.view.scale * 100:.3g} %"


def _row(what: str, times: list[Timing], target: str = "", bare: list[Timing] | None = None) -> Row:
    gc.collect()
    work = float(np.median([timing.work for timing in times]))
    return Row(what, _words(times), f"{work:.2f}", target, "" if bare is None else _words(bare))


def _words(times: list[Timing]) -> str:
    passed = [timing.passed for timing in times]
    return f"{np.median(passed):.2f} / {np.percentile(passed, 99):.2f}"


def _table(rows: list[Row], arguments: argparse.Namespace, load_before: float) -> str:
    lines = [
        f"# The canvas at {arguments.side} x {arguments.side}, {CLASSES} classes, in {WIDTH} x {HEIGHT}",
        "",
        f"Milliseconds, median / 99th percentile; platform {arguments.platform}, {os.cpu_count()} cores, "
        f"load before and after {load_before:.1f} and {os.getloadavg()[0]:.1f} (alone it is about 1).",
        "",
        '"Work" is the median of what the window\'s own thread computed; '
        "on a busy machine up to twice what it takes on a free core.",
        "",
        "| what | ours | work | wanted | bare QPainter |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [f"| {row.what} | {row.ours} | {row.work} | {row.target} | {row.bare} |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
