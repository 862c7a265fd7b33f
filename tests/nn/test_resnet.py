"""The trunks against torchvision's own."""

from __future__ import annotations

import pytest
import torch
from torchvision.models import get_model
from torchvision.models._utils import IntermediateLayerGetter

from segstudio.domain.model_info import NetworkConfig, StemKind
from segstudio.nn.dilation import BLOCKS, named_schedule
from segstudio.nn.resnet import ResNet
from tests.nn.networks import small_config


def config_of(
    trunk: str, output_stride: int = 8, dilations: tuple[tuple[int, ...], ...] | None = None
) -> NetworkConfig:
    layer3, layer4 = dilations or named_schedule("dilation-bigger", trunk, output_stride)
    return NetworkConfig(trunk, 3, output_stride, 2, (layer3, layer4))


@pytest.mark.parametrize("trunk", BLOCKS)
def test_parameters_are_named_and_shaped_as_torchvisions(trunk: str) -> None:
    with torch.device("meta"):
        theirs = {name: value.shape for name, value in get_model(trunk).state_dict().items() if name[:3] != "fc."}
        ours = {name: value.shape for name, value in ResNet(config_of(trunk)).state_dict().items()}
    assert list(ours) == list(theirs)
    assert ours == theirs


def test_with_torchvisions_rates_and_weights_the_features_are_torchvisions() -> None:
    torch.manual_seed(0)
    theirs = get_model("resnet50", replace_stride_with_dilation=[False, True, True]).eval()
    ours = ResNet(config_of("resnet50", dilations=((1, 2, 2, 2, 2, 2), (2, 4, 4)))).eval()
    ours.load_state_dict({k: v for k, v in theirs.state_dict().items() if k[:3] != "fc."})
    image = torch.randn(1, 3, 64, 96)
    with torch.inference_mode():
        wanted = IntermediateLayerGetter(theirs, {"layer4": "out"})(image)["out"]
        torch.testing.assert_close(ours(image), wanted)


def test_a_basic_block_trunk_agrees_with_torchvision_up_to_its_last_stage() -> None:
    torch.manual_seed(0)
    theirs = get_model("resnet18").eval()
    ours = ResNet(config_of("resnet18", 16, ((1, 1), (1, 1)))).eval()
    ours.load_state_dict({k: v for k, v in theirs.state_dict().items() if k[:3] != "fc."})
    image = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        wanted = IntermediateLayerGetter(theirs, {"layer3": "out"})(image)["out"]
        found = IntermediateLayerGetter(ours, {"layer3": "out"})(image)["out"]
    torch.testing.assert_close(found, wanted)


@pytest.mark.parametrize("stem", StemKind)
@pytest.mark.parametrize("output_stride", [8, 16])
@pytest.mark.parametrize("trunk", ["resnet34", "resnet50"])
def test_features_have_the_output_stride(stem: StemKind, output_stride: int, trunk: str) -> None:
    trunk_network = ResNet(small_config(trunk=trunk, stem=stem, output_stride=output_stride)).eval()
    with torch.inference_mode():
        features = trunk_network(torch.zeros(1, 3, 48, 80))
    assert features.shape == (1, trunk_network.channels_out, 48 // output_stride, 80 // output_stride)


def test_each_block_has_its_own_rate() -> None:
    trunk = ResNet(small_config(trunk="resnet34"))
    rates = [[block.conv1.dilation[0], block.conv2.dilation[0]] for block in trunk.layer3]
    assert rates == [[1, 1], [2, 2], [5, 5], [1, 1], [2, 2], [5, 5]]
    assert [block.conv2.dilation[0] for block in trunk.layer4] == [5, 9, 17]


def test_zeroed_last_norms_make_blocks_begin_as_identities() -> None:
    trunk = ResNet(small_config())
    trunk.initialise(zero_last_norm=True)
    block = trunk.layer1[1].eval()
    x = torch.rand(1, 8, 9, 9)
    torch.testing.assert_close(block(x), x)
