"""torch takes its larger blocks in huge pages where the system lends them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SWITCH = Path("/sys/kernel/mm/transparent_hugepage/enabled")
ASK = """
import segstudio.nn.network
import torch
block = torch.ones(50_000_000)
lines = open("/proc/self/smaps").read().splitlines()
print(sum(int(line.split()[1]) for line in lines if line.startswith("AnonHugePages")))
"""


@pytest.mark.skipif(
    not SWITCH.is_file() or "[madvise]" not in SWITCH.read_text(), reason="this system lends none on request"
)
def test_a_large_block_lies_in_huge_pages() -> None:
    answer = subprocess.run([sys.executable, "-c", ASK], check=True, capture_output=True, text=True)
    assert int(answer.stdout) > 10_000
