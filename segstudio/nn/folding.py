"""Batch norms folded into the convolutions before them: the same network with half the layers."""

from __future__ import annotations

import copy

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from segstudio.nn.network import Network


def folded(network: Network) -> Network:
    """A float32 copy in evaluation mode whose batch norms have become part of the convolutions before them."""
    copied = copy.deepcopy(network).eval().float()
    for module in [*copied.modules()]:
        _fold_children(module)
    return copied.requires_grad_(requires_grad=False)


def _fold_children(module: nn.Module) -> None:
    """Changes ``module``: each convolution followed, in the order of their names, by its batch norm."""
    previous: tuple[str, nn.Conv2d] | None = None
    for name, child in module.named_children():
        if isinstance(child, nn.Conv2d):
            previous = (name, child)
        elif isinstance(child, nn.BatchNorm2d) and previous is not None:
            setattr(module, previous[0], fuse_conv_bn_eval(previous[1], child))
            setattr(module, name, nn.Identity())
            previous = None
