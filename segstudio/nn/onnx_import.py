"""The parameters of an ONNX file, such as the ONNX Model Zoo's ``ResNet101-DUC``. Needs the ``onnx`` extra."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from segstudio.domain.errors import ModelError
from segstudio.nn.named_arrays import NamedArray

if TYPE_CHECKING:
    import onnx

LARGEST_FILE = 2 << 30
"""More than protobuf can hold in one message."""


def read_onnx_parameters(path: Path) -> list[NamedArray]:
    """Every initialiser of the graph, under its own name; nothing of the graph is run.

    Raises: ModelError: the ``onnx`` package is missing, or the file is damaged or of a kind that isn't read.
    """
    try:
        import onnx  # here, because it is an extra
        from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # its stubs lag behind
    except ImportError as error:
        raise ModelError("Reading ONNX files needs one more package: pip install 'segstudio[onnx]'.") from error
    try:
        if path.stat().st_size >= LARGEST_FILE:
            raise ModelError(f"{path} is larger than an ONNX file can be.")
        model = onnx.load(str(path), load_external_data=False)
    except (OSError, DecodeError, ValueError) as error:
        raise ModelError(f"{path} is not a readable ONNX file, or it was cut off: {error}.") from error
    if not model.graph.initializer:
        raise ModelError(f"{path} holds no parameters: either it is not an ONNX file, or it was cut off.")
    try:
        return [_named(tensor) for tensor in model.graph.initializer]
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def _named(tensor: onnx.TensorProto) -> NamedArray:
    from onnx import TensorProto, helper, numpy_helper  # here, because it is an extra

    name, shape = tensor.name, tuple(tensor.dims)
    if tensor.data_location == TensorProto.EXTERNAL:
        raise ModelError(f"The values of {name!r} lie in another file; only single ONNX files are read.")
    if tensor.data_type not in helper.get_all_tensor_dtypes() or tensor.data_type == TensorProto.STRING:
        raise ModelError(f"The parameter {name!r} has the unknown type {tensor.data_type}.")
    kind = helper.tensor_dtype_to_np_dtype(tensor.data_type)
    if min(shape, default=0) < 0:
        raise ModelError(f"The parameter {name!r} has the impossible shape {shape}.")
    if tensor.HasField("raw_data"):
        held = len(tensor.raw_data) / kind.itemsize
    else:
        held = max(len(tensor.float_data), len(tensor.double_data), len(tensor.int32_data), len(tensor.int64_data))
    if held != math.prod(shape):
        raise ModelError(f"The parameter {name!r} of shape {shape} holds {held:g} values; the file is damaged.")

    def read() -> NDArray[np.float32]:
        try:
            return numpy_helper.to_array(tensor).astype(np.float32)
        except (ValueError, TypeError) as error:
            raise ModelError(f"The values of {name!r} can't be read: {error}.") from error

    return NamedArray(name, shape, kind.kind == "f", read)
