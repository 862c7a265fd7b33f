"""The Lovász-Softmax loss: what it equals where the answer is certain, and which way it falls."""

from __future__ import annotations

import torch
from torch.nn import functional

from segstudio.nn.losses import segmentation_loss
from segstudio.nn.lovasz import lovasz_loss


def certain(answer: torch.Tensor, channels: int) -> torch.Tensor:
    """Scores whose softmax is 1 for ``answer``."""
    return 200.0 * functional.one_hot(answer.long(), channels).permute(0, 3, 1, 2).float()


def test_for_certain_answers_it_is_one_minus_the_mean_iou_of_the_classes_that_occur() -> None:
    torch.manual_seed(0)
    truth = torch.randint(0, 3, (2, 7, 9))
    answer = torch.where(torch.rand(truth.shape) < 0.3, torch.randint(0, 4, truth.shape), truth)
    ious = [
        ((truth == c) & (answer == c)).sum() / ((truth == c) | (answer == c)).sum() for c in truth.unique().tolist()
    ]
    torch.testing.assert_close(lovasz_loss(certain(answer, 4), truth), 1.0 - torch.stack(ious).mean())


def test_ignored_pixels_and_pixels_of_weight_zero_do_not_count() -> None:
    torch.manual_seed(1)
    logits, truth = torch.randn(1, 3, 4, 6), torch.randint(0, 3, (1, 4, 6))
    ignored, weights = truth.clone(), torch.ones(truth.shape)
    ignored[:, :2], weights[:, :2] = 255, 0.0
    wanted = lovasz_loss(logits[:, :, 2:], truth[:, 2:])
    torch.testing.assert_close(lovasz_loss(logits, ignored), wanted)
    torch.testing.assert_close(lovasz_loss(logits, truth, weights), wanted)


def test_a_pixel_of_weight_two_counts_as_two_pixels() -> None:
    torch.manual_seed(2)
    logits, truth = torch.randn(1, 3, 4, 6), torch.randint(0, 3, (1, 4, 6))
    weights = torch.ones(truth.shape)
    weights[:, 0] = 2.0
    repeated = [torch.cat([values[..., :1, :], values], dim=-2) for values in (logits, truth)]
    torch.testing.assert_close(lovasz_loss(logits, truth, weights), lovasz_loss(*repeated))


def test_nothing_to_learn_from_costs_nothing_and_still_has_a_gradient() -> None:
    logits = torch.randn(1, 3, 4, 6, requires_grad=True)
    loss = lovasz_loss(logits, torch.full((1, 4, 6), 255))
    loss.backward()
    assert float(loss.detach()) == 0.0
    assert logits.grad is not None and not logits.grad.any()


def test_descending_it_raises_the_iou_of_a_rare_class() -> None:
    torch.manual_seed(3)
    truth = (torch.rand(1, 16, 16) < 0.05).long()
    logits = torch.zeros(1, 2, 16, 16, requires_grad=True)
    before = float(lovasz_loss(logits, truth).detach())
    optimizer = torch.optim.SGD([logits], lr=50.0)
    for _ in range(100):
        optimizer.zero_grad()
        lovasz_loss(logits, truth).backward()
        optimizer.step()
    assert float(lovasz_loss(logits, truth).detach()) < 0.2 * before
    assert bool(((logits[:, 1] > logits[:, 0]).long() == truth).all())


def test_the_loss_mixes_it_with_cross_entropy_at_the_cells() -> None:
    torch.manual_seed(4)
    logits, labels = torch.randn(2, 4, 3, 5), torch.randint(0, 4, (2, 6, 10), dtype=torch.uint8)
    plain = segmentation_loss(logits, labels, cell_width=2)
    mixed = segmentation_loss(logits, labels, cell_width=2, lovasz_share=0.25)
    wanted = 0.75 * plain + 0.25 * lovasz_loss(logits, labels[:, ::2, ::2].long())
    torch.testing.assert_close(mixed, wanted)
