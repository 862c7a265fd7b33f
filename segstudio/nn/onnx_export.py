"""A model as an ONNX file of any height and width, checked against ONNX Runtime. Needs the ``onnx`` extra.

The graph is written out layer by layer, since it is short: no exporter's version stands between the two networks.
Input ``image``: float32 (N, 3, H, W), RGB of 0 to 255, H and W multiples of the output stride; the normalisation is
in the graph. Output ``logits``: float32 (N, channels, H/k, W/k), before softmax, k the cell width.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from segstudio.domain.errors import ModelError
from segstudio.domain.model_info import ModelInfo
from segstudio.nn.checkpoint import read_model
from segstudio.nn.folding import folded
from segstudio.nn.network import Network
from segstudio.nn.preprocessing import normalised

LARGEST_DIFFERENCE = 1e-3
"""In standard deviations of the logits."""
CHECKED_CELLS = ((3, 5), (8, 6))
"""Heights and widths of the two images it is checked on, in output strides."""


def export_onnx(model: Path | str, output: Path | str) -> float:
    """Writes ``output`` and returns how far ONNX Runtime's logits are from ours, in standard deviations.

    Raises: ModelError: the extra is missing, the model can't be read, the file can't be written, or the two differ.
    """
    try:
        import onnx  # here, because it is an extra

        from segstudio.nn.onnx_graph import build_graph  # here, because it imports onnx
    except ImportError as error:
        raise ModelError("Exporting needs more packages: pip install 'segstudio[onnx]'.") from error
    output = Path(output)
    network, info = read_model(model)
    graph = build_graph(folded(network), info)
    temporary = output.with_name(f".{output.name}.part")
    try:
        onnx.save(graph, str(temporary))
        difference = _difference(temporary, network, info)
        if not difference <= LARGEST_DIFFERENCE:
            raise ModelError(
                f"ONNX Runtime answers otherwise than the model, by {difference:.2g} standard deviations; "
                f"{output} was not written."
            )
        temporary.replace(output)
    except OSError as error:
        raise ModelError(f"{output} can't be written: {error.strerror or error}.") from error
    finally:
        temporary.unlink(missing_ok=True)
    return difference


def _difference(path: Path, network: Network, info: ModelInfo) -> float:
    """The largest difference of any logit over two noisy images, in standard deviations."""
    import onnxruntime  # here, because it is an extra

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    random = np.random.default_rng(0)
    for rows, columns in CHECKED_CELLS:
        stride = info.network.output_stride
        image = random.uniform(0, 255, (1, 3, rows * stride, columns * stride)).astype(np.float32)
        with torch.inference_mode():
            wanted = network.logits(normalised(torch.from_numpy(image), info.normalization)).numpy()
        found: NDArray[np.float32] = session.run(["logits"], {"image": image})[0]
        if found.shape != wanted.shape:
            raise ModelError(f"ONNX Runtime answers with the shape {found.shape}, the model with {wanted.shape}.")
        worst = max(worst, float(np.abs(found - wanted).max() / max(float(wanted.std()), 1e-12)))
    return worst
