"""`segstudio segment`: masks for images, without a window."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from segstudio.cli.arguments import (
    add_device,
    add_json,
    add_model,
    add_sample_view,
    add_test_time,
    sample_view_from,
)
from segstudio.cli.console import JsonValue, fail, progress_bar, say, say_json, warn

if TYPE_CHECKING:
    from segstudio.services.segmenting import Segmented


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "segment",
        help="segment images into masks",
        description="Write a palette PNG mask, NAME.png, for every image, under the folders the images came in, "
        "and the class file classes.json beside them.",
        epilog="Example: segstudio segment photos/ --output masks --overlay",
    )
    parser.add_argument("inputs", nargs="+", type=Path, metavar="IMAGE_OR_FOLDER")
    parser.add_argument("--output", required=True, type=Path, metavar="DIR", help="where the masks go")
    parser.add_argument("--overlay", action="store_true", help="also write DIR/overlays/NAME.png, mask over image")
    parser.add_argument(
        "--confidence",
        action="store_true",
        help="also write DIR/confidences/NAME.png, the winner's probability in 255ths",
    )
    add_model(parser)
    add_test_time(parser)
    add_sample_view(parser)
    add_device(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    # torch takes seconds to import, which `--help` doesn't have to spare.
    from segstudio.inference.models import load_model
    from segstudio.services.segmenting import SegmentOptions, find_sources, segment_files

    sources = find_sources(arguments.inputs)
    predictor = load_model(arguments.model, arguments.device)
    options = SegmentOptions(
        arguments.overlay,
        arguments.confidence,
        arguments.scales,
        arguments.mirror,
        sample_view_from(arguments),
    )
    outcomes: list[Segmented] = []
    with progress_bar("Segmenting") as task:
        for outcome in segment_files(predictor, sources, arguments.output, options, task):
            outcomes.append(outcome)
            if not outcome.is_done:
                warn(f"Failed: {outcome.reason}")
    failed = [outcome for outcome in outcomes if not outcome.is_done]
    if arguments.json:
        say_json(_as_json(outcomes, arguments.output, predictor.info.name, predictor.device_name))
    else:
        _summarise(outcomes, arguments.output, predictor.device_name)
    if failed:
        return fail(f"{len(failed)} of {len(outcomes)} images could not be segmented; they are named above.")
    return 0


def _summarise(outcomes: Sequence[Segmented], output: Path, device: str) -> None:
    done = [outcome for outcome in outcomes if outcome.is_done]
    for remark in sorted({outcome.remark for outcome in done if outcome.remark}):
        warn(remark)
    if done:
        seconds = sum(outcome.seconds for outcome in done) / len(done)
        say(f"{len(done)} masks in {output} ({seconds:.2f} s an image on {device}).")


def _as_json(outcomes: Sequence[Segmented], output: Path, model: str, device: str) -> JsonValue:
    return {
        "model": model,
        "device": device,
        "output": str(output),
        "images": [
            {
                "image": str(outcome.source.image),
                "mask": str(output / outcome.source.mask),
                "width": outcome.size.width,
                "height": outcome.size.height,
                "seconds": round(outcome.seconds, 4),
            }
            for outcome in outcomes
            if outcome.size is not None
        ],
        "failed": [
            {"image": str(outcome.source.image), "reason": outcome.reason}
            for outcome in outcomes
            if not outcome.is_done
        ],
    }
