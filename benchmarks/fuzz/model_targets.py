"""The readers of models, and of the state of a training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.fuzz.target import CLASSES, Seeds, Target, file_target
from segstudio.nn.model_header import read_model_header

if TYPE_CHECKING:
    from segstudio.training.plan import TrainingPlan


def model_targets() -> Sequence[Target]:
    return (
        model_target(),
        file_target("mxnet", "m.params", read_mxnet, mxnet_seeds),
        file_target("onnx", "m.onnx", read_onnx, onnx_seeds),
        file_target("training-state", "training-state.pt", read_state, state_seeds),
    )


def model_target() -> Target:
    """The header is hostile; the weights that it speaks of are all zero."""
    weights: list[int] = []

    def seeds(folder: Path) -> Seeds:
        data = _model(folder)
        end = 8 + int.from_bytes(data[:8], "little")
        weights.append(len(data) - end)
        return {"header": data[:end]}

    def run(data: bytes, folder: Path) -> None:
        if not weights:
            seeds(folder)
        (folder / "hostile.safetensors").write_bytes(data + bytes(weights[0]))
        read_model_header(folder / "hostile.safetensors")

    return Target("model", run, seeds)


def _model(folder: Path) -> bytes:
    import torch

    from segstudio.domain.model_info import ChannelMap, ModelInfo, NetworkConfig
    from segstudio.nn.checkpoint import write_model
    from segstudio.nn.network import build_network

    torch.manual_seed(0)
    network = build_network(NetworkConfig("resnet18", 3, 8, 2, ((1, 1), (1, 2)), base_width=8))
    path = folder / "model.safetensors"
    write_model(path, network, ModelInfo("small", network.config, CLASSES, ChannelMap((0, 1, 2))))
    return path.read_bytes()


def read_mxnet(path: Path) -> None:
    from segstudio.nn.mxnet_params import read_mxnet_params

    read_mxnet_params(path)


def mxnet_seeds(_folder: Path) -> Seeds:
    head = (0x112).to_bytes(8, "little") + bytes(8) + (1).to_bytes(8, "little")
    array = (0xF993FAC9).to_bytes(4, "little") + bytes(4) + (1).to_bytes(4, "little") + (2).to_bytes(8, "little")
    array += (1).to_bytes(4, "little") + bytes(8) + bytes(8)
    names = (1).to_bytes(8, "little") + (5).to_bytes(8, "little") + b"arg:w"
    return {"params": head + array + names}


def read_onnx(path: Path) -> None:
    from segstudio.nn.onnx_import import read_onnx_parameters

    for array in read_onnx_parameters(path):
        array.read()


def onnx_seeds(_folder: Path) -> Seeds:
    try:
        import onnx  # an extra
        from onnx import TensorProto, helper
    except ImportError:
        return {"nothing": b""}
    weights = helper.make_tensor("w", TensorProto.FLOAT, [2, 3], [0.5] * 6)
    packed = helper.make_tensor("b", TensorProto.FLOAT16, [2], bytes(4), raw=True)
    output = helper.make_tensor_value_info("w", TensorProto.FLOAT, [2, 3])
    graph = helper.make_graph([], "g", [], [output], [weights, packed])
    return {"graph": onnx.ModelProto(graph=graph).SerializeToString()}


def read_state(path: Path) -> None:
    from segstudio.training.run_state import load_state

    load_state(path.parent, _plan())


def _plan() -> TrainingPlan:
    from segstudio.domain.model_info import NetworkConfig
    from segstudio.training.plan import Recipe, TrainingPlan

    network = NetworkConfig("resnet18", 3, 8, 2, ((1, 1), (1, 2)), base_width=8)
    where = Path("nowhere")
    return TrainingPlan(
        samples=(), validation=(), label_set=CLASSES, network=network, recipe=Recipe(), folder=where, output=where
    )


def state_seeds(folder: Path) -> Seeds:
    import torch

    from segstudio.training.run_state import STATE_FILE, RunState, save_state

    weights = {"w": torch.zeros(2, 3)}
    state = RunState(1, 2, 3.0, weights, weights, {"state": {0: {"step": torch.tensor(1.0)}}, "param_groups": []})
    save_state(folder / "run", _plan(), state)
    return {"state": (folder / "run" / STATE_FILE).read_bytes()}
