"""torchvision's published ImageNet weights, as a start for a trunk."""

from __future__ import annotations

from torchvision.models import get_model_weights

from segstudio.domain.errors import ModelError
from segstudio.domain.model_info import StemKind
from segstudio.nn.network import Network

PUBLISHED_WIDTH = 64


def load_imagenet_weights(network: Network) -> str:
    """Fills the network's trunk with torchvision's newest weights for it, and returns their name.

    Raises: ModelError: none exist for this trunk, or they can't be downloaded.
    """
    config = network.config
    if config.stem is not StemKind.TORCHVISION or config.base_width != PUBLISHED_WIDTH:
        raise ModelError(
            "ImageNet weights are published for trunks with torchvision's stem and a base width of "
            f"{PUBLISHED_WIDTH}; this one has the {config.stem} stem and {config.base_width}."
        )
    published = get_model_weights(config.trunk).DEFAULT
    try:
        state = published.get_state_dict(progress=False, check_hash=True)
    except (OSError, RuntimeError) as error:
        raise ModelError(
            f"The ImageNet weights of {config.trunk} could not be had from {published.url}: {error}. "
            "Connect to the internet once (they are kept afterwards), or train from scratch."
        ) from error
    own = {name: value for name, value in state.items() if not name.startswith("fc.")}
    network.trunk.load_state_dict(own, strict=True)
    return f"{config.trunk} {published.name}"
