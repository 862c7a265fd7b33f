"""What is fuzzed: every reader of a file that a stranger may have made. Each may only raise a whole sentence."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.fuzz.format_targets import format_targets
from benchmarks.fuzz.model_targets import model_targets
from benchmarks.fuzz.project_targets import project_targets
from benchmarks.fuzz.target import Target


def all_targets() -> Mapping[str, Target]:
    """By name."""
    return {target.name: target for target in (*format_targets(), *model_targets(), *project_targets())}
