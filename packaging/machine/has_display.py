"""Exit code 0 where a window can be shown. Standard library only: it runs before anything is installed."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path


def has_display() -> bool:
    if sys.platform == "win32":
        return True
    if sys.platform == "darwin":
        return (
            "Aqua"
            in subprocess.run(["launchctl", "managername"], capture_output=True, text=True, check=False).stdout
        )
    return _wayland_answers(os.environ.get("WAYLAND_DISPLAY", "")) or _x_answers(os.environ.get("DISPLAY", ""))


def _wayland_answers(name: str) -> bool:
    return bool(name) and _connects(str(Path(os.environ.get("XDG_RUNTIME_DIR", "/run")) / name))


def _x_answers(display: str) -> bool:
    found = re.fullmatch(r"([^:]*):(\d+)(?:\.\d+)?", display)
    if found is None:
        return False
    host, number = found[1], int(found[2])
    if host in ("", "unix"):
        return _connects(f"/tmp/.X11-unix/X{number}") or _connects(f"\0/tmp/.X11-unix/X{number}")
    try:
        with socket.create_connection((host, 6000 + number), timeout=3):
            return True
    except OSError:
        return False


def _connects(address: str) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(3)
        try:
            line.connect(address)
        except OSError:
            return False
        return True


if __name__ == "__main__":
    sys.exit(not has_display())
