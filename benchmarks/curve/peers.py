"""segmentation_models_pytorch's networks (MIT) behind the face of ours, so that one loop trains and scores both."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from torch.nn import functional

from segstudio.domain.model_info import NetworkConfig
from segstudio.nn.network import Network

PEERS = {"DeepLabV3+": "DeepLabV3Plus", "U-Net": "Unet"}
DEEPEST_STRIDE = 32


class PeerNetwork(Network):
    """Images (N, 3, H, W) of any size to scores at every pixel, (N, channels, H, W)."""

    def __init__(self, config: NetworkConfig, model: Any) -> None:  # Any: the peers' package has no types
        nn.Module.__init__(self)
        self.config = config
        self.trunk = model.encoder
        self.head = nn.ModuleDict({"decoder": model.decoder, "scores": model.segmentation_head})  # type: ignore[assignment]

    def forward(self, images: Tensor) -> Tensor:
        height, width = images.shape[-2:]
        missing = (0, -width % DEEPEST_STRIDE, 0, -height % DEEPEST_STRIDE)
        features = self.trunk(functional.pad(images, missing, mode="replicate") if any(missing) else images)
        scores: Tensor = self.head["scores"](self.head["decoder"](features))  # type: ignore[index]
        return scores[..., :height, :width]

    def rearrange(self, cells: Tensor) -> Tensor:
        return cells


def build_peer(name: str, config: NetworkConfig) -> PeerNetwork:
    """The peer ``name`` of ``PEERS`` with the package's own fresh weights."""
    import segmentation_models_pytorch

    factory = getattr(segmentation_models_pytorch, PEERS[name])
    return PeerNetwork(config, factory(config.trunk, encoder_weights=None, classes=config.channels))
