"""What a run was measured with: lines of different settings never end up in one table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.effort.hand import Hand
from benchmarks.effort.pictures import Picture
from segstudio.domain.errors import SegStudioError


def require_same_settings(
    output: Path, model: Path, pictures: Sequence[Picture], *, every: int, steps: int | None
) -> None:
    """Makes ``output``, or checks that what lies there was begun with the same settings. Raises: SegStudioError."""
    settings = {
        "model": hashlib.sha256(model.read_bytes()).hexdigest(),
        "images": [picture.name for picture in pictures],
        "hand": json.loads(json.dumps(asdict(Hand()))),
        "every": every,
        "steps": steps,
    }
    file = output / "settings.json"
    if file.is_file():
        if json.loads(file.read_text(encoding="utf-8")) != settings:
            raise SegStudioError(
                f"{output} was begun with another model, other images or another hand. Choose another --output."
            )
        return
    output.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(settings, indent=1), encoding="utf-8")
