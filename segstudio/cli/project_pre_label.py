"""`segstudio project pre-label`: a model labels a project's images."""

from __future__ import annotations

import argparse
from pathlib import Path

from segstudio.cli.arguments import add_device, add_json, add_model
from segstudio.cli.console import fail, image_count, progress_bar, say, say_json, warn
from segstudio.cli.project_filters import add_filters, filter_from


def add_parser(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "pre-label",
        help="let a model label the images, never over a person's pixels",
        description="Verified images are left alone. A run that was stopped is gone on with by the same command.",
        epilog="Example: segstudio project pre-label street/ --status new",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    add_model(parser)
    parser.set_defaults(model=None)
    parser.add_argument(
        "--learn-first",
        action="store_true",
        help="let the head learn from the verified images first, some seconds each; the file stays as it is",
    )
    add_device(parser)
    add_filters(parser)
    add_json(parser)
    parser.set_defaults(run=run_pre_label)


def run_pre_label(arguments: argparse.Namespace) -> int:
    from segstudio.services.batch_labels import images_to_label, pre_label, unfinished_run
    from segstudio.services.batch_predictions import project_predictor
    from segstudio.services.project_files import writing
    from segstudio.services.project_index import select_images
    from segstudio.services.taught_predictions import taught_predictor

    with writing(arguments.folder) as store:
        model = arguments.model or store.info.model
        if arguments.learn_first:
            with progress_bar("Learning") as learning:
                predictor = taught_predictor(store, model, arguments.device, learning)
        else:
            predictor = project_predictor(store, model, arguments.device)
        records = select_images(store, filter_from(arguments, store))
        chosen = images_to_label(store, [record.id for record in records])
        run = unfinished_run(store, model, chosen)
        if run is None:
            run = store.batches.start(model, chosen)
        else:
            warn(f"Going on with the run that was stopped: {len(run.waiting)} images are left.")
        with progress_bar("Pre-labelling") as task:
            summary = pre_label(store, run, predictor.predict, task, uncertainty=predictor.uncertainty)
    for path, reason in summary.failed:
        warn(f"Failed: {path}: {reason}")
    if arguments.json:
        say_json(
            {
                "run": summary.run_id,
                "changed": summary.changed,
                "unchanged": summary.unchanged,
                "pixels_changed": summary.pixels_changed,
                "failed": [{"path": path, "reason": reason} for path, reason in summary.failed],
            }
        )
    else:
        say(
            f"{image_count(summary.changed)} changed ({summary.pixels_changed} pixels), "
            f"{summary.unchanged} as they were."
        )
    return fail(f"{image_count(len(summary.failed))} could not be pre-labelled.") if summary.failed else 0
