"""Breaks each format on purpose, in a copy of the source, and looks whether a test notices.

    python -m benchmarks.formats.broken_formats [FORMAT...]

Two kinds: the same six mistakes around every format's writer, reader, and both (``distortions.py``), and mistakes
inside its own code (``mutations.py``). The formats' tests must fail for each.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import cv2  # noqa: F401  for the children
import hypothesis.extra.numpy  # noqa: F401
import pytest
import yaml  # noqa: F401
from PIL import PngImagePlugin  # noqa: F401
from pycocotools import mask  # noqa: F401

from benchmarks.faults.broken_promises import COPIED, REPOSITORY
from benchmarks.formats.distortions import DISTORTIONS, SIDES
from benchmarks.formats.mutations import MUTATIONS
from segstudio.formats.names import OWN_MODULES

TESTS = ("tests/formats/test_as_specified.py", "tests/formats/test_every_format.py")
FORMATS = Path("segstudio/formats")


def main() -> int:
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    names = sys.argv[1:] or list(OWN_MODULES)
    with tempfile.TemporaryDirectory(prefix="segstudio-formats-") as place:
        copy = copied(Path(place))
        unnoticed = [name for name in names if not is_watched(copy, name)]
    print(f"{len(names) - len(unnoticed)} of {len(names)} formats notice every mistake", flush=True)
    return 1 if unnoticed else 0


def copied(copy: Path) -> Path:
    for name in COPIED:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, copy / name)
    return copy


def is_watched(copy: Path, name: str) -> bool:
    """Prints a line of the table: how many of each kind of mistake were noticed."""
    if not are_green(copy, name):
        print(f"| {name} | the tests don't pass before anything is broken |", flush=True)
        return False
    wrong = [
        f"{what} ({side})"
        for what in DISTORTIONS
        for side in SIDES
        if not is_distortion_noticed(copy, name, what, side)
    ]
    own = [mutation for mutation in MUTATIONS if mutation.format_name == name]
    wrong += [
        mutation.what
        for mutation in own
        if not is_mutation_noticed(copy, name, mutation.file, mutation.good, mutation.bad)
    ]
    total = len(DISTORTIONS) * len(SIDES) + len(own)
    print(f"| {name} | {total} | {total - len(wrong)} | {'; '.join(wrong)} |", flush=True)
    return not wrong


def is_distortion_noticed(copy: Path, name: str, what: str, side: str) -> bool:
    file = copy / FORMATS / f"{OWN_MODULES[name]}.py"
    words = f"""

from benchmarks.formats.distortions import distorted

FORMAT = distorted(FORMAT, {what!r}, {side!r})
"""
    with changed(file, file.read_text() + words):
        return not are_green(copy, name)


def is_mutation_noticed(copy: Path, name: str, file: str, good: str, bad: str) -> bool:
    text = (copy / FORMATS / file).read_text()
    if text.count(good) != 1:
        raise SystemExit(f"{good!r} is {text.count(good)} times in {file}, not once.")
    with changed(copy / FORMATS / file, text.replace(good, bad)):
        return not are_green(copy, name)


@contextmanager
def changed(file: Path, text: str) -> Iterator[None]:
    before = file.read_text()
    file.write_text(text)
    try:
        yield
    finally:
        file.write_text(before)


def are_green(copy: Path, name: str) -> bool:
    return _passes(copy, TESTS[0]) and _passes(copy, TESTS[1], "-k", name)


def _passes(copy: Path, *words: str) -> bool:
    """In a child that has the libraries already, but nothing of SegStudio: they take longer than the tests."""
    pid = os.fork()
    if pid == 0:
        os._exit(_run_tests(copy, *words))
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise SystemExit(f"{words} could not be run (exit code {code}).")
    return code == pytest.ExitCode.OK


def _run_tests(copy: Path, *words: str) -> int:
    for name in [each for each in sys.modules if each.split(".")[0] in ("segstudio", "benchmarks")]:
        del sys.modules[name]
    os.chdir(copy)
    sys.path[:] = [str(copy), *(each for each in sys.path if Path(each or ".").resolve() != REPOSITORY)]
    sys.dont_write_bytecode = True
    settings = copy / "nothing.ini"
    settings.touch()
    fixed = ["-q", "-x", "-p", "no:cacheprovider", "-c", str(settings), "--rootdir", str(copy)]
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        try:
            return int(pytest.main([*fixed, *words]))
        except BaseException:  # whatever a broken module does, a child must not go on as its parent
            return pytest.ExitCode.INTERNAL_ERROR


if __name__ == "__main__":
    sys.exit(main())
