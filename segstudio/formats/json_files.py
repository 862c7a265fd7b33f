"""JSON from anywhere: parsed within limits, and read with the place named where something is wrong."""

from __future__ import annotations

import base64
import binascii
import json
from pathlib import Path
from typing import Any

from segstudio.domain.errors import FormatError
from segstudio.formats.limits import MAX_TEXT_BYTES, read_bytes

Json = Any  # parsed JSON, judged by who uses it


def read_json(path: Path, limit: int = MAX_TEXT_BYTES) -> Json:
    """Raises: FormatError: unreadable, or not JSON."""
    return parse_json(read_bytes(path, limit), path)


def parse_json(text: str | bytes, path: Path, place: str | None = None) -> Json:
    """Raises: FormatError: not JSON."""
    try:
        return json.loads(text.decode("utf-8-sig") if isinstance(text, bytes) else text)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"This is not valid JSON: {error}.", path=path, place=place) from error


def mapping(value: Json, path: Path, place: str) -> dict[str, Json]:
    """Raises: FormatError: not an object."""
    if not isinstance(value, dict):
        raise FormatError("Here an object with named fields is needed.", path=path, place=place)
    return value


def listing(value: Json, path: Path, place: str) -> list[Json]:
    """Raises: FormatError: not a list."""
    if not isinstance(value, list):
        raise FormatError("Here a list is needed.", path=path, place=place)
    return value


def whole_number(value: Json, path: Path, place: str, *, most: int = 2**53) -> int:
    """From 0 to ``most``; 3.0 counts as 3. Raises: FormatError: anything else."""
    is_whole = isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
    if not is_whole or not 0 <= value <= most:
        raise FormatError(f"{str(value)[:60]!r} is not a whole number of 0 to {most}.", path=path, place=place)
    return int(value)


def text(value: Json, path: Path, place: str) -> str:
    """Raises: FormatError: not text, or empty."""
    if not isinstance(value, str) or not value.strip():
        raise FormatError("Here a text is needed.", path=path, place=place)
    return value


def from_base64(value: Json, path: Path, place: str) -> bytes:
    """Raises: FormatError: not text, or not base64."""
    try:
        return base64.b64decode(text(value, path, place), validate=True)
    except (binascii.Error, ValueError) as error:
        raise FormatError(f"The text is not base64: {error}.", path=path, place=place) from error
