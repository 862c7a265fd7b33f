"""Shares of the classes in a label map."""

from __future__ import annotations

import numpy as np
import pytest

from segstudio.domain.errors import CancelledError
from segstudio.domain.task import Task
from segstudio.services.class_shares import PIXELS_AT_ONCE, class_shares


def test_shares_are_of_all_pixels_over_every_band() -> None:
    labels = np.zeros((PIXELS_AT_ONCE // 512 * 2 + 5, 512), np.uint8)
    labels[-1] = 7
    shares = class_shares(labels, Task())
    assert set(shares) == {0, 7}
    assert shares[7] == pytest.approx(512 / labels.size)
    assert sum(shares.values()) == pytest.approx(1.0)


def test_counting_can_be_stopped() -> None:
    task: Task[object] = Task()
    task.stop()
    with pytest.raises(CancelledError):
        class_shares(np.zeros((4, 4), np.uint8), task)
