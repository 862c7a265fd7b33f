"""Breaks each promise on purpose, in a copy of the source, and looks whether its test notices.

    python -m benchmarks.faults.broken_promises [WORDS...]

With words only the promises that hold one of them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.faults.broken_source import changed, copied, passes
from benchmarks.faults.promises import PROMISES, Promise


def main() -> int:
    words = sys.argv[1:]
    promises = [each for each in PROMISES if not words or any(word in each.promise for word in words)]
    with tempfile.TemporaryDirectory(prefix="segstudio-promises-") as place:
        copy = copied(Path(place))
        if not passes(copy, *(promise.test for promise in promises)):
            print("The tests don't all pass, or some are skipped, before anything is broken.")
            return 1
        verdicts = [verdict_on(copy, promise) for promise in promises]
    print(f"{len(promises)} promises broken, {verdicts.count('noticed')} noticed")
    return int(verdicts.count("noticed") < len(promises))


def verdict_on(copy: Path, promise: Promise) -> str:
    """``noticed``: the test, which passes on the good source, fails on the broken one."""
    try:
        with changed(copy / promise.file, promise.good, promise.bad):
            verdict = "UNNOTICED" if passes(copy, promise.test) else "noticed"
    except ValueError:
        verdict = "UNCLEAR"
    print(f"{verdict:10} {promise.promise}", flush=True)
    return verdict


if __name__ == "__main__":
    sys.exit(main())
