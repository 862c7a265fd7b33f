"""Breaks each format on purpose, in a copy of the source, and looks whether a test notices.

    python -m benchmarks.formats.broken_formats [FORMAT...]

Two kinds: the same six mistakes around every format's writer, reader, and both (``distortions.py``), and mistakes
inside its own code (``mutations.py``). The formats' tests must fail for each.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.faults.broken_source import changed, copied, passes
from benchmarks.formats.distortions import DISTORTIONS, SIDES
from benchmarks.formats.mutations import MUTATIONS, Mutation
from segstudio.formats.names import OWN_MODULES

TESTS = ("tests/formats/test_as_specified.py", "tests/formats/test_every_format.py")
FORMATS = Path("segstudio/formats")
DISTORTED = """

from benchmarks.formats.distortions import distorted

FORMAT = distorted(FORMAT, {what!r}, {side!r})
"""


def main() -> int:
    names = sys.argv[1:] or list(OWN_MODULES)
    with tempfile.TemporaryDirectory(prefix="segstudio-formats-") as place:
        copy = copied(Path(place))
        unnoticed = [name for name in names if not is_watched(copy, name)]
    print(f"{len(names) - len(unnoticed)} of {len(names)} formats notice every mistake", flush=True)
    return 1 if unnoticed else 0


def is_watched(copy: Path, name: str) -> bool:
    """Prints a line of the table: how many of each kind of mistake were noticed."""
    if not are_green(copy, name):
        print(f"| {name} | the tests don't pass before anything is broken |", flush=True)
        return False
    around = [(what, side) for what in DISTORTIONS for side in SIDES]
    inside = [mutation for mutation in MUTATIONS if mutation.format_name == name]
    wrong = [f"{what} ({side})" for what, side in around if not is_distortion_noticed(copy, name, what, side)]
    wrong += [mutation.what for mutation in inside if not is_mutation_noticed(copy, mutation)]
    total = len(around) + len(inside)
    print(f"| {name} | {total} | {total - len(wrong)} | {'; '.join(wrong)} |", flush=True)
    return not wrong


def is_distortion_noticed(copy: Path, name: str, what: str, side: str) -> bool:
    file = copy / FORMATS / f"{OWN_MODULES[name]}.py"
    good = file.read_text()
    with changed(file, good, good + DISTORTED.format(what=what, side=side)):
        return not are_green(copy, name)


def is_mutation_noticed(copy: Path, mutation: Mutation) -> bool:
    with changed(copy / FORMATS / mutation.file, mutation.good, mutation.bad):
        return not are_green(copy, mutation.format_name)


def are_green(copy: Path, name: str) -> bool:
    return passes(copy, TESTS[0]) and passes(copy, TESTS[1], "-k", name)


if __name__ == "__main__":
    sys.exit(main())
