"""What a repair found and did."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class RepairReport:
    """What a repair did, one sentence each; ``unsolved`` needs a person."""

    done: list[str] = field(default_factory=list)
    unsolved: list[str] = field(default_factory=list)
    images: int = 0
    labelled: int = 0
