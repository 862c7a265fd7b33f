"""What is compared: configurations of our network, and the two peers that are fast at this size."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.curve.peers import PEERS, build_peer
from segstudio.domain.model_info import HeadKind, NetworkConfig
from segstudio.nn.dilation import named_schedule
from segstudio.nn.network import Network, build_network

FOUR = (6, 12, 18, 24)
SCHEDULE = "dilation-bigger"


@dataclass(frozen=True, slots=True)
class Candidate:
    """``peer``: one of ``PEERS`` instead of a network of ours."""

    trunk: str = "resnet18"
    output_stride: int = 8
    cell_width: int = 2
    aspp_rates: tuple[int, ...] = ()
    base_width: int = 64
    head: HeadKind = HeadKind.DUC
    peer: str | None = None

    def config(self, channels: int) -> NetworkConfig:
        return NetworkConfig(
            trunk=self.trunk,
            channels=channels,
            output_stride=self.output_stride,
            cell_width=self.cell_width,
            dilations=named_schedule(SCHEDULE, self.trunk, self.output_stride),
            schedule=SCHEDULE,
            head=self.head,
            aspp_rates=self.aspp_rates,
            base_width=self.base_width,
        )

    def network(self, channels: int) -> Network:
        """With fresh weights, from torch's random state."""
        config = self.config(channels)
        return build_network(config) if self.peer is None else build_peer(self.peer, config)

    def __str__(self) -> str:
        if self.peer is not None:
            return f"{self.peer}, {self.trunk}"
        aspp = f", ASPP {len(self.aspp_rates)}" if self.aspp_rates else ""
        width = f" width {self.base_width}" if self.base_width != 64 else ""
        cells = f"stride {self.output_stride}, cell {self.cell_width}"
        return f"{self.head.upper()}-HDC, {self.trunk}{width}, {cells}{aspp}"


def peer(name: str) -> Candidate:
    """Scored at every pixel, as its own head enlarges them."""
    return Candidate(peer=name, head=HeadKind.BILINEAR, cell_width=1)


CANDIDATES = (
    *(peer(name) for name in PEERS),
    Candidate(output_stride=16, cell_width=4),
    Candidate(base_width=32),
    Candidate(),
    Candidate(output_stride=16, cell_width=2),
    Candidate(output_stride=16, cell_width=4, aspp_rates=FOUR),
    Candidate(base_width=48),
    Candidate(cell_width=1),
    Candidate(aspp_rates=FOUR),
    Candidate(head=HeadKind.BILINEAR, cell_width=1),
    Candidate(trunk="resnet34", output_stride=16),
)
