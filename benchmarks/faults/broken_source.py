"""A copy of the source that can be broken on purpose, and its tests, run in it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import cv2  # noqa: F401  for the children, as the next lines
import hypothesis.extra.numpy  # noqa: F401
import pytest
import torch  # noqa: F401
import yaml  # noqa: F401
from PIL import PngImagePlugin  # noqa: F401
from pycocotools import mask  # noqa: F401

REPOSITORY = Path(__file__).resolve().parents[2]
COPIED = ("segstudio", "tests", "benchmarks", "models", "pyproject.toml")


def copied(copy: Path) -> Path:
    """Returns: ``copy``, an empty folder before."""
    for name in COPIED:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, copy / name)
    return copy


@contextmanager
def changed(file: Path, good: str, bad: str) -> Iterator[None]:
    """Raises: ValueError: ``good`` isn't in it once."""
    text = file.read_text()
    if text.count(good) != 1:
        raise ValueError(f"{good!r} is {text.count(good)} times in {file.name}, not once.")
    file.write_text(text.replace(good, bad))
    try:
        yield
    finally:
        file.write_text(text)


def passes(copy: Path, *words: str) -> bool:
    """Whether these tests pass and none is skipped. Raises: SystemExit: they can't be run.

    In a child that has the libraries already, but nothing of SegStudio: they take longer than most tests. Without
    plugins and their settings, which would, too.
    """
    report = copy / "pytest.log"
    pid = os.fork()
    if pid == 0:
        os._exit(_run_tests(copy, report, *words))
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    printed = report.read_text(errors="replace")
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise SystemExit(f"{words} could not be run (exit code {code}):\n{printed[-3000:]}")
    return code == pytest.ExitCode.OK and " skipped" not in printed.splitlines()[-1]


def _run_tests(copy: Path, report: Path, *words: str) -> int:
    for name in [each for each in sys.modules if each.split(".")[0] in ("segstudio", "benchmarks")]:
        del sys.modules[name]
    os.chdir(copy)
    os.environ.update(PYTHONPATH=str(copy), PYTHONDONTWRITEBYTECODE="1", PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    sys.path[:] = [str(copy), *(each for each in sys.path if Path(each or ".").resolve() != REPOSITORY)]
    sys.dont_write_bytecode = True
    settings = copy / "nothing.ini"
    settings.touch()
    fixed = ["-q", "-x", "-p", "no:cacheprovider", "-c", str(settings), "--rootdir", str(copy)]
    with report.open("w") as file, redirect_stdout(file), redirect_stderr(file):
        try:
            return int(pytest.main([*fixed, *words]))
        except BaseException:  # whatever a broken module does, a child must not go on as its parent
            return pytest.ExitCode.INTERNAL_ERROR
