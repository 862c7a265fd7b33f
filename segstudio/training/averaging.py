"""The running average of a network's weights, which scores better than the weights of the last step."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from segstudio.nn.network import Network


class WeightAverage:
    """An exponential moving average of weights and batch statistics; young averages forget faster."""

    def __init__(self, network: Network, decay: float) -> None:
        self._decay = decay
        self._model = AveragedModel(network, multi_avg_fn=self._average, use_buffers=True)
        self._model.eval()

    @property
    def network(self) -> Network:
        """The averaged network, in evaluation mode."""
        network = self._model.module
        assert isinstance(network, Network)
        return network

    def update(self, network: Network) -> None:
        self._model.update_parameters(network)

    def state(self) -> dict[str, Tensor]:
        return self._model.state_dict()

    def restore(self, state: dict[str, Tensor]) -> None:
        self._model.load_state_dict(state)

    def _average(
        self,
        averaged: tuple[Tensor, ...] | list[Tensor],
        current: tuple[Tensor, ...] | list[Tensor],
        count: Tensor | int,
    ) -> None:
        seen = int(count)
        decay = min(self._decay, (1.0 + seen) / (10.0 + seen))
        with torch.no_grad():
            for mean, value in zip(averaged, current, strict=True):
                if mean.is_floating_point():
                    mean.lerp_(value, 1.0 - decay)
                else:
                    mean.copy_(value)
