"""`segstudio project info|statistics|effort`: what a project is, holds and costs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, cast

from segstudio.cli.arguments import add_json
from segstudio.cli.console import JsonValue, say, say_json, say_table

if TYPE_CHECKING:
    from segstudio.services.effort import EffortReport
    from segstudio.services.statistics import ProjectStatistics


def add_parsers(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    info = actions.add_parser(
        "info", help="what a project is and who holds it", epilog="Example: segstudio project info street/"
    )
    statistics = actions.add_parser(
        "statistics",
        help="images and pixels for each class, balance, progress over time",
        epilog="Example: segstudio project statistics street/ --csv > classes.csv",
    )
    effort = actions.add_parser(
        "effort",
        help="what each image cost a person, and what is left",
        epilog="Example: segstudio project effort street/ --json",
    )
    for parser, run in ((info, run_info), (statistics, run_statistics), (effort, run_effort)):
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        add_json(parser)
        parser.set_defaults(run=run)
    statistics.add_argument(
        "--csv",
        nargs="?",
        const="classes",
        choices=("classes", "progress"),
        help="a table for spreadsheets: one line a class, or one a day",
    )
    effort.add_argument("--csv", action="store_true", help="a table for spreadsheets: one line an image")


def run_info(arguments: argparse.Namespace) -> int:
    from segstudio.services.project_files import reading
    from segstudio.services.statistics import project_statistics

    with reading(arguments.folder) as store:
        info, holder, found = store.info, store.holder, project_statistics(store)
    held_by = holder.description if holder else None
    if arguments.json:
        classes: list[JsonValue] = [
            {
                "id": spec.id,
                "name": spec.name,
                "color": "#{:02x}{:02x}{:02x}".format(*spec.color),
                "retired": spec.is_retired,
            }
            for spec in info.label_set.classes
        ]
        say_json(
            {
                "name": info.name,
                "folder": str(info.folder),
                "image_folder": str(info.image_folder),
                "model": info.model,
                "images": found.images,
                "missing": found.missing,
                "labelled": found.labelled,
                "statuses": dict(found.statuses),
                "splits": dict(found.splits),
                "classes": classes,
                "held_by": held_by,
            }
        )
        return 0
    say(f"{info.name}: {found.images} images in {info.image_folder}, model {info.model}")
    say("  " + ", ".join(f"{count} {name}" for name, count in found.statuses.items()))
    if found.missing:
        say(f"  {found.missing} images are missing: segstudio project scan {info.folder}")
    say(f"  classes: {', '.join(spec.name for spec in info.label_set.active)}")
    if held_by:
        say(f"  open in {held_by}")
    return 0


def run_statistics(arguments: argparse.Namespace) -> int:
    from segstudio.services.csv_tables import classes_table, progress_table
    from segstudio.services.project_files import reading
    from segstudio.services.statistics import as_json, project_statistics

    with reading(arguments.folder) as store:
        found = project_statistics(store)
    if arguments.json:
        say_json(cast("JsonValue", as_json(found)))
    elif arguments.csv:
        print(progress_table(found) if arguments.csv == "progress" else classes_table(found), end="")
    else:
        _print_statistics(found)
    return 0


def _print_statistics(found: ProjectStatistics) -> None:
    say(f"{found.labelled} of {found.images} images have labels; {found.statuses['verified']} are verified.")
    rows = [
        (figures.name, str(figures.images), str(figures.pixels), f"{100 * figures.share:.2f}")
        for figures in found.classes
    ]
    say_table(("class", "images", "pixels", "share %"), rows)
    say(f"Balance: {found.balance:.2f} (1: every class has as many pixels; 0: one has them all).")


def run_effort(arguments: argparse.Namespace) -> int:
    from segstudio.services.csv_tables import effort_table
    from segstudio.services.effort import as_json, effort_report
    from segstudio.services.project_files import reading

    with reading(arguments.folder) as store:
        report = effort_report(store)
    if arguments.json:
        say_json(cast("JsonValue", as_json(report)))
    elif arguments.csv:
        print(effort_table(report), end="")
    else:
        _print_effort(report)
    return 0


def _print_effort(report: EffortReport) -> None:
    from segstudio.services.effort_bias import bias_words

    if not report.images:
        say("Nobody has worked on an image of this project yet.")
        return
    rows = [
        (
            image.path,
            str(image.actions),
            str(image.pixels_changed),
            f"{image.active_seconds:.0f}",
            image.model or "-",
        )
        for image in report.images
    ]
    say_table(("image", "actions", "pixels", "seconds", "model"), rows)
    if report.bias is not None:
        say(bias_words(report.bias))
    forecast = report.forecast
    if forecast is None:
        return
    error = "" if forecast.seconds_error is None else f" ± {forecast.seconds_error / 60:.0f}"
    say(
        f"Left: {forecast.images_left} images, about {forecast.seconds / 60:.0f}{error} minutes "
        f"(from the last {forecast.based_on} images)."
    )
