"""The header of a model's safetensors file, read without torch and without believing it.

A file is a little-endian uint64, so many bytes of JSON, then the tensors' bytes, one after the other. Nothing in
it is ever executed. https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from segstudio.domain.errors import ModelError
from segstudio.domain.model_info import ModelInfo
from segstudio.nn.model_codec import decode_model_info, info_to_json

__all__ = ["ModelHeader", "TensorEntry", "info_to_json", "read_model_header", "read_model_info"]

METADATA_KEY = "segstudio"
LARGEST_HEADER = 16 << 20
BYTES_OF = {"F32": 4, "F16": 2, "BF16": 2}


@dataclass(frozen=True, slots=True)
class TensorEntry:
    """One tensor's place; ``start`` and ``end`` count bytes from the end of the header."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ModelHeader:
    info: ModelInfo
    tensors: Mapping[str, TensorEntry]


def read_model_info(path: Path | str) -> ModelInfo:
    """Raises: ModelError: not one of our model files, or damaged."""
    return read_model_header(path).info


def read_model_header(path: Path | str) -> ModelHeader:
    """Raises: ModelError: not one of our model files, or damaged."""
    path = Path(path)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 10 or not 2 <= length <= min(LARGEST_HEADER, size - 8):
                raise ModelError(f"{path} is not a safetensors model file, or it was cut off.")
            raw = file.read(length)
    except OSError as error:
        raise ModelError(f"{path} can't be read: {error.strerror or error}.") from error
    try:
        header: object = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path} is not a safetensors model file: its header is not readable.") from error
    if not isinstance(header, dict):
        raise ModelError(f"{path} is not a safetensors model file: its header is no object.")
    metadata = header.pop("__metadata__", None)
    described = metadata.get(METADATA_KEY) if isinstance(metadata, dict) else None
    if not isinstance(described, str):
        raise ModelError(f"{path} is a safetensors file, but not a SegStudio model: it has no description.")
    try:
        return ModelHeader(decode_model_info(described), _entries(header, size - 8 - length))
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def _entries(header: Mapping[str, object], data_bytes: int) -> Mapping[str, TensorEntry]:
    entries = {name: _entry(name, value) for name, value in header.items()}
    end = 0
    for name, entry in sorted(entries.items(), key=lambda item: (item[1].start, item[1].end)):
        if entry.start != end:
            raise ModelError(f"The tensor {name!r} does not follow the one before it; the file is damaged.")
        end = entry.end
    if end != data_bytes:
        raise ModelError(f"The tensors need {end} bytes, the file holds {data_bytes}; it was cut off or damaged.")
    return entries


def _entry(name: str, value: object) -> TensorEntry:
    if not isinstance(value, dict):
        raise ModelError(f"The tensor {name!r} has no proper entry.")
    dtype, shape, offsets = value.get("dtype"), value.get("shape"), value.get("data_offsets")
    if not isinstance(dtype, str) or dtype not in BYTES_OF:
        raise ModelError(f"The tensor {name!r} is of type {dtype!r:.40}; only {', '.join(BYTES_OF)} are read.")
    sizes, place = _sizes(shape), _sizes(offsets)
    if sizes is None or place is None or len(place) != 2:
        raise ModelError(f"The tensor {name!r} has an impossible shape or place.")
    start, end = place
    if end - start != math.prod(sizes) * BYTES_OF[dtype]:
        raise ModelError(f"The tensor {name!r} of shape {sizes} does not fill bytes {start} to {end}.")
    return TensorEntry(dtype, sizes, start, end)


def _sizes(value: object) -> tuple[int, ...] | None:
    """None where it isn't a short list of whole numbers from 0 to 2**48."""
    if not isinstance(value, list) or len(value) > 8:
        return None
    sizes = tuple(item for item in value if isinstance(item, int) and not isinstance(item, bool))
    return sizes if len(sizes) == len(value) and all(0 <= size < 1 << 48 for size in sizes) else None
