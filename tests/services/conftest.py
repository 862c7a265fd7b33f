"""The studio that these tests talk to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.sitting import Sitting


@pytest.fixture
def sitting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sitting]:
    """A studio with a small model and three small pictures, its own settings folder, nothing open yet."""
    monkeypatch.setenv("SEGSTUDIO_HOME", str(tmp_path / "home"))
    sitting = Sitting(tmp_path)
    yield sitting
    sitting.close()
    assert sitting.failures == []
