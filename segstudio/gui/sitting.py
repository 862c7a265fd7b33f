"""What happens right after the window's first paint."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QTimer

from segstudio.gui.main_window import MainWindow
from segstudio.gui.torch_start import start_torch, start_training, switch_briskly

SLICES = (
    "numpy",
    "cv2",
    "segstudio.domain.changes",
    "segstudio.formats.image_files",
    "segstudio.store.project_store",
    "segstudio.editing.document",
    "segstudio.services.opening",
    "segstudio.services.workspace",
    "segstudio.services.fine_tuning",
    "segstudio.services.project_transfer",
    "segstudio.services.studio",
    "segstudio.gui.canvas.toolbox",
    "segstudio.gui.canvas.canvas_view",
    "segstudio.gui.panels.image_list",
    "segstudio.gui.furnishing",
)
"""What the furnishing needs, in pieces that leave the window time to answer in between."""

_END = object()


def furnish_in_slices(window: MainWindow, on_furnished: Callable[[], None]) -> None:
    """Import one piece each time the event loop turns, then furnish the window."""
    turns = _turns(window)

    def step() -> None:
        if next(turns, _END) is _END:
            on_furnished()
        else:
            QTimer.singleShot(0, window, step)

    step()


def _turns(window: MainWindow) -> Iterator[None]:
    for name in SLICES:
        importlib.import_module(name)
        yield
    yield from window.furnishing()


def begin(
    window: MainWindow,
    paths: Sequence[Path],
    *,
    opens_sample: bool = False,
    on_started: Callable[[], None] | None = None,
) -> None:
    """Open what was asked for, and bring torch in meanwhile, ahead of anything that needs it.

    What training needs follows when nothing more urgent waits; then ``on_started``, also where something failed.
    """
    # Loaded with the furnishing, after the first paint.
    from segstudio.services.jobs import Lane, Urgency
    from segstudio.services.sample_project import open_sample

    studio = window.studio
    switch_briskly()

    def on_error(error: Exception) -> None:
        studio.workspace.announce_failure("The engine could not be started.", error)
        end()

    def prepare_training() -> None:
        studio.jobs.submit(
            Lane.DEVICE,
            "Getting ready to learn",
            start_training,
            on_result=lambda _nothing: end(),
            on_error=lambda _error: end(),  # a training that is asked for says it
            urgency=Urgency.BACKGROUND,
        )

    def end() -> None:
        if on_started is not None:
            on_started()

    studio.jobs.submit(
        Lane.DEVICE,
        "Starting the engine",
        start_torch,
        on_result=lambda _nothing: prepare_training(),
        on_error=on_error,
        urgency=Urgency.NOW,
    )
    if paths:
        window.open_paths(paths)
    elif opens_sample:
        studio.workspace.open_with("Opening the sample project", open_sample)
