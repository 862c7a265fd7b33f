"""Counts what an image costs a simulated person, arm by arm, over the same images; goes on where it was cut short.

    python -m benchmarks.effort --images DIR --labels DIR --model M --classes FILE --output DIR [--stride 10]

The annotator, its hand and the arms are described in docs/effort.md. OUTPUT/outcomes.jsonl gets a line for each
image and arm, OUTPUT/table.md the table; OUTPUT/arm-N-seed-S holds what arms that fine-tune keep.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2

from benchmarks.effort.annotator import Annotator
from benchmarks.effort.arms import ARMS, Arm
from benchmarks.effort.assistant import Assistant
from benchmarks.effort.finished import FinishedImages
from benchmarks.effort.outcomes import Outcome, add_outcome, goal_name, read_outcomes
from benchmarks.effort.pictures import Picture, read_pictures
from benchmarks.effort.settings import require_same_settings
from benchmarks.effort.superpixel_stroke import Pieces
from benchmarks.effort.table import markdown
from benchmarks.effort.truth import Truth
from benchmarks.labelled_images import numbers, parser_for
from segstudio.formats.class_file import read_classes
from segstudio.inference.bundled_models import find_model


def main() -> None:
    arguments = _parser().parse_args()
    cv2.setNumThreads(1)  # The pictures are small: waking a second thread costs more than it brings.
    label_set = read_classes(arguments.classes)
    pictures = read_pictures(
        arguments.images, arguments.labels, label_set, stride=arguments.stride, count=arguments.count
    )
    output: Path = arguments.output
    model = find_model(arguments.model)
    require_same_settings(output, model, pictures, every=arguments.every, steps=arguments.steps)
    for seed in arguments.seeds:
        for number in arguments.arms:
            arm = ARMS[number]
            finished = FinishedImages(
                output / f"arm-{number}-seed-{seed}",
                label_set,
                {picture.name: picture for picture in pictures},
                seed=seed,
                device=arguments.device,
                steps=arguments.steps,
            )
            assistant = Assistant(arm, label_set, model, finished, every=arguments.every, device=arguments.device)
            run_arm(arm, pictures, assistant, output, seed=seed)
    print(markdown(read_outcomes(output / "outcomes.jsonl")))


def run_arm(arm: Arm, pictures: tuple[Picture, ...], assistant: Assistant, output: Path, *, seed: int) -> None:
    """Every picture that has no line yet."""
    lines = output / "outcomes.jsonl"
    done = {outcome.image for outcome in read_outcomes(lines) if (outcome.arm, outcome.seed) == (arm.number, seed)}
    waiting = [picture for picture in pictures if picture.name not in done]
    while waiting:
        picture = assistant.next_of(waiting)
        waiting.remove(picture)
        outcome = _annotated(arm, picture, assistant, position=len(pictures) - len(waiting) - 1, seed=seed)
        add_outcome(lines, outcome)
        (output / "table.md").write_text(markdown(read_outcomes(lines)), encoding="utf-8")
        print(f"arm {arm.number}, {picture.name}: {_told(outcome)}, {outcome.seconds:.0f} s", flush=True)


def _annotated(arm: Arm, picture: Picture, assistant: Assistant, *, position: int, seed: int) -> Outcome:
    began = time.perf_counter()
    truth = Truth(picture.truth)
    document, model = assistant.begin(picture), assistant.model_name
    start = truth.share_right(document.labels)
    pieces = Pieces(picture.image) if arm.has_superpixels else None
    reached = Annotator(document, truth, pieces=pieces).work(
        after_stroke=lambda: assistant.after_stroke(picture, document)
    )
    assistant.finish(picture, document)
    return Outcome(
        arm=arm.number,
        seed=seed,
        position=position,
        image=picture.name,
        model=model,
        start=start,
        reached={goal_name(goal): effort for goal, effort in reached.items()},
        seconds=time.perf_counter() - began,
    )


def _told(outcome: Outcome) -> str:
    efforts = outcome.reached.items()
    parts = [f"{'never' if e is None else e.actions} actions to {goal} %" for goal, e in efforts]
    return f"{100 * outcome.start:.1f} % right at the start, {', '.join(parts)}"


def _parser() -> argparse.ArgumentParser:
    parser = parser_for(__doc__, stride=1)
    parser.add_argument("--output", type=Path, default=Path("effort"))
    parser.add_argument("--arms", type=numbers, default=(1, 2, 3), help="such as 1,2,3")
    parser.add_argument("--count", type=int, help="so many images at most")
    parser.add_argument("--every", type=int, default=5, help="arms 5 and 6 fine-tune after so many images")
    parser.add_argument("--steps", type=int, help="of a fine-tuning; without it the program's own choice")
    parser.add_argument("--seeds", type=numbers, default=(0,), help="such as 0,1,2,3,4, where chance plays a part")
    return parser


if __name__ == "__main__":
    main()
