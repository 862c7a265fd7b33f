"""The command as a user types it: help at once, one-sentence failures, exit codes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from segstudio.cli import main

COMMANDS = ("segment", "evaluate", "train", "convert", "project", "model", "doctor", "gui")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main.main([command, "--help"] if command else ["--help"])
    assert stopped.value.code == 0
    told = capsys.readouterr().out
    assert "segstudio" in told
    assert "Example" in told or not command


def test_help_imports_neither_torch_nor_qt_nor_opencv() -> None:
    script = (
        "import sys\nfrom segstudio.cli import main\n"
        "try:\n    main.main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('torch', 'PySide6', 'cv2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_wrong_call_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main.main(["segment"])
    assert stopped.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_failure_is_one_sentence_and_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["segment", "no such picture.png", "--output", "out"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "segstudio: no such picture.png: There is no such file or folder. Check the path.\n"
