"""A model as one safetensors file: weights and everything that is known of them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from segstudio.domain.errors import ModelError
from segstudio.domain.model_info import ModelInfo
from segstudio.nn.model_codec import encode_model_info
from segstudio.nn.model_header import METADATA_KEY, TensorEntry, read_model_header
from segstudio.nn.network import Network, check_config

HALF_LIMIT = 65504.0
UNFINISHED_PREFIX = ".segstudio-"
"""So a project knows what a training that was killed left in its folders, and sweeps it."""


def write_model(path: Path | str, network: Network, info: ModelInfo, *, half: bool = False) -> None:
    """Writes a model; what lies at ``path`` is replaced only once the new file is complete.

    With ``half`` the convolutions are stored as float16 (batch norms stay float32), half the size.

    Raises: ModelError: the file can't be written, or a weight is not finite.
    """
    path = Path(path)
    tensors = {name: _stored(name, value, half=half) for name, value in weights(network).items()}
    described = encode_model_info(replace(info, network=network.config))
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f"{UNFINISHED_PREFIX}{path.stem}-", suffix=".part", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        save_file(tensors, temporary, metadata={METADATA_KEY: described})
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except (OSError, SafetensorError) as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise ModelError(f"The model can't be written to {path}: {error}") from error


def read_model(path: Path | str) -> tuple[Network, ModelInfo]:
    """The network, in evaluation mode on the CPU in float32, and what is known of it.

    Sizes are checked against the described network before memory is taken.

    Raises: ModelError: damaged, foreign, or the tensors don't fit the description.
    """
    header = read_model_header(path)
    try:
        check_config(header.info.network)
        with torch.device("meta"):
            network = Network(header.info.network)
        _check_tensors(weights(network), header.tensors)
        tensors = {name: value.float() for name, value in load_file(path, device="cpu").items()}
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{path} can't be read: {error}") from error
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error
    for name, value in tensors.items():
        if not bool(torch.isfinite(value).all()):
            raise ModelError(f"{path}: the tensor {name!r} holds values that are no numbers; the file is damaged.")
    fill(network, tensors)
    return network.eval(), header.info


def weights(network: Network) -> dict[str, Tensor]:
    """What a file holds of a network: its state, without the batch norms' count of batches."""
    return {name: value for name, value in network.state_dict().items() if not name.endswith("num_batches_tracked")}


def fill(network: Network, tensors: Mapping[str, Tensor]) -> None:
    """Puts ``tensors`` (all of ``weights(network)``) into ``network``, which may be on the meta device."""
    counts = {
        name: torch.zeros((), dtype=torch.long)
        for name in network.state_dict()
        if name.endswith("num_batches_tracked")
    }
    network.load_state_dict({**tensors, **counts}, strict=True, assign=True)
    network.requires_grad_(requires_grad=True)


def _stored(name: str, value: Tensor, *, half: bool) -> Tensor:
    value = value.detach().to("cpu", torch.float32).contiguous()
    if not bool(torch.isfinite(value).all()):
        raise ModelError(f"The weights {name!r} hold values that are no numbers; the model was not written.")
    if half and value.ndim == 4 and float(value.abs().max()) < HALF_LIMIT:
        return value.half()
    return value.clone()


def _check_tensors(wanted: Mapping[str, Tensor], found: Mapping[str, TensorEntry]) -> None:
    for name, value in wanted.items():
        if name not in found:
            raise ModelError(f"the tensor {name!r} is missing.")
        if found[name].shape != tuple(value.shape):
            raise ModelError(f"the tensor {name!r} has the shape {found[name].shape}, not {tuple(value.shape)}.")
    unknown = sorted(set(found) - set(wanted))
    if unknown:
        raise ModelError(f"the network has no tensor {unknown[0]!r}.")
