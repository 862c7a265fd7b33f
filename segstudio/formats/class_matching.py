"""Which class a value, colour or name of a source becomes."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from segstudio.domain.arrays import IGNORE
from segstudio.domain.classes import ClassSpec, Color, LabelSet, distinct_color
from segstudio.domain.errors import FormatError
from segstudio.formats.exchange import ReadOptions

IGNORE_NAMES = frozenset({"ignore", "ignored", "__ignore__", "void"})


@dataclass(frozen=True, slots=True)
class SourceClass:
    """A class as the source has it: the number it uses, its name, and its colour if it has one."""

    number: int
    name: str
    color: Color | None = None


class NameMatcher(Protocol):
    """Finds a class id for a source's class name."""

    def by_name(self, name: str, place: str | None = None) -> int: ...


class NameCollector:
    """Numbers every name it meets, for looking at a source before anybody has said what its names mean."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def by_name(self, name: str, place: str | None = None) -> int:
        """Raises: FormatError: more names than there can be classes."""
        if name not in self.names:
            if len(self.names) == IGNORE:
                raise FormatError(f"There are more than {IGNORE} class names.", place=place)
            self.names.append(name)
        return self.names.index(name)


@dataclass(slots=True)
class ClassMatcher:
    """Finds the class id of a source's class; what isn't known is an error where it is met, never a guess."""

    label_set: LabelSet
    options: ReadOptions
    source: Path
    _by_name: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self._by_name = {spec.name.casefold(): spec.id for spec in self.label_set.active}
        for key, class_id in self.options.mapping.items():
            if class_id != IGNORE and class_id not in self.label_set:
                raise FormatError(f"{key!r} is mapped to class {class_id}, which is not in the class list.")

    def by_name(self, name: str, place: str | None = None) -> int:
        """Raises: FormatError: no class of that name, and nobody said what becomes of it."""
        class_id = self.class_of(name)
        if class_id is None:
            raise unknown_keys("class", [name], self.source, place)
        return class_id

    def class_of(self, name: str) -> int | None:
        """A class id, 255 for ignore; None where nobody said what becomes of it."""
        if name in self.options.mapping:
            return self.options.mapping[name]
        folded = name.strip().casefold()
        if folded in self._by_name:
            return self._by_name[folded]
        return IGNORE if folded in IGNORE_NAMES else None


def unknown_keys(kind: str, keys: Sequence[str], path: Path | None = None, place: str | None = None) -> FormatError:
    """What to say of values, colours or classes (``kind``, in the singular) that the class list lacks."""
    shown = [repr(key[:80]) if kind == "class" else key for key in keys[:8]]
    many = f"The {kind}{'es' if kind == 'class' else 's'} {', '.join(shown)}{' ...' if len(keys) > 8 else ''} are"
    what = many if len(keys) > 1 else f"The {kind} {shown[0]} is"
    example = shlex.quote(f"{keys[0][:80]}=ignore")
    return FormatError(
        f"{what} not in the class list: add what is missing, or say what it becomes (on the command line, such as "
        f"--map {example}).",
        path=path,
        place=place,
    )


def label_set_of(
    classes: Sequence[SourceClass],
    options: ReadOptions,
    sidecar: LabelSet | None,
    *,
    keeps_numbers: bool = False,
) -> LabelSet:
    """The user's class list, else the sidecar's, else one made from the source's own classes, else the fallback.

    Where numbers are names only, those that count from 1 are taken to count from 0; ``keeps_numbers`` where they
    are what is stored.

    Raises: FormatError: the source's classes don't make a class list.
    """
    if options.label_set is not None:
        return options.label_set
    if sidecar is not None:
        return sidecar
    if not classes and options.fallback is not None:
        return options.fallback
    kept = [each for each in classes if each.name.strip().casefold() not in IGNORE_NAMES]
    shift = 1 if not keeps_numbers and kept and min(each.number for each in kept) >= 1 else 0
    fits = all(0 <= each.number - shift < IGNORE for each in kept)
    specs = [
        ClassSpec(each.number - shift if fits else rank, each.name, each.color or distinct_color(rank))
        for rank, each in enumerate(sorted(kept, key=lambda each: each.number))
    ]
    try:
        return LabelSet(tuple(specs))
    except ValueError as error:
        raise FormatError(f"The source's classes don't make a class list: {error}") from error
