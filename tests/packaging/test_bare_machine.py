"""What `make run` and `make test` do on a machine where things are missing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
MACHINE = REPOSITORY / "packaging" / "machine"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="shell scripts: Windows has packaging/run.ps1")


def has_display(**environment: str) -> bool:
    clean = {key: value for key, value in os.environ.items() if key not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    command = [sys.executable, str(MACHINE / "has_display.py")]
    done = subprocess.run(command, env=clean | environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a Mac's display isn't told by variables")
@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"DISPLAY": ""},
        {"DISPLAY": ":4711"},
        {"DISPLAY": "nonsense"},
        {"DISPLAY": "127.0.0.1:4711"},
        {"WAYLAND_DISPLAY": "wayland-4711", "XDG_RUNTIME_DIR": "/nowhere"},
    ],
)
def test_a_display_that_does_not_answer_is_none(environment: dict[str, str]) -> None:
    assert not has_display(**environment)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a Mac's display isn't told by variables")
def test_a_display_that_answers_is_found(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as wayland:
        wayland.bind(str(tmp_path / "wayland-0"))
        wayland.listen()
        assert has_display(WAYLAND_DISPLAY="wayland-0", XDG_RUNTIME_DIR=str(tmp_path))


class FakeMachine:
    """A folder of commands that write down what they were asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        for name in ("mktemp", "rm", "tail", "dirname"):
            (folder / name).symlink_to(f"/usr/bin/{name}" if Path(f"/usr/bin/{name}").exists() else f"/bin/{name}")

    def command(self, name: str, script: str) -> None:
        path = self.folder / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.log}"\n{script}\n')
        path.chmod(0o755)

    def packages(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = ["/bin/sh", str(MACHINE / "packages.sh"), "Libraries are missing", *words]
        return subprocess.run(
            command, env={"PATH": str(self.folder)}, capture_output=True, text=True, check=False, timeout=30
        )

    @property
    def calls(self) -> list[str]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if not line.startswith("id ")]


@pytest.fixture
def machine(tmp_path: Path) -> FakeMachine:
    return FakeMachine(tmp_path)


def test_without_rights_the_exact_line_is_printed(machine: FakeMachine) -> None:
    machine.command("id", "echo 1000")
    machine.command("apt-get", "exit 9")
    done = machine.packages("libegl1", "xvfb")
    assert done.returncode == 1
    assert "sudo apt-get update && sudo apt-get install -y libegl1 xvfb" in done.stderr
    assert machine.calls == []


def test_sudo_that_asks_for_a_password_is_not_used(machine: FakeMachine) -> None:
    machine.command("id", "echo 1000")
    machine.command("sudo", "exit 1")
    machine.command("apt-get", "exit 9")
    done = machine.packages("libegl1")
    assert done.returncode == 1
    assert "sudo apt-get install -y libegl1" in done.stderr
    assert machine.calls == ["sudo -n true"]


def test_root_installs(machine: FakeMachine) -> None:
    machine.command("id", "echo 0")
    machine.command("apt-get", "exit 0")
    assert machine.packages("libegl1", "xvfb").returncode == 0
    assert machine.calls == ["apt-get install -y --no-install-recommends libegl1 xvfb"]


def test_old_package_lists_are_renewed_once(machine: FakeMachine) -> None:
    machine.command("id", "echo 0")
    renewed = machine.folder / "renewed"
    machine.command("apt-get", f'[ "$1" = update ] && : >"{renewed}" && exit 0\n[ -e "{renewed}" ]')
    assert machine.packages("libegl1").returncode == 0
    assert [call.split()[1] for call in machine.calls] == ["install", "update", "install"]


def test_an_installation_that_fails_shows_why(machine: FakeMachine) -> None:
    machine.command("id", "echo 0")
    machine.command("apt-get", "echo 'E: no space left'; exit 100")
    done = machine.packages("libegl1")
    assert done.returncode == 1
    assert "no space left" in done.stderr


def test_a_system_without_apt_is_told_what_to_install(machine: FakeMachine) -> None:
    machine.command("id", "echo 0")
    done = machine.packages("libegl1")
    assert done.returncode == 1
    assert "libegl1" in done.stderr


def test_without_a_python_that_is_new_enough_the_line_to_type_is_printed(machine: FakeMachine) -> None:
    machine.command("python3", "exit 1")
    done = subprocess.run(
        ["/bin/sh", str(MACHINE / "python.sh")],
        env={"PATH": str(machine.folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Python 3.11 or newer" in done.stderr
    assert "sudo apt-get install -y python3 python3-venv" in done.stderr


def test_qt_is_hidden_from_a_python_and_from_those_it_starts() -> None:
    script = (
        "import importlib.util, subprocess, sys\n"
        "import numpy\n"
        "assert importlib.util.find_spec('PySide6') is None\n"
        "try:\n    import PySide6\nexcept ModuleNotFoundError:\n    pass\nelse:\n    sys.exit('found')\n"
        "child = 'import importlib.util as u, sys; sys.exit(u.find_spec(\"pyqtgraph\") is not None)'\n"
        "sys.exit(subprocess.run([sys.executable, '-c', child]).returncode)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "tests" / "without_qt")}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
