"""Changes a JSON text where it hurts: keeps it parseable, and puts at some place what no honest writer would."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

Place = tuple[object, object]
"""A list or a dictionary, and an index or a key in it."""

LIES: tuple[object, ...] = (
    None, True, -1, 0, 0.5, 1e308, -1e308, float("nan"), float("inf"), 10**30, 2**31, 2**63, "", "x", "\0", "../x",
    "/etc/passwd", "9" * 40, [], {}, [[]], [{}], {"": None}, [0] * 50, [-1, 10**12], [1e309, 0], "\ud800",
)  # fmt: skip


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The same bytes where they aren't JSON."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return data
    places = list(_places(value, 0))
    if not places:
        return data
    for _ in range(chance.randint(1, 3)):
        _damage(*chance.choice(places), chance, places)
    try:
        return json.dumps(value).encode(errors="surrogatepass")
    except (ValueError, RecursionError):
        return data


def _places(value: object, depth: int) -> Iterator[Place]:
    if depth > 50:
        return
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value[:200]))
    else:
        return
    for key, inner in pairs:
        yield value, key
        yield from _places(inner, depth + 1)


def _damage(holder: object, key: object, chance: random.Random, places: list[Place]) -> None:
    assert isinstance(holder, dict | list)
    try:
        match chance.randrange(4):
            case 0:
                holder[key] = chance.choice(LIES)  # type: ignore[call-overload]  # a key of this holder
            case 1:
                del holder[key]  # type: ignore[arg-type]  # as above
            case 2:
                other, place = chance.choice(places)
                assert isinstance(other, dict | list)
                holder[key] = json.loads(json.dumps(other[place]))  # type: ignore[call-overload]  # as above
            case _:
                value = holder[key]  # type: ignore[call-overload]  # as above
                if isinstance(holder, list):
                    holder.append(value)
                elif isinstance(value, int | float):
                    holder[key] = value * chance.choice((-1, 2, 1000, 10**9))
    except (IndexError, KeyError, ValueError, OverflowError):
        return  # an earlier lie took the place away
