"""What happens right after the window's first paint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from segstudio.gui.main_window import MainWindow
from segstudio.gui.torch_start import start_torch
from segstudio.services.jobs import Lane, Urgency
from segstudio.services.opening import open_sample


def begin(
    window: MainWindow,
    path: Path | None,
    *,
    opens_sample: bool = False,
    on_started: Callable[[], None] | None = None,
) -> None:
    """Open what was asked for, and bring torch in meanwhile, ahead of anything that needs it.

    ``on_started`` follows when torch is in, or has failed to come.
    """
    studio = window.studio

    def on_error(error: Exception) -> None:
        studio.workspace.announce_failure("The engine could not be started.", error)
        end()

    def end() -> None:
        if on_started is not None:
            on_started()

    studio.jobs.submit(
        Lane.DEVICE,
        "Starting the engine",
        start_torch,
        on_result=lambda _nothing: end(),
        on_error=on_error,
        urgency=Urgency.NOW,
    )
    if path is not None:
        window.open_path(path)
    elif opens_sample:
        studio.workspace.open_with("Opening the sample project", open_sample)
