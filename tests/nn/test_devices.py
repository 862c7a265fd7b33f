"""Devices by name."""

from __future__ import annotations

import pytest
import torch

from segstudio.domain.errors import SegStudioError
from segstudio.nn.devices import choose_device, describe_device, describe_processor


def test_the_cpu_is_always_there() -> None:
    assert choose_device("cpu") == torch.device("cpu")
    assert describe_device(torch.device("cpu")) == "CPU"
    assert describe_processor()


def test_auto_takes_a_gpu_only_where_there_is_one() -> None:
    assert (choose_device("auto").type == "cuda") == torch.cuda.is_available()


@pytest.mark.parametrize("name", ["gpu9", "", "meta", "cuda:99", "xpu:3"])
def test_a_device_that_is_not_there_is_named_in_a_sentence(name: str) -> None:
    with pytest.raises(SegStudioError):
        choose_device(name)
