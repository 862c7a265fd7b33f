"""Prints how long the window takes to be shown and usable, and the longest stall while the engine starts.

``python -m benchmarks.startup [--runs N] [--labelme VENV]``; needs a display (``xvfb-run`` gives one), or measures
offscreen. The first run of each program, which warms the disk cache, is not counted; the table gives medians.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROBE = Path(__file__).with_name("probe.py")
FIGURES = ("shown_s", "usable_s", "loaded_s", "longest_stall_s")


def measure(python: Path, program: str, arguments: list[str], seconds: float) -> dict[str, float]:
    """One start of ``program`` in a new process with a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        report = Path(home) / "report.json"
        environment = {
            **os.environ,
            "STARTED": repr(time.time()),
            "SEGSTUDIO_HOME": home,
            "PYTHONPATH": str(PROBE.parents[2]) if program == "segstudio" else "",
        }
        if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            environment["QT_QPA_PLATFORM"] = "offscreen"
        command = [str(python), str(PROBE), program, str(report), str(seconds), *arguments]
        subprocess.run(command, env=environment, check=True, timeout=120, capture_output=True)
        figures: dict[str, float] = json.loads(report.read_text(encoding="utf-8"))
        return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=6.0, help="how long each window stays open")
    parser.add_argument("--labelme", type=Path, help="a virtual environment with labelme")
    parser.add_argument("--path", type=Path, help="also open this in SegStudio")
    chosen = parser.parse_args()
    here = Path(sys.executable)
    programs: list[tuple[str, Path, str, list[str]]] = [
        ("bare PySide6 window", here, "bare", []),
        ("SegStudio", here, "segstudio", []),
    ]
    if chosen.path is not None:
        programs.append((f"SegStudio {chosen.path.name}", here, "segstudio", [str(chosen.path)]))
    if chosen.labelme is not None:
        programs.append(("labelme", chosen.labelme / "bin" / "python", "labelme", []))
    print(f"{'program':<28}{'shown':>9}{'usable':>9}{'engine in':>12}{'longest stall':>16}   seconds, median")
    for words, python, program, arguments in programs:
        runs = [measure(python, program, arguments, chosen.seconds) for _ in range(chosen.runs + 1)][1:]
        cells = [statistics.median(values) if (values := _known(runs, name)) else None for name in FIGURES]
        texts = ["-" if value is None else f"{value:.3f}" for value in cells]
        worst = max(run["longest_stall_s"] for run in runs)
        print(f"{words:<28}{texts[0]:>9}{texts[1]:>9}{texts[2]:>12}{texts[3]:>16}   worst stall {worst:.3f}")


def _known(runs: list[dict[str, float]], name: str) -> list[float]:
    return [run[name] for run in runs if run[name] is not None]


if __name__ == "__main__":
    main()
