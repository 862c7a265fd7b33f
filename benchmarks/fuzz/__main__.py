"""Fuzzes the readers of files that a stranger may have made, guided by coverage.

    pip install atheris
    python -m benchmarks.fuzz --seconds 60              # every target, one after the other
    python -m benchmarks.fuzz --seconds 600 coco cvat

Anything but a sentence for the user is a fault, and so are more than 5 seconds or a gigabyte for one input. What
was found is kept in ``tests/fuzz/corpus``, where a test reads it ever after.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]  # installed by those who fuzz

with atheris.instrument_imports(include=["segstudio"]):
    from benchmarks.fuzz.json_damage import damaged
    from benchmarks.fuzz.target import Target, try_target
    from benchmarks.fuzz.targets import all_targets

    TARGETS = all_targets()  # formats are imported when they are asked for

CORPUS = Path(__file__).resolve().parents[2] / "tests" / "fuzz" / "corpus"
LONGEST = 80_000
SECONDS_EACH = 5
"""Of the processor's time: on a busy machine an input may have to wait for longer than that."""
HANGS_AFTER_SECONDS = 600
"""By the clock: what waits for ever."""
MEGABYTES = 1600
"""A gigabyte for the input, and what Python, OpenCV and torch take themselves."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        fuzz(TARGETS[arguments.one], arguments.seconds)
    return sum(run_apart(name, arguments.seconds) for name in arguments.targets or TARGETS)


def run_apart(name: str, seconds: int) -> int:
    """libFuzzer ends the process it is in; 1 where a fault was found."""
    command = [sys.executable, "-m", "benchmarks.fuzz", "--one", name, "--seconds", str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    executed = [line for line in done.stderr.splitlines() if "number_of_executed_units" in line]
    inputs = executed[-1].split()[-1] if executed else "?"
    print(f"{name:18} {'fault' if done.returncode else 'clean'} {inputs:>9} inputs", flush=True)
    if done.returncode:
        print("\n".join(done.stderr.splitlines()[-40:]), flush=True)
    return int(done.returncode != 0)


def fuzz(target: Target, seconds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="segstudio-fuzz-") as place:
        corpus, work = Path(place) / "corpus", Path(place) / "work"
        corpus.mkdir()
        work.mkdir()
        for name, data in target.seeds(work).items():
            (corpus / Path(name).name).write_bytes(data)
        try_target(target, b"", work)
        kept = CORPUS / target.name
        kept.mkdir(parents=True, exist_ok=True)
        flags = [
            f"-max_total_time={seconds}",
            f"-timeout={HANGS_AFTER_SECONDS}",
            f"-rss_limit_mb={MEGABYTES}",
            f"-max_len={LONGEST}",
            f"-artifact_prefix={kept}/",
            "-print_final_stats=1",
        ]
        mutator = {"custom_mutator": mutated} if target.is_json else {}
        atheris.Setup([sys.argv[0], *flags, str(corpus)], lambda data: try_in_time(target, data, work), **mutator)
        atheris.Fuzz()


def try_in_time(target: Target, data: bytes, work: Path) -> None:
    """Raises: TimeoutError: it was too slow. And whatever ``try_target`` raises."""
    begun = time.process_time()
    try_target(target, data, work)
    if (taken := time.process_time() - begun) > SECONDS_EACH:
        raise TimeoutError(f"One input took {taken:.1f} seconds.")


def mutated(data: bytes, longest: int, seed: int) -> bytes:
    """Mostly JSON with a lie in it; now and then libFuzzer's own damage."""
    chance = random.Random(seed)
    if chance.random() < 0.3:
        return bytes(atheris.Mutate(data, longest))
    return damaged(data, chance)[:longest]


if __name__ == "__main__":
    sys.exit(main())
