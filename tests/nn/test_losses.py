"""The loss: what counts, how much, and at which pixels."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from segstudio.nn.losses import labels_at_cells, segmentation_loss


def random_case(cell_width: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    logits = torch.randn(2, 4, 8, 12)
    labels = torch.randint(0, 4, (2, 8 * cell_width, 12 * cell_width), dtype=torch.uint8)
    labels[0, :3] = 255
    return logits, labels


def test_without_weights_it_is_the_mean_over_labelled_pixels() -> None:
    logits, labels = random_case()
    wanted = functional.cross_entropy(logits, labels.long(), ignore_index=255)
    torch.testing.assert_close(segmentation_loss(logits, labels, cell_width=1), wanted)


def test_class_weights_count_as_torchs() -> None:
    logits, labels = random_case()
    weights = torch.tensor([1.0, 0.5, 3.0, 0.0])
    wanted = functional.cross_entropy(logits, labels.long(), ignore_index=255, weight=weights)
    torch.testing.assert_close(segmentation_loss(logits, labels, cell_width=1, class_weights=weights), wanted)


def test_a_pixel_of_weight_two_counts_as_two_pixels_and_of_weight_zero_as_none() -> None:
    logits, labels = random_case()
    weights = torch.ones(labels.shape)
    weights[0], weights[1] = 2.0, 1.0
    doubled = segmentation_loss(torch.cat([logits, logits[:1]]), torch.cat([labels, labels[:1]]), cell_width=1)
    torch.testing.assert_close(segmentation_loss(logits, labels, cell_width=1, pixel_weights=weights), doubled)
    weights[1] = 0.0
    torch.testing.assert_close(
        segmentation_loss(logits, labels, cell_width=1, pixel_weights=weights),
        segmentation_loss(logits[:1], labels[:1], cell_width=1),
    )


def test_where_all_is_ignored_the_loss_is_zero_and_so_is_its_gradient() -> None:
    logits = torch.randn(1, 4, 4, 4, requires_grad=True)
    loss = segmentation_loss(logits, torch.full((1, 4, 4), 255), cell_width=1)
    loss.backward()
    assert loss.item() == 0.0
    assert logits.grad is not None
    assert torch.equal(logits.grad, torch.zeros_like(logits))


@pytest.mark.parametrize("cell_width", [2, 4, 8])
def test_labels_are_sampled_in_the_middle_of_each_cell(cell_width: int) -> None:
    rows = torch.arange(16).view(1, 16, 1).expand(1, 16, 24)
    sampled = labels_at_cells(rows, cell_width)
    assert sampled.shape == (1, 16 // cell_width, 24 // cell_width)
    middle = torch.arange(16 // cell_width) * cell_width + (cell_width - 1) / 2
    assert float((sampled[0, :, 0] - middle).abs().max()) == 0.5


def test_at_a_cell_width_the_loss_is_that_of_the_sampled_labels() -> None:
    logits, labels = random_case(2)
    wanted = segmentation_loss(logits, labels_at_cells(labels, 2), cell_width=1)
    torch.testing.assert_close(segmentation_loss(logits, labels, cell_width=2), wanted)


def test_with_a_hard_fraction_only_the_largest_losses_count() -> None:
    logits, labels = random_case()
    losses = functional.cross_entropy(logits, labels.long(), ignore_index=255, reduction="none")
    labelled = int((labels != 255).sum())
    wanted = losses.flatten().sort(descending=True).values[: round(labelled * 0.25)].mean()
    torch.testing.assert_close(segmentation_loss(logits, labels, cell_width=1, hard_fraction=0.25), wanted)


def test_scores_of_another_resolution_are_refused() -> None:
    logits, labels = random_case()
    with pytest.raises(ValueError, match="don't fit"):
        segmentation_loss(logits, labels, cell_width=2)
