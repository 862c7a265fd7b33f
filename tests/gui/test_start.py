"""The start: a sentence where no window can be, torch after the first paint, nothing heavy before it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from segstudio.gui import display_check

REPOSITORY = Path(__file__).resolve().parents[2]


def start(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **environment},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_without_a_display_there_is_a_sentence_and_exit_code_1() -> None:
    done = start(
        "import sys; from segstudio.gui.app import run; sys.exit(run([]))",
        DISPLAY="",
        WAYLAND_DISPLAY="",
        QT_QPA_PLATFORM="",
    )
    assert done.returncode == 1
    assert "There is no display" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_a_display_that_does_not_answer_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    assert "does not answer" in display_check.why_no_window()


def test_the_window_is_made_without_torch_and_without_pyqtgraph() -> None:
    done = start(
        "import sys, segstudio.gui.main_window; print([n for n in ('torch', 'pyqtgraph') if n in sys.modules])",
        QT_QPA_PLATFORM="offscreen",
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_torch_comes_after_the_window(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "benchmarks" / "startup" / "probe.py"), "segstudio", str(report), "150"],
        env={
            **os.environ,
            "STARTED": "0",
            "STOP_WHEN_LOADED": "1",
            "QT_QPA_PLATFORM": "offscreen",
            "SEGSTUDIO_HOME": str(tmp_path),
            "PYTHONPATH": str(REPOSITORY),
        },
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(report.read_text())
    assert figures["loaded_s"] > figures["usable_s"]
