"""The authors' network, to the digit, from both of its file formats and through our own."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from torch.nn import functional

from segstudio.inference.predictor import Predictor
from segstudio.nn.checkpoint import read_model, weights, write_model
from segstudio.nn.checkpoint_import import import_checkpoint
from segstudio.nn.dilation import gridding_fault
from segstudio.nn.network import Network
from segstudio.nn.onnx_export import export_onnx
from segstudio.nn.tusimple import RATES, published_config, published_names

Parameters = list[tuple[str, np.ndarray]]
CLOSE = 1e-3
"""In standard deviations of the authors' logits."""


@pytest.fixture(scope="module")
def reference(tusimple_reference: Path) -> tuple[Parameters, Callable[..., None], dict[str, np.ndarray]]:
    """The stand-in's parameters, the authors' writer, and the authors' answers."""
    spec = importlib.util.spec_from_file_location("make_checkpoint", tusimple_reference / "make_checkpoint.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with np.load(tusimple_reference / "expected.npz") as answers:
        return list(module.parameters(0)), module.write, dict(answers)


@pytest.fixture(scope="module")
def model(reference: tuple, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The stand-in as the authors' MXNet wrote it (v1), imported and written as our file."""
    folder = tmp_path_factory.mktemp("tusimple")
    parameters, write, _ = reference
    write(folder / "v1.params", parameters, "v1")
    network, info = import_checkpoint(folder / "v1.params")
    (folder / "v1.params").unlink()
    write_model(folder / "tusimple.safetensors", network, info)
    yield folder / "tusimple.safetensors"
    (folder / "tusimple.safetensors").unlink()


def authors_logits(answers: dict[str, np.ndarray], index: int) -> np.ndarray:
    """Rearranged: (19, H/2, W/2)."""
    return functional.pixel_shuffle(torch.from_numpy(answers[f"logits_{index}"]), 4)[0].numpy()


def test_the_published_configuration_is_sound_and_names_538_parameters() -> None:
    assert gridding_fault(*RATES) is None
    with torch.device("meta"):
        names = published_names(weights(Network(published_config())))
    assert len(set(names.values())) == len(names) == 538
    assert names["trunk.stem.bn1.running_var"] == "conv1_1_3x3_s2/bn_moving_var"
    assert names["trunk.layer3.22.conv2.weight"] == "conv4_23_3x3_weight"
    assert names["trunk.layer1.0.downsample.1.bias"] == "conv2_1_1x1_proj/bn_beta"
    assert names["head.branches.3.bias"] == "fc1_cityscapes_c3_bias"


def test_our_logits_are_the_authors(reference: tuple, model: Path) -> None:
    answers = reference[2]
    network, info = read_model(model)
    predictor = Predictor(network, info, torch.device("cpu"), precision=torch.float32)
    for index in (0, 1):
        wanted = authors_logits(answers, index)
        found = predictor.logits(answers[f"image_{index}"])
        assert np.abs(found - wanted).max() < CLOSE * wanted.std()
    probabilities = predictor.probabilities(answers["image_0"]).values / 255.0
    assert np.abs(probabilities - answers["probabilities_0"].astype(np.float64)).max() < 0.004


def test_through_our_onnx_export_the_logits_are_the_authors(reference: tuple, model: Path, tmp_path: Path) -> None:
    import onnxruntime

    answers, path = reference[2], tmp_path / "tusimple.onnx"
    assert export_onnx(model, path) < CLOSE
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for index in (0, 1):
        wanted = authors_logits(answers, index)
        image = answers[f"image_{index}"].transpose(2, 0, 1)[np.newaxis].astype(np.float32)
        found = session.run(["logits"], {"image": image})[0][0]
        assert np.abs(found - wanted).max() < CLOSE * wanted.std()
    path.unlink()


def test_mxnets_second_format_holds_the_same_network(reference: tuple, model: Path, tmp_path: Path) -> None:
    parameters, write, _ = reference
    write(tmp_path / "v2.params", parameters, "v2")
    assert_same_weights(import_checkpoint(tmp_path / "v2.params")[0], model)
    (tmp_path / "v2.params").unlink()


def test_an_onnx_file_with_the_authors_names_holds_the_same_network(
    reference: tuple, model: Path, tmp_path: Path
) -> None:
    initialisers = [numpy_helper.from_array(array, name.partition(":")[2]) for name, array in reference[0]]
    initialisers.append(numpy_helper.from_array(np.array([0, 19, 4, 4], np.int64), "reshape_attr_tensor"))
    graph = helper.make_graph(
        [helper.make_node("Identity", ["data"], ["out"])],
        "zoo",
        [helper.make_tensor_value_info("data", TensorProto.FLOAT, [1, 3, 800, 800])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, 3, 800, 800])],
        initialisers,
    )
    path = tmp_path / "ResNet101-DUC-7.onnx"
    onnx.save(helper.make_model(graph), str(path))
    assert_same_weights(import_checkpoint(path)[0], model)
    path.unlink()


def assert_same_weights(network: Network, model: Path) -> None:
    wanted = weights(read_model(model)[0])
    for name, value in weights(network).items():
        assert torch.equal(value, wanted[name]), name
