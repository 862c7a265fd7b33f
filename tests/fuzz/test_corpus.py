"""Files that a fuzzer found, or that lie in a way of their own, read again with every reader they were made for."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from benchmarks.fuzz.json_damage import damaged
from benchmarks.fuzz.target import try_target
from benchmarks.fuzz.targets import all_targets

CORPUS = Path(__file__).parent / "corpus"
TARGETS = all_targets()
CASES = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*") if path.is_file())


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_file_is_a_sentence_within_five_seconds(tmp_path: Path, case: str) -> None:
    target = TARGETS[case.split("/", maxsplit=1)[0]]
    started = time.process_time()
    try_target(target, (CORPUS / case).read_bytes(), tmp_path)
    assert time.process_time() - started < 20


@pytest.mark.parametrize("name", TARGETS)
def test_what_honest_writers_made_is_read_without_a_fault(tmp_path: Path, name: str) -> None:
    for data in TARGETS[name].seeds(tmp_path).values():
        try_target(TARGETS[name], data, tmp_path)


@pytest.mark.parametrize("name", [name for name, target in TARGETS.items() if target.is_json])
def test_lies_in_json_are_a_sentence(tmp_path: Path, name: str) -> None:
    chance = random.Random(5)
    (data,) = TARGETS[name].seeds(tmp_path).values()
    data = data.replace(json.dumps(str(tmp_path)).encode()[1:-1], b"/a/folder")  # the same lies in every run
    for _ in range(40):
        try_target(TARGETS[name], damaged(data, chance), tmp_path)
