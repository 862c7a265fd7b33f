"""Trains every candidate by one recipe, then measures what an image costs it, side by side.

    python -m benchmarks.curve --data ../shared/data/camvid --output curve/ [--epochs 60] [--seeds 1]
    python -m benchmarks.curve --data … --output curve/ --only-cost [--size 480x360] [--threads 2]

Needs the package segmentation-models-pytorch for the two peers. Run the same command again after a kill: finished
runs are skipped, the one that was under way goes on from its last epoch. Scores go to OUTPUT/outcomes.jsonl, costs
to OUTPUT/costs.json, the table of both to OUTPUT/table.md.
"""

from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import asdict
from pathlib import Path
from unittest import mock

from benchmarks.ablation.table import Outcome, add_outcome, read_outcomes
from benchmarks.curve.candidates import CANDIDATES, Candidate
from benchmarks.curve.cost import Cost, costs
from benchmarks.curve.table import markdown
from benchmarks.short_runs import CHANNELS, add_recipe_options, plan_of, prepare, recipe_words, run, size_of
from segstudio.domain.geometry import Size
from segstudio.nn.devices import describe_processor


def main() -> None:
    arguments = _parser().parse_args()
    prepare(arguments)
    candidates = [CANDIDATES[i] for i in arguments.only] if arguments.only else list(CANDIDATES)
    if arguments.only_cost:
        _measure(candidates, arguments)
    else:
        _train(candidates, arguments)
    table = _table(candidates, arguments)
    (arguments.output / "table.md").write_text(table)
    print(table)


def _train(candidates: list[Candidate], arguments: argparse.Namespace) -> None:
    outcomes: Path = arguments.output / "outcomes.jsonl"
    for seed in range(arguments.seeds):
        for candidate in candidates:
            done = {outcome.variant for outcome in read_outcomes(outcomes) if outcome.seed == seed}
            if str(candidate) not in done:
                add_outcome(outcomes, _outcome(candidate, seed, arguments))


def _outcome(candidate: Candidate, seed: int, arguments: argparse.Namespace) -> Outcome:
    folder: Path = arguments.output / "runs" / f"{str(candidate).replace(', ', '-').replace(' ', '-')}-{seed}"
    plan = plan_of(arguments, candidate.config(CHANNELS), name=str(candidate), seed=seed, folder=folder)
    # The loop builds what a plan's config describes, which a peer is not.
    with mock.patch("segstudio.training.starting.build_network", lambda *_, **__: candidate.network(CHANNELS)):
        epochs = run(plan)
    shutil.rmtree(folder)
    plan.output.unlink()
    last = epochs[-1]
    assert last.mean_iou is not None and last.pixel_accuracy is not None, "the last epoch is always validated"
    best = max(record.mean_iou for record in epochs if record.mean_iou is not None)
    seconds = sum(record.seconds for record in epochs)
    return Outcome(str(candidate), seed, last.mean_iou, best, last.pixel_accuracy, seconds)


def _measure(candidates: list[Candidate], arguments: argparse.Namespace) -> None:
    networks = {str(candidate): candidate.network(CHANNELS).eval() for candidate in candidates}
    found = costs(networks, Size(*arguments.size), rounds=arguments.rounds)
    written = {name: asdict(cost) for name, cost in found.items()}
    (arguments.output / "costs.json").write_text(json.dumps(written, indent=1) + "\n")


def _table(candidates: list[Candidate], arguments: argparse.Namespace) -> str:
    path: Path = arguments.output / "costs.json"
    found = {name: Cost(**cost) for name, cost in json.loads(path.read_text()).items()} if path.is_file() else {}
    names = [str(candidate) for candidate in candidates]
    outcomes = read_outcomes(arguments.output / "outcomes.jsonl")
    return markdown(names, outcomes, found, recipe_words(arguments), describe_processor())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.curve", description=(__doc__ or "").splitlines()[0])
    add_recipe_options(parser)
    listed = ", ".join(f"{index}: {candidate}" for index, candidate in enumerate(CANDIDATES))
    parser.add_argument("--only", type=int, nargs="+", metavar="N", help=listed)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--only-cost", action="store_true", help="no training: measure what an image costs")
    parser.add_argument("--size", type=size_of, default=(480, 360), metavar="WxH", help="of the measured image")
    parser.add_argument("--rounds", type=int, default=7)
    return parser


if __name__ == "__main__":
    main()
