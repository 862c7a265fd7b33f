"""The classes a pixel may have. An id never changes and is never reused: deleting retires it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import IGNORE, MAX_CLASSES

Color = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class ClassSpec:
    """One class: id 0 to 254, name, colour (red, green, blue, each 0 to 255), key."""

    id: int
    name: str
    color: Color
    shortcut: str | None = None
    is_retired: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.id < IGNORE:
            raise ValueError(f"A class id is 0 to {IGNORE - 1}, not {self.id}.")
        if not self.name.strip():
            raise ValueError(f"Class {self.id} has no name.")
        if len(self.color) != 3 or any(not 0 <= part <= 255 for part in self.color):
            raise ValueError(f"Class {self.id} has the colour {self.color}: three parts of 0 to 255 are needed.")


@dataclass(frozen=True, slots=True)
class LabelSet:
    """The classes of a project or a model, by rising id. Ids and active names are unique."""

    classes: tuple[ClassSpec, ...]

    def __post_init__(self) -> None:
        ids = [spec.id for spec in self.classes]
        if sorted(set(ids)) != ids:
            raise ValueError(f"Class ids must be unique and rising: {ids}.")
        names = [spec.name.casefold() for spec in self.active]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"Two classes share the name {repeated[0]!r}.")

    @classmethod
    def from_names(cls, names: Iterable[str]) -> LabelSet:
        """Ids from 0 in the order given, with well-told-apart colours."""
        return cls(tuple(ClassSpec(i, name, distinct_color(i)) for i, name in enumerate(names)))

    @property
    def active(self) -> tuple[ClassSpec, ...]:
        return tuple(spec for spec in self.classes if not spec.is_retired)

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(spec.id for spec in self.classes)

    def __contains__(self, class_id: int) -> bool:
        return any(spec.id == class_id for spec in self.classes)

    def by_id(self, class_id: int) -> ClassSpec:
        """Raises: KeyError: no such class."""
        for spec in self.classes:
            if spec.id == class_id:
                return spec
        raise KeyError(class_id)

    def by_name(self, name: str) -> ClassSpec | None:
        """The active class of that name, upper and lower case alike."""
        wanted = name.strip().casefold()
        return next((spec for spec in self.active if spec.name.casefold() == wanted), None)

    def next_id(self) -> int:
        """Raises: ValueError: all 255 ids are taken."""
        taken = max(self.ids, default=-1)
        if taken + 1 >= MAX_CLASSES:
            raise ValueError("A label set holds at most 255 classes.")
        return taken + 1

    def with_class(self, name: str, color: Color | None = None, shortcut: str | None = None) -> LabelSet:
        new_id = self.next_id()
        spec = ClassSpec(new_id, name, color or distinct_color(new_id), shortcut)
        return LabelSet((*self.classes, spec))

    def with_changed(self, spec: ClassSpec) -> LabelSet:
        """The class of that id replaced. Raises: KeyError: no such class."""
        self.by_id(spec.id)
        return LabelSet(tuple(spec if old.id == spec.id else old for old in self.classes))

    def with_retired(self, class_id: int) -> LabelSet:
        return self.with_changed(replace(self.by_id(class_id), is_retired=True))

    def color_table(self) -> NDArray[np.uint8]:
        """uint8, shape (256, 3): the colour of each label value; white for ignore, black for the unknown."""
        table = np.zeros((256, 3), np.uint8)
        for spec in self.classes:
            table[spec.id] = spec.color
        table[IGNORE] = 255
        return table


def distinct_color(index: int) -> Color:
    """A colour far from its neighbours': hues a golden angle apart, in three rings of lightness."""
    hue = (index * 0.618033988749895 + 0.55) % 1.0
    saturation, value = ((0.75, 0.92), (0.55, 0.75), (0.9, 0.62))[index % 3]
    return _rgb_from_hsv(hue, saturation, value)


def _rgb_from_hsv(hue: float, saturation: float, value: float) -> Color:
    sector = int(hue * 6.0)
    fraction = hue * 6.0 - sector
    low = value * (1.0 - saturation)
    falling = value * (1.0 - fraction * saturation)
    rising = value * (1.0 - (1.0 - fraction) * saturation)
    red, green, blue = (
        (value, rising, low),
        (falling, value, low),
        (low, value, rising),
        (low, falling, value),
        (rising, low, value),
        (value, low, falling),
    )[sector % 6]
    return round(red * 255), round(green * 255), round(blue * 255)
