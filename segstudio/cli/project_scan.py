"""`segstudio project scan`: what became of the images in a project's folder of images."""

from __future__ import annotations

import argparse
from pathlib import Path

from segstudio.cli.arguments import add_json
from segstudio.cli.console import progress_bar, say, say_json, warn


def add_parser(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "scan",
        help="look for new, moved, changed and missing images",
        epilog="Example: segstudio project scan street/ --images /mnt/new-disk/photos",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--images", type=Path, metavar="DIR", help="the image folder lies here now")
    parser.add_argument("--hash", action="store_true", help="read every image, so that moved ones are known again")
    add_json(parser)
    parser.set_defaults(run=run_scan)


def run_scan(arguments: argparse.Namespace) -> int:
    from segstudio.services.project_files import writing

    with writing(arguments.folder) as store:
        if arguments.images is not None:
            store.set_image_folder(arguments.images)
        with progress_bar("Looking for images") as task:
            report = store.scan(task)
        if arguments.hash:
            with progress_bar("Reading images") as task:
                store.hash_images(task)
    if arguments.json:
        say_json(
            {
                "images": report.images,
                "added": report.added,
                "moved": [{"from": old, "to": new} for old, new in report.moved],
                "changed": list(report.changed),
                "missing": list(report.missing),
                "back": report.back,
                "unusable": list(report.unusable),
                "seconds": report.seconds,
            }
        )
        return 0
    for old, new in report.moved:
        say(f"Moved: {old} is {new} now.")
    for title, paths in (("Changed", report.changed), ("Missing", report.missing), ("Unusable", report.unusable)):
        for path in paths:
            warn(f"{title}: {path}")
    say(f"{report.images} images, {report.added} of them new, {report.back} back again.")
    return 0
