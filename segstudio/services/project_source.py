"""A source of labels as a project sees it: its pictures give names and sizes, its classes what nobody names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from segstudio.domain.classes import LabelSet
from segstudio.domain.task import Progress, Task
from segstudio.formats.exchange import Reader, ReadOptions
from segstudio.services.exchange import open_source
from segstudio.services.exchange_mapping import class_named, parse_mapping
from segstudio.services.exchange_survey import survey_source
from segstudio.services.import_choices import read_options, told_targets
from segstudio.store.project_store import ProjectStore


def open_for_project(store: ProjectStore, format_name: str, source: Path, options: ReadOptions) -> Reader:
    """What the project has no picture of is left out later.

    Raises: FormatError: no such format, nothing to read, or a damaged class list.
    """
    own = replace(options, images=store.info.image_folder, needs_every_picture=False, fallback=store.info.label_set)
    return open_source(format_name, source, own)


def open_as_told(
    store: ProjectStore,
    format_name: str,
    source: Path,
    options: ReadOptions,
    *,
    mapping: Iterable[str],
    uncovered: str,
    task: Task[Progress],
) -> Reader:
    """``mapping``: lines like ``11=ignore`` or ``void=road``; ``uncovered``: a class or ``ignore``. Classes are the
    project's, or those of the source by name, which an import adds.

    Raises: FormatError: as above, a line that is no mapping, or something found that has no name and isn't mapped.
    """
    reader = open_for_project(store, format_name, source, options)
    lines = tuple(mapping)
    if not lines and uncovered == "ignore":
        return reader
    survey = survey_source(reader, task)
    known = _joined(store.info.label_set, reader.label_set)
    targets = told_targets(known, survey, parse_mapping(lines, known))
    told = read_options(known, survey, targets, uncovered=class_named(uncovered, known), overlap=options.overlap)
    return open_for_project(store, format_name, source, told)


def _joined(own: LabelSet, source: LabelSet) -> LabelSet:
    """Both, each name once."""
    for spec in source.active:
        if own.by_name(spec.name) is None:
            own = own.with_class(spec.name, spec.color)
    return own
