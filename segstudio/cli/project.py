"""`segstudio project`: everything about a project that needs no window."""

from __future__ import annotations

import argparse
from pathlib import Path

from segstudio.cli import (
    project_differences,
    project_exchange,
    project_history,
    project_images,
    project_pre_label,
    project_reports,
    project_review,
    project_samples,
    project_scan,
)
from segstudio.cli.arguments import BUNDLED_MODEL, add_json
from segstudio.cli.console import fail, progress_bar, say, say_json, warn


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "project",
        help="make projects and look after them",
        description="A project is a folder of its own for a folder of images: labels, classes, models, progress.",
        epilog="Example: segstudio project create street/ --images photos/",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _add_create(actions)
    project_reports.add_parsers(actions)
    project_images.add_parsers(actions)
    project_scan.add_parser(actions)
    project_exchange.add_parsers(actions)
    project_pre_label.add_parser(actions)
    project_history.add_parsers(actions)
    project_review.add_parsers(actions)
    project_differences.add_parser(actions)
    project_samples.add_parsers(actions)
    _add_repair(actions)


def _add_create(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "create",
        help="make a project of a folder of images, which stay where they are",
        epilog="Example: segstudio project create street/ --images photos/ --classes classes.json",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the new project's folder")
    parser.add_argument("--images", required=True, type=Path, metavar="DIR")
    parser.add_argument(
        "--only",
        nargs="+",
        type=Path,
        default=[],
        metavar="PATH",
        help="only these pictures and folders, relative to the folder of images",
    )
    parser.add_argument(
        "--classes", type=Path, metavar="FILE", help="a class file, JSON or names one a line (default: the model's)"
    )
    parser.add_argument(
        "--model", default=BUNDLED_MODEL, metavar="NAME_OR_FILE", help="the model that pre-labels its images"
    )
    parser.add_argument("--name", default="", help="what it is called (default: the folder's name)")
    add_json(parser)
    parser.set_defaults(run=run_create)


def _add_repair(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "repair",
        help="make a project's index anew from its files, and say what was found",
        description="Nothing is deleted: what is damaged is put aside under another name.",
        epilog="Example: segstudio project repair street/",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--images", type=Path, metavar="DIR", help="where the images are now")
    add_json(parser)
    parser.set_defaults(run=run_repair)


def run_create(arguments: argparse.Namespace) -> int:
    from segstudio.services.project_files import create

    with (
        progress_bar("Listing images") as task,
        create(
            arguments.folder,
            arguments.images,
            task,
            classes=arguments.classes,
            model=arguments.model,
            name=arguments.name,
            parts=arguments.only,
        ) as store,
    ):
        info, count = store.info, len(store.records)
    if arguments.json:
        say_json({"folder": str(info.folder), "images": count, "classes": len(info.label_set.active)})
    else:
        say(
            f"{info.folder}: {count} images, {len(info.label_set.active)} classes. Open it: segstudio {info.folder}"
        )
    return 0


def run_repair(arguments: argparse.Namespace) -> int:
    from segstudio.store.repair import repair

    with progress_bar("Repairing") as task:
        report = repair(arguments.folder, task, image_folder=arguments.images)
    if arguments.json:
        say_json(
            {
                "images": report.images,
                "labelled": report.labelled,
                "done": list(report.done),
                "unsolved": list(report.unsolved),
            }
        )
    else:
        for sentence in report.done:
            say(sentence)
        for sentence in report.unsolved:
            warn(f"Left to you: {sentence}")
        say(f"{report.images} images, {report.labelled} of them with labels.")
    if report.unsolved:
        return fail(f"The project can be opened; {len(report.unsolved)} things are left to you.")
    return 0
