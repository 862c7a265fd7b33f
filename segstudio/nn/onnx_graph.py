"""A folded network written out as an ONNX graph. Needs the ``onnx`` extra."""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from segstudio.domain.model_info import HeadKind, ModelInfo, StemKind
from segstudio.nn.model_codec import encode_model_info
from segstudio.nn.network import Network
from segstudio.nn.resnet import BasicBlock, Bottleneck

Attribute = str | int | list[int]

OPSET = 17
IR_VERSION = 9
"""The oldest that has what is needed, so that old runtimes read it too."""


def build_graph(network: Network, info: ModelInfo) -> onnx.ModelProto:
    """``network`` must be folded (``folding.folded``). The model's description travels as metadata."""
    builder = _Builder()
    images = builder.normalised("image", info)
    scores = builder.head(builder.trunk(images, network), network)
    builder.add("Identity", [scores], output="logits")
    channels = network.config.channels
    graph = helper.make_graph(
        builder.nodes,
        "segstudio",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, "height", "width"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", channels, "rows", "columns"])],
        builder.constants,
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="SegStudio",
        doc_string="image: RGB of 0 to 255, sides multiples of the output stride. logits: before softmax.",
    )
    helper.set_model_props(model, {"segstudio": encode_model_info(info)})
    onnx.checker.check_model(model)
    return model


class _Builder:
    """Nodes and constants, in the order of the calls; each method returns the name of what it computes."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, kind: str, inputs: list[str], *, output: str = "", **attributes: Attribute) -> str:
        name = output or f"{kind.lower()}_{len(self.nodes)}"
        node = helper.make_node(kind, inputs, [name], name=f"node_{name}")
        node.attribute.extend(helper.make_attribute(key, value) for key, value in attributes.items())
        self.nodes.append(node)
        return name

    def constant(self, values: NDArray[np.float32]) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))
        return name

    def normalised(self, image: str, info: ModelInfo) -> str:
        mean, deviation = (
            self.constant(np.array(values, np.float32).reshape(1, 3, 1, 1))
            for values in (info.normalization.mean, info.normalization.deviation)
        )
        return self.add("Div", [self.add("Sub", [image, mean]), deviation])

    def trunk(self, x: str, network: Network) -> str:
        trunk = network.trunk
        if network.config.stem is StemKind.TUSIMPLE:
            for layer in (trunk.stem.conv1, trunk.stem.conv2, trunk.stem.conv3):
                x = self.relu(self.convolution(x, layer))
            x = self.add("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2])
        else:
            x = self.relu(self.convolution(x, trunk.conv1))
            x = self.add("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
        for stage in (trunk.layer1, trunk.layer2, trunk.layer3, trunk.layer4):
            for block in stage:
                x = self.block(x, block)
        return x

    def block(self, x: str, block: nn.Module) -> str:
        assert isinstance(block, BasicBlock | Bottleneck)
        layers = [block.conv1, block.conv2] + ([block.conv3] if isinstance(block, Bottleneck) else [])
        y = x
        for index, layer in enumerate(layers):
            y = self.convolution(y if index == 0 else self.relu(y), layer)
        shortcut = x if block.downsample is None else self.convolution(x, block.downsample[0])
        return self.relu(self.add("Add", [y, shortcut]))

    def head(self, features: str, network: Network) -> str:
        first, *others = (self.convolution(features, branch) for branch in network.head.branches)
        cells = first
        for other in others:
            cells = self.add("Add", [cells, other])
        side = network.config.cells_per_side
        if side == 1:
            return cells
        if network.config.head is HeadKind.BILINEAR:
            factors = self.constant(np.array([1, 1, side, side], np.float32))
            return self.add(
                "Resize", [cells, "", factors], mode="linear", coordinate_transformation_mode="half_pixel"
            )
        return self.add("DepthToSpace", [cells], blocksize=side, mode="CRD")

    def relu(self, x: str) -> str:
        return self.add("Relu", [x])

    def convolution(self, x: str, layer: nn.Module) -> str:
        assert isinstance(layer, nn.Conv2d)
        assert layer.bias is not None, "a convolution was not folded"
        assert not isinstance(layer.padding, str)
        return self.add(
            "Conv",
            [x, self.constant(layer.weight.numpy()), self.constant(layer.bias.numpy())],
            kernel_shape=list(layer.kernel_size),
            strides=list(layer.stride),
            dilations=list(layer.dilation),
            pads=[layer.padding[0]] * 4,
        )
