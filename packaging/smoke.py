"""Try the built program: segment a picture on the console, open and close the window. `make smoke` calls it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
PICTURE = REPOSITORY / "resources" / "sample" / "images" / "01-sunny-street.jpg"
TIMEOUT_S = 300


def main(folder: Path) -> int:
    """Each step prints what it does; the first that fails ends it with a message."""
    console = (
        _program(folder, "segstudio") if sys.platform.startswith("linux") else _program(folder, "segstudio-cli")
    )
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        version = _run([console, "--version"], home)
        print(f"console: {version.strip()}")
        masks = home / "masks"
        print("console:", _run([console, "segment", PICTURE, "--output", masks, "--device", "cpu"], home).strip())
        mask = masks / f"{PICTURE.stem}.png"
        if not mask.is_file() or not mask.read_bytes().startswith(b"\x89PNG"):
            raise SystemExit(f"The console program wrote no mask at {mask}.")
        # A copy, because opening a picture makes a project beside its folder.
        picture = home / "pictures" / PICTURE.name
        picture.parent.mkdir()
        shutil.copyfile(PICTURE, picture)
        _run([_program(folder, "SegStudio"), "--smoke", picture], home)
        print("window: opened on a picture and closed")
    print("The built program works.")
    return 0


def _program(folder: Path, name: str) -> Path:
    path = folder / (f"{name}.exe" if sys.platform == "win32" else name)
    if not path.is_file():
        raise SystemExit(f"{path} is not there. Build it first: make package")
    return path.resolve()


def _run(command: list[str | Path], home: Path) -> str:
    """The output of a program that must succeed, away from the user's own settings and this Python's packages."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    environment |= {"QT_QPA_PLATFORM": "offscreen", "SEGSTUDIO_HOME": str(home / "own")}
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=home, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
