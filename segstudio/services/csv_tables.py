"""Numbers about a project as tables for spreadsheets: classes, progress, effort."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from segstudio.services.effort import EffortReport
from segstudio.services.statistics import ProjectStatistics


def classes_table(statistics: ProjectStatistics) -> str:
    """One line a class."""
    return _table(
        ("id", "name", "retired", "images", "pixels", "share"),
        (
            (each.id, each.name, "yes" if each.is_retired else "no", each.images, each.pixels, f"{each.share:.6f}")
            for each in statistics.classes
        ),
    )


def progress_table(statistics: ProjectStatistics) -> str:
    """One line a day: how many images had each status at its end."""
    return _table(
        ("day", "pre-labelled", "corrected", "verified"),
        ((day.day, day.pre_labelled, day.corrected, day.verified) for day in statistics.progress),
    )


def effort_table(report: EffortReport) -> str:
    """One line an image that somebody worked on, in the order of work."""
    return _table(
        ("image", "model", "strokes", "class changes", "pixels changed", "seconds", "pre-label kept"),
        (
            (
                image.path,
                image.model,
                image.strokes,
                image.class_changes,
                image.pixels_changed,
                f"{image.active_seconds:.1f}",
                "" if image.kept_share is None else f"{image.kept_share:.4f}",
            )
            for image in report.images
        ),
    )


def _table(head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(lines)
    return text.getvalue()
