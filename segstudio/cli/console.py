"""What every command says to the terminal: progress on stderr, results on stdout, one sentence on failure."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeAlias, TypeVar

from segstudio.domain.task import Progress, Task

State = TypeVar("State")

JsonValue: TypeAlias = str | int | float | bool | Sequence["JsonValue"] | Mapping[str, "JsonValue"] | None


def say(sentence: str) -> None:
    """A result or a remark for the user, on stdout."""
    print(sentence)


def warn(sentence: str) -> None:
    """Something the user should know that isn't the result, on stderr."""
    print(sentence, file=sys.stderr)


def say_json(value: JsonValue) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=False))


def fail(sentence: str) -> int:
    """Say why a command failed; the exit code to return."""
    print(f"segstudio: {sentence}", file=sys.stderr)
    return 1


def say_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as their widest cell; all but the first flush right."""
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    for row in (header, *rows):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        print("  ".join(cells).rstrip())


@contextmanager
def progress_bar(title: str) -> Iterator[Task[Progress]]:
    """A task whose reports move a bar on stderr, with the time left; quiet where stderr isn't a terminal."""
    # rich takes a tenth of a second to import, which `--help` doesn't have to spare.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[message]}"),
    )
    console = Console(stderr=True)
    with Bar(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        row = bar.add_task(title, total=None, message="")

        def show(state: Progress) -> None:
            bar.update(row, completed=state.done, total=state.total or None, message=state.message)

        with stopped_by_keyboard(Task(show)) as task:
            yield task


@contextmanager
def stopped_by_keyboard(task: Task[State]) -> Iterator[Task[State]]:
    """Ctrl+C asks the task to stop at its next report; a second one ends the program at once."""
    import signal

    def on_interrupt(_signal: int, _frame: object) -> None:
        if task.is_stopped:
            raise KeyboardInterrupt
        task.stop()

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield task
    finally:
        signal.signal(signal.SIGINT, before)


def image_count(count: int) -> str:
    """``1 image``, ``3 images``."""
    return f"{count} image{'' if count == 1 else 's'}"
