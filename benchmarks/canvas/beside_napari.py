"""napari's Labels layer in the same run, started in an environment of its own."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).with_name("napari_labels.py")
_PATIENCE_S = 240


def napari_lines(python: Path | None, side: int) -> list[str]:
    """A table, or a sentence that says why there is none. ``python``: of an environment that has napari."""
    if python is None or not python.exists():
        return ["napari was not measured: give `--napari` the Python of an environment that has it."]
    command = [str(python), str(SCRIPT), str(side), "40", "500"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE_S, check=True)
        found = json.loads(done.stdout.splitlines()[-1])
    except (subprocess.SubprocessError, ValueError, IndexError) as error:
        return [f"napari could not be measured: {error}"]
    lines = [
        f"napari {found.pop('version')}, Labels layer at {side} x {side}, on the same display:",
        "",
        "| what | napari |",
        "| --- | --- |",
    ]
    return [*lines, *(f"| {name} | {median:.0f} / {worst:.0f} |" for name, (median, worst) in found.items())]
