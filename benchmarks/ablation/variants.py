"""What is compared: each variant differs from the plain DUC-HDC in one thing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from segstudio.domain.model_info import HeadKind, NetworkConfig
from segstudio.nn.dilation import BLOCKS, Rates, named_schedule

FOUR_BRANCHES = (6, 12, 18, 24)
GRIDDING = "gridding 2, 4, 8"
"""The negative control: all rates share the factor 2."""


@dataclass(frozen=True, slots=True)
class Variant:
    """``paper``: what Wang et al. report for it on Cityscapes, in percent; None where they report nothing like it.

    The plain one has the cell width of the published and the bundled network.
    """

    name: str
    claim: str
    paper: float | None
    head: HeadKind = HeadKind.DUC
    cell_width: int = 2
    aspp_rates: tuple[int, ...] = ()
    schedule: str = "dilation-bigger"

    def is_twin_of(self, other: Variant) -> bool:
        """The same network under another name: the paper's two tables share one."""
        return replace(self, name=other.name, claim=other.claim, paper=other.paper) == other

    def config(self, *, trunk: str, channels: int, base_width: int) -> NetworkConfig:
        return NetworkConfig(
            trunk=trunk,
            channels=channels,
            output_stride=8,
            cell_width=self.cell_width,
            dilations=gridding_rates(trunk)
            if self.schedule == GRIDDING
            else named_schedule(self.schedule, trunk, 8),
            schedule=self.schedule,
            head=self.head,
            aspp_rates=self.aspp_rates,
            base_width=base_width,
        )


def gridding_rates(trunk: str) -> tuple[Rates, Rates]:
    """2, 4, 8 over and over in the third stage, 4, 8 and so on in the fourth."""
    _, _, third, fourth = BLOCKS[trunk]
    repeated = (2, 4, 8) * third
    return repeated[:third], (4, 8, 16)[:fourth]


VARIANTS = (
    Variant("bilinear", "DUC beats bilinear enlargement", 72.3, head=HeadKind.BILINEAR),
    Variant("DUC", "DUC beats bilinear enlargement", 74.3),
    Variant("DUC, cell width 1", "a cell width of 2 costs nothing", None, cell_width=1),
    Variant("DUC, ASPP 4", "ASPP helps", None, aspp_rates=FOUR_BRANCHES),
    Variant("HDC none", "dilation helps", 72.9, schedule="none"),
    Variant("HDC dilation-conv", "dilation helps", 75.0, schedule="dilation-conv"),
    Variant("HDC dilation-RF", "larger fields without gridding help", 75.4, schedule="dilation-RF"),
    Variant("HDC dilation-bigger", "larger fields without gridding help", 76.4),
    Variant(GRIDDING, "gridding hurts", None, schedule=GRIDDING),
)
