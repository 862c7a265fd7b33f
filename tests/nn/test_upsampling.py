"""The DUC head's channel order, and winners found before the rearrangement."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from segstudio.domain.model_info import HeadKind
from segstudio.nn.upsampling import ScoreHead, labels_of_cells, rearranged, winners_of_cells


def test_channel_lqq_iq_j_holds_class_l_at_row_i_column_j() -> None:
    q, classes = 4, 3
    for channel, i, j in ((0, 0, 0), (1, 2, 3), (2, 3, 1)):
        cells = torch.zeros(1, classes * q * q, 5, 6)
        cells[0, channel * q * q + i * q + j, 2, 4] = 1.0
        scores = rearranged(cells, cells_per_side=q, head=HeadKind.DUC)
        assert scores.shape == (1, classes, 20, 24)
        assert scores.nonzero().tolist() == [[0, channel, 2 * q + i, 4 * q + j]]


@settings(max_examples=40, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 2), st.integers(1, 21), st.integers(1, 9), st.integers(1, 9)),
    q=st.sampled_from([1, 2, 4, 8]),
    channels_last=st.booleans(),
    seed=st.integers(0, 2**31),
)
def test_the_early_winners_are_the_late_ones_ties_too(
    shape: tuple[int, int, int, int], q: int, channels_last: bool, seed: int
) -> None:
    number, classes, height, width = shape
    generator = torch.Generator().manual_seed(seed)
    cells = torch.randint(-3, 4, (number, classes * q * q, height, width), generator=generator).float()
    if channels_last:
        cells = cells.contiguous(memory_format=torch.channels_last)
    late = functional.pixel_shuffle(cells, q)
    assert torch.equal(labels_of_cells(cells, cells_per_side=q).long(), torch.from_numpy(late.numpy().argmax(1)))


def test_early_winners_agree_on_a_map_of_many_blocks_with_their_confidence() -> None:
    torch.manual_seed(0)
    cells = torch.randn(1, 19 * 64, 40, 52).contiguous(memory_format=torch.channels_last) * 3
    labels, confidence = winners_of_cells(cells, cells_per_side=8)
    share, winner = functional.pixel_shuffle(cells, 8).softmax(1).max(1)
    assert torch.equal(labels.long(), winner)
    assert confidence is not None
    assert int((confidence.int() - (share * 255).round().int()).abs().max()) <= 1


def test_more_classes_than_a_byte_holds_are_refused() -> None:
    with pytest.raises(ValueError, match="255"):
        labels_of_cells(torch.zeros(1, 256, 1, 1), cells_per_side=1)


def test_aspp_branches_are_summed() -> None:
    torch.manual_seed(0)
    head = ScoreHead(6, 8, (6, 12, 18, 24))
    features = torch.randn(1, 6, 30, 30)
    wanted = sum(
        functional.conv2d(features, b.weight, b.bias, padding=r, dilation=r)
        for b, r in zip(head.branches, (6, 12, 18, 24), strict=True)
    )
    torch.testing.assert_close(head(features), wanted)


def test_no_rates_give_one_plain_convolution() -> None:
    head = ScoreHead(6, 8, ())
    assert len(head.branches) == 1
    assert head.branches[0].dilation == (1, 1)


def test_a_fresh_head_gives_all_cells_of_a_class_the_same_score() -> None:
    head = ScoreHead(6, 3 * 16, (2, 4))
    head.initialise(16)
    scores = rearranged(head(torch.randn(1, 6, 7, 7)), cells_per_side=4, head=HeadKind.DUC)
    blocks = scores.unfold(2, 4, 4).unfold(3, 4, 4).flatten(-2)
    torch.testing.assert_close(blocks, blocks[..., :1].expand_as(blocks))


def test_the_bilinear_baseline_enlarges() -> None:
    cells = torch.randn(1, 3, 4, 5)
    scores = rearranged(cells, cells_per_side=8, head=HeadKind.BILINEAR)
    torch.testing.assert_close(scores, functional.interpolate(cells, size=(32, 40), mode="bilinear"))
