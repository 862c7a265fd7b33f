"""ImageNet weights for a trunk: from torchvision's store, or a sentence."""

from __future__ import annotations

import urllib.request
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
from torchvision.models import ResNet18_Weights, resnet18

from segstudio.domain.errors import ModelError
from segstudio.domain.model_info import StemKind
from segstudio.nn.imagenet import load_imagenet_weights
from segstudio.nn.network import build_network
from tests.nn.networks import small_config


@pytest.fixture
def empty_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    return folder


def test_weights_that_torchvision_has_fill_the_trunk(empty_store: Path) -> None:
    torch.manual_seed(1)
    published = resnet18().state_dict()
    torch.save(published, empty_store / Path(ResNet18_Weights.DEFAULT.url).name)
    network = build_network(small_config(base_width=64))
    assert load_imagenet_weights(network) == "resnet18 IMAGENET1K_V1"
    for name, value in network.trunk.state_dict().items():
        assert torch.equal(value, published[name]), name


@pytest.mark.usefixtures("empty_store")
def test_offline_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise URLError("Name or service not known")

    monkeypatch.setattr(urllib.request, "urlopen", unreachable)
    monkeypatch.setattr("torch.hub.urlopen", unreachable)
    with pytest.raises(ModelError, match="Connect to the internet once"):
        load_imagenet_weights(build_network(small_config(base_width=64)))


@pytest.mark.parametrize("change", [{"stem": StemKind.TUSIMPLE}, {"base_width": 32}])
def test_trunks_without_published_weights_are_named(change: dict[str, object]) -> None:
    with pytest.raises(ModelError, match="are published for"):
        load_imagenet_weights(build_network(small_config(**change)))
