"""Several processes train one network, as `torchrun` starts them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

from training.small_plans import small_plan

TESTS = Path(__file__).resolve().parents[1]

SCRIPT = """
import sys
from pathlib import Path
import torch
from safetensors.torch import save_file
from segstudio.domain.task import Task
from segstudio.training import loop
from training.small_plans import small_plan, small_recipe

torch.set_num_threads(1)
folder = Path(sys.argv[1])
run = loop._Run(small_plan(folder, small_recipe(2)), Task(), lambda: None)
run.resume()
result = run.to_the_end()
network = run._learner.network
weights = {name: value.contiguous() for name, value in network.state_dict().items()}
save_file(weights, folder / f"rank{run._fabric.global_rank}.safetensors")
print(run._fabric.global_rank, run._fabric.world_size, [r.mean_iou for r in result.log.epochs])
"""


def test_two_processes_keep_one_network_and_agree_on_its_score(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--master-port", "0"),
            *("--rdzv-backend", "c10d", "--rdzv-endpoint", "localhost:0"),
            *(str(tmp_path / "script.py"), str(tmp_path)),
        ],
        env={**os.environ, "PYTHONPATH": str(TESTS), "OMP_NUM_THREADS": "1"},
        check=False,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert ended.returncode == 0, ended.stderr
    lines = sorted(line for line in ended.stdout.splitlines() if line[:1].isdigit())
    assert [line[:3] for line in lines] == ["0 2", "1 2"]
    assert lines[0][4:] == lines[1][4:]  # Both have the whole validation's score, not their half's.
    first, second = (load_file(tmp_path / f"rank{rank}.safetensors") for rank in (0, 1))
    learnt = [name for name in first if "running" not in name and "num_batches" not in name]
    assert all(torch.equal(first[name], second[name]) for name in learnt)
    assert small_plan(tmp_path).output.exists()
