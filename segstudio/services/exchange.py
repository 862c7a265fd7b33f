"""Import, export and conversion of labels: nothing half-written, and every export is read back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from segstudio.domain.errors import FormatError, SegStudioError
from segstudio.domain.task import Progress, Task
from segstudio.formats.exchange import Format, OverlapOrder, Reader, ReadOptions, WriteOptions
from segstudio.formats.registry import find_format
from segstudio.services.exchange_report import Agreement, ExportReport


def open_source(format_name: str, source: Path, options: ReadOptions) -> Reader:
    """Raises: FormatError: no such format, one that can only be written, or nothing to read at ``source``."""
    spec = find_format(format_name)
    if spec.open_reader is None:
        raise FormatError(f"{spec.title} can be written, but not read.")
    if not source.exists():
        raise FormatError("There is no such file or folder.", path=source)
    reader = spec.open_reader(source, options)
    if not reader.images:
        raise FormatError("There are no labelled images in it.", path=source)
    return reader


def export_labels(
    reader: Reader, format_name: str, output: Path, options: WriteOptions, task: Task[Progress]
) -> ExportReport:
    """Writes every image of ``reader`` to the folder ``output`` and reads it back from there.

    The folder appears only when it is complete; one that holds something already is left alone.
    Raises: FormatError: the format can't hold the labels, or a label can't be read. OSError: it can't be written.
    CancelledError: a stop was asked for.
    """
    spec = find_format(format_name)
    if spec.open_writer is None:
        raise FormatError(f"{spec.title} can be read, but not written.")
    _require_style(spec, options)
    _require_free(output)
    with _unfinished(output) as folder:
        _write(reader, spec, folder, options, task)
        report = _read_back(reader, spec, folder, options, task)
        if not report.is_exact and not report.reason:
            raise FormatError(f"{spec.title} should have kept every label, but didn't: nothing was exported.")
        _put_in_place(folder, output)
    return report


def _write(reader: Reader, spec: Format, folder: Path, options: WriteOptions, task: Task[Progress]) -> None:
    assert spec.open_writer is not None  # was asked before
    total = 2 * len(reader.images)
    with closing(spec.open_writer(folder, options)) as writer:
        for done, path in enumerate(reader.images):
            task.report(Progress(done, total, f"Writing {path}"))
            writer.write(reader.read(path))
        writer.finish()


def _read_back(
    reader: Reader, spec: Format, folder: Path, options: WriteOptions, task: Task[Progress]
) -> ExportReport:
    agreement = Agreement()
    images = reader.images
    if spec.open_reader is not None:
        asks = spec.asks_for_order and bool(spec.loss_of(options))
        again = spec.open_reader(folder, ReadOptions(overlap=OverlapOrder.SMALL_OVER_LARGE if asks else None))
        if sorted(again.images) != sorted(images):
            raise SegStudioError(f"Not every image came back from {spec.title}: nothing was exported.")
        for done, path in enumerate(images):
            task.report(Progress(len(images) + done, 2 * len(images), f"Checking {path}"))
            agreement.add(reader.read(path).labels, again.read(path).labels)
    return agreement.report(spec.name, len(images), options.label_set, spec.loss_of(options))


def _require_style(spec: Format, options: WriteOptions) -> None:
    if options.style is not None and options.style not in spec.styles:
        known = ", ".join(spec.styles) or "no styles to choose from"
        raise FormatError(f"{spec.title} doesn't hold {options.style}; it has {known}.")


def _require_free(output: Path) -> None:
    if output.is_dir() and not any(output.iterdir()):
        return
    if output.exists() or output.is_symlink():
        raise FormatError("There is something here already: choose a folder that is new or empty.", path=output)


@contextmanager
def _unfinished(output: Path) -> Iterator[Path]:
    """A folder beside ``output``, on the same disk; gone afterwards, whatever happened."""
    output.parent.mkdir(parents=True, exist_ok=True)
    folder = output.parent / f".{output.name}.{os.getpid()}.unfinished"
    shutil.rmtree(folder, ignore_errors=True)  # of a process that died under the same number
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put_in_place(folder: Path, output: Path) -> None:
    _require_free(output)
    if output.exists():
        output.rmdir()
    folder.rename(output)
