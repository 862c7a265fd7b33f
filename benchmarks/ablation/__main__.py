"""Trains every variant with every seed, one after the other, and writes the table after each.

    python -m benchmarks.ablation --data ../shared/data/camvid --output ablation/ [--epochs 60] [--seeds 2]

Run the same command again after a kill: finished runs are skipped, the one that was under way goes on from its last
epoch. Models and states go to OUTPUT/runs/, scores to OUTPUT/outcomes.jsonl, the table to OUTPUT/table.md.
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import replace
from pathlib import Path

from benchmarks.ablation.table import Outcome, add_outcome, markdown, read_outcomes
from benchmarks.ablation.variants import VARIANTS, Variant
from benchmarks.short_runs import CHANNELS, add_recipe_options, plan_of, prepare, recipe_words, run


def main() -> None:
    arguments = _parser().parse_args()
    prepare(arguments)
    output: Path = arguments.output
    outcomes = output / "outcomes.jsonl"
    variants = [variant for variant in VARIANTS if not arguments.only or variant.name in arguments.only]
    # Seed by seed, so that a run that was cut short still compares all variants.
    for seed in range(arguments.seeds):
        for variant in variants:
            done = {outcome.variant: outcome for outcome in read_outcomes(outcomes) if outcome.seed == seed}
            if variant.name not in done:
                twins = [done[other.name] for other in VARIANTS if other.name in done and other.is_twin_of(variant)]
                outcome = replace(twins[0], variant=variant.name) if twins else _run(variant, seed, arguments)
                add_outcome(outcomes, outcome)
                (output / "table.md").write_text(markdown(variants, read_outcomes(outcomes), _settings(arguments)))
    print(markdown(variants, read_outcomes(outcomes), _settings(arguments)))


def _run(variant: Variant, seed: int, arguments: argparse.Namespace) -> Outcome:
    folder: Path = arguments.output / "runs" / f"{variant.name.replace(', ', '-').replace(' ', '-')}-{seed}"
    config = variant.config(trunk=arguments.trunk, channels=CHANNELS, base_width=arguments.base_width)
    epochs = run(plan_of(arguments, config, name=variant.name, seed=seed, folder=folder))
    last = epochs[-1]
    assert last.mean_iou is not None and last.pixel_accuracy is not None, "the last epoch is always validated"
    shutil.rmtree(folder)
    return Outcome(
        variant=variant.name,
        seed=seed,
        mean_iou=last.mean_iou,
        best_mean_iou=max(record.mean_iou for record in epochs if record.mean_iou is not None),
        pixel_accuracy=last.pixel_accuracy,
        seconds=sum(record.seconds for record in epochs),
    )


def _settings(arguments: argparse.Namespace) -> dict[str, object]:
    trunk = {
        "trunk": f"{arguments.trunk} from scratch",
        "base width": arguments.base_width,
        "output stride": 8,
    }
    return trunk | recipe_words(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ablation", description=(__doc__ or "").splitlines()[0]
    )
    add_recipe_options(parser)
    parser.add_argument("--only", nargs="+", choices=[variant.name for variant in VARIANTS], metavar="VARIANT")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--trunk", default="resnet18")
    parser.add_argument("--base-width", type=int, default=64)
    return parser


if __name__ == "__main__":
    main()
