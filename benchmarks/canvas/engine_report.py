"""Runs all of the engine's benchmarks and keeps their tables.  python -m benchmarks.canvas.engine_report

Writes benchmarks/canvas/engine_results.md, with the machine and how busy it was.
"""

from __future__ import annotations

import contextlib
import io
import os
import platform
from datetime import date
from pathlib import Path

import cv2
import numpy as np

from benchmarks.canvas import engine_huge_edits, engine_strokes, engine_tools

RESULTS = Path(__file__).with_name("engine_results.md")


def machine() -> str:
    """Processor, cores, versions, and the load before the run: well below 1 or the clock's times mean little."""
    model = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return (
        f"{date.today().isoformat()}, {model}, {os.cpu_count()} cores, load before {load}; Python"
        f" {platform.python_version()}, numpy {np.__version__}, OpenCV {cv2.__version__}"
    )


def main() -> None:
    head = f"# The editing engine, without a screen\n\n{machine()}. Written by `engine_report.py`.\n\n"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for benchmark in (engine_strokes, engine_huge_edits, engine_tools):
            benchmark.main()
    RESULTS.write_text(head + printed.getvalue(), encoding="utf-8")
    print(RESULTS)


if __name__ == "__main__":
    main()
