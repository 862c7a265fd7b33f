"""The authors' published weights, from MXNet's or ONNX's files, as one of our models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from segstudio.domain.cityscapes import CITYSCAPES
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import ModelError
from segstudio.domain.model_info import ChannelMap, ModelInfo
from segstudio.nn.checkpoint import fill, weights
from segstudio.nn.mxnet_params import LIST_MAGIC, read_mxnet_params
from segstudio.nn.named_arrays import NamedArray
from segstudio.nn.network import Network
from segstudio.nn.onnx_import import read_onnx_parameters
from segstudio.nn.tusimple import NORMALIZATION, published_config, published_names

PICKLES = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def import_checkpoint(file: Path | str, *, classes: LabelSet | None = None) -> tuple[Network, ModelInfo]:
    """The published network with the file's weights; ``classes`` are Cityscapes' 19 where none are given.

    Reads MXNet's ``.params`` and the ONNX Model Zoo's ``ResNet101-DUC``, told apart by their contents.

    Raises: ModelError: not such a file, cut off, or a parameter is missing, unknown or of the wrong shape.
    """
    path = Path(file)
    label_set = classes or CITYSCAPES
    channel_map = ChannelMap(tuple(spec.id for spec in label_set.active))
    config = published_config(len(channel_map.class_ids))
    arrays = _read(path)
    with torch.device("meta"):
        network = Network(config)
    try:
        tensors = _matched(weights(network), arrays)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error
    fill(network, tensors)
    info = ModelInfo(
        name=path.stem,
        network=config,
        label_set=label_set,
        channel_map=channel_map,
        normalization=NORMALIZATION,
        parent=path.name,
        licence="that of the imported weights",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        notes="ResNet101-DUC-HDC of Wang et al., arXiv 1702.08502, imported.",
    )
    return network.eval(), info


def _read(path: Path) -> Sequence[NamedArray]:
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise ModelError(f"{path} can't be read: {error.strerror or error}.") from error
    if int.from_bytes(start, "little") == LIST_MAGIC and len(start) == 8:
        return read_mxnet_params(path)
    if start.startswith(PICKLES):
        raise ModelError(f"{path} is a pickle, which could run any program when opened; it is not read.")
    if path.suffix.lower() == ".onnx":
        return read_onnx_parameters(path)
    raise ModelError(f"{path} is neither an MXNet .params file (it does not begin with 0x112) nor an .onnx file.")


def _matched(wanted: Mapping[str, Tensor], arrays: Sequence[NamedArray]) -> dict[str, Tensor]:
    """Our tensors by our names. All names and shapes are compared before the first value is read."""
    found: dict[str, NamedArray] = {}
    for array in arrays:
        name = array.name.removeprefix("arg:").removeprefix("aux:")
        if name in found:
            raise ModelError(f"The parameter {name!r} occurs twice.")
        found[name] = array
    published = published_names(wanted)
    for own, theirs in published.items():
        if theirs not in found:
            raise ModelError(f"The parameter {theirs!r} is missing; this is not the whole ResNet101-DUC-HDC.")
        if found[theirs].shape != tuple(wanted[own].shape):
            shape = tuple(wanted[own].shape)
            raise ModelError(f"The parameter {theirs!r} has the shape {found[theirs].shape}, not {shape}.")
    known = set(published.values())
    # ONNX files also keep whole numbers as initialisers: the shapes that nodes reshape to.
    unknown = [name for name, array in found.items() if name not in known and array.is_floating]
    if unknown:
        raise ModelError(f"ResNet101-DUC-HDC has no parameter {unknown[0]!r}; this is another network.")
    return {own: _tensor(found[theirs]) for own, theirs in published.items()}


def _tensor(array: NamedArray) -> Tensor:
    values = array.read()
    if not np.isfinite(values).all():
        raise ModelError(f"The parameter {array.name!r} holds values that are no numbers; the file is damaged.")
    return torch.from_numpy(values)
