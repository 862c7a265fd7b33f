"""Changes what a model file says of itself and leaves its tensors as they are, byte for byte."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from segstudio.domain.errors import ModelError
from segstudio.domain.model_info import ModelInfo
from segstudio.nn.model_codec import encode_model_info
from segstudio.nn.model_header import METADATA_KEY, read_model_info

ALIGNMENT = 8
"""Of the tensors' first byte, as the safetensors library writes them."""


def copy_with_info(source: Path, target: Path, info: ModelInfo) -> None:
    """``target`` is ``source`` with another description.

    Raises: ModelError: the source is no model of ours. OSError: the target can't be written.
    """
    if read_model_info(source).network != info.network:
        raise ModelError(f"{source} holds another network than the new description says.")
    with source.open("rb") as old, target.open("wb") as new:
        length = int.from_bytes(old.read(8), "little")
        header = json.loads(old.read(length))
        header["__metadata__"] = {**header["__metadata__"], METADATA_KEY: encode_model_info(info)}
        raw = json.dumps(header, separators=(",", ":")).encode()
        raw += b" " * (-len(raw) % ALIGNMENT)
        new.write(len(raw).to_bytes(8, "little") + raw)
        shutil.copyfileobj(old, new, 1 << 20)
