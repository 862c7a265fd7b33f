"""Finds formats by name: the table of our own, and those that other packages add.

A package adds one through an entry point of the group ``segstudio.formats`` that names a ``Format``.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from segstudio.domain.errors import FormatError
from segstudio.formats.exchange import Format
from segstudio.formats.names import OWN_MODULES

ENTRY_POINT_GROUP = "segstudio.formats"


def format_names() -> tuple[str, ...]:
    """Our own, most wanted first, then those that other packages add. Loads none of them."""
    return (*OWN_MODULES, *sorted(set(_added()) - set(OWN_MODULES)))


def find_format(name: str) -> Format:
    """Raises: FormatError: no format of that name, or another package's that can't be loaded."""
    if name in OWN_MODULES:
        # Loaded when asked for: a command that names its formats in `--help` needs none of them.
        found = import_module(f"segstudio.formats.{OWN_MODULES[name]}").FORMAT
    elif name in _added():
        found = _load_added(_added()[name])
    else:
        raise FormatError(f"There is no format {name!r}; there are {', '.join(format_names())}.")
    if not isinstance(found, Format):
        raise FormatError(f"What is registered as the format {name!r} is none.")
    return found


def loadable_formats() -> tuple[Format, ...]:
    """All but those of other packages that can't be loaded."""
    found = []
    for name in format_names():
        with suppress(FormatError):
            found.append(find_format(name))
    return tuple(found)


def _added() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=ENTRY_POINT_GROUP)}


def _load_added(point: EntryPoint) -> object:
    try:
        return point.load()
    except Exception as error:  # another package's code may raise anything
        raise FormatError(f"The format {point.name!r} of another package can't be loaded: {error}.") from error
