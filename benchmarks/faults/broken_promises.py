"""Breaks each promise on purpose, in a copy of the source, and looks whether its test notices.

python -m benchmarks.faults.broken_promises
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.faults.promises import PROMISES, Promise

REPOSITORY = Path(__file__).resolve().parents[2]
COPIED = ("segstudio", "tests", "benchmarks", "models", "pyproject.toml")


def main() -> int:
    unnoticed = 0
    with tempfile.TemporaryDirectory(prefix="segstudio-promises-") as place:
        copy = Path(place)
        for name in COPIED:
            source = REPOSITORY / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(source, copy / name)
        if not passes(copy, *(promise.test for promise in PROMISES)):
            print("The tests don't all pass, or some are skipped, before anything is broken.")
            return 1
        for promise in PROMISES:
            verdict = try_broken(copy, promise)
            unnoticed += verdict != "noticed"
            print(f"{verdict:10} {promise.promise}", flush=True)
    print(f"{len(PROMISES)} promises broken, {len(PROMISES) - unnoticed} noticed")
    return 1 if unnoticed else 0


def try_broken(copy: Path, promise: Promise) -> str:
    """``noticed``: the test, which passes on the good source, fails on the broken one."""
    file = copy / promise.file
    good = file.read_text()
    if good.count(promise.good) != 1:
        return "UNCLEAR"
    file.write_text(good.replace(promise.good, promise.bad))
    try:
        return "UNNOTICED" if passes(copy, promise.test) else "noticed"
    finally:
        file.write_text(good)


def passes(copy: Path, *tests: str) -> bool:
    """Without plugins and their settings, which take longer to load than most of these tests to run."""
    settings = copy / "nothing.ini"
    settings.touch()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-c", settings, "--rootdir", copy, *tests],
        cwd=copy,
        env={
            **os.environ,
            "PYTHONPATH": str(copy),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"{tests} could not be run:\n{done.stdout}{done.stderr}")
    return done.returncode == 0 and "skipped" not in done.stdout


if __name__ == "__main__":
    sys.exit(main())
