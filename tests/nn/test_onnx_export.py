"""ONNX files that ONNX Runtime answers as the model does, at any size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from segstudio.domain.errors import ModelError
from segstudio.domain.model_info import HeadKind, NetworkConfig, StemKind
from segstudio.inference.predictor import Predictor
from segstudio.nn.checkpoint import write_model
from segstudio.nn.model_codec import decode_model_info
from segstudio.nn.onnx_export import export_onnx
from tests.nn.networks import info_of, small_config, small_network

CONFIGURATIONS = [
    small_config(cell_width=1, aspp_rates=(6, 12)),
    small_config(cell_width=8),
    small_config(trunk="resnet50", stem=StemKind.TUSIMPLE, base_width=4, output_stride=16, cell_width=4),
    small_config(head=HeadKind.BILINEAR, cell_width=1),
]


@pytest.mark.parametrize("config", CONFIGURATIONS, ids=lambda c: f"{c.trunk}-{c.head}-{c.cell_width}")
def test_onnx_runtime_gives_our_logits_at_any_size(tmp_path: Path, config: NetworkConfig) -> None:
    network, info = small_network(config), info_of(config)
    write_model(tmp_path / "m.safetensors", network, info)
    assert export_onnx(tmp_path / "m.safetensors", tmp_path / "m.onnx") < 1e-4
    session = onnxruntime.InferenceSession(str(tmp_path / "m.onnx"), providers=["CPUExecutionProvider"])
    predictor = Predictor(network, info, torch.device("cpu"), precision=torch.float32)
    for height, width in ((32, 80), (96, 16)):
        image = np.random.default_rng(height).integers(0, 256, (height, width, 3), np.uint8)
        wanted = predictor.logits(image)
        found = session.run(None, {"image": image.transpose(2, 0, 1)[np.newaxis].astype(np.float32)})[0][0]
        np.testing.assert_allclose(found, wanted, atol=1e-4 * wanted.std(), rtol=0)


def test_the_description_travels_with_the_onnx_file(tmp_path: Path) -> None:
    config = CONFIGURATIONS[1]
    write_model(tmp_path / "m.safetensors", small_network(config), info_of(config))
    export_onnx(tmp_path / "m.safetensors", tmp_path / "m.onnx")
    properties = {item.key: item.value for item in onnx.load(str(tmp_path / "m.onnx")).metadata_props}
    assert decode_model_info(properties["segstudio"]) == info_of(config)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.onnx", "m.safetensors"]


def test_a_file_that_is_no_model_is_not_exported(tmp_path: Path) -> None:
    (tmp_path / "m.safetensors").write_bytes(b"nothing")
    with pytest.raises(ModelError):
        export_onnx(tmp_path / "m.safetensors", tmp_path / "m.onnx")
    assert not (tmp_path / "m.onnx").exists()
