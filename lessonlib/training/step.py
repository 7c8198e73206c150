"""One update from one batch."""

from collections.abc import Callable

from torch import Tensor, nn
from torch.optim import Optimizer

from lessonlib.training.losses import cross_entropy

Loss = Callable[[Tensor, Tensor], Tensor]


def train_step(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    optimizer: Optimizer,
    *,
    loss: Loss = cross_entropy,
    backward: Callable[[Tensor], None] = Tensor.backward,
) -> Tensor:
    """One update from one batch; gives the batch's loss, detached.

    Args:
        model: the network, in training mode.
        images: (N, C, H, W), prepared.
        labels: (N,), class indices.
        optimizer: over the model's parameters.
        loss: of scores (N, classes) and labels.
        backward: what computes the gradients of the loss.
    """
    optimizer.zero_grad(set_to_none=True)
    scores = model(images)  # (N, classes)
    value = loss(scores, labels)
    backward(value)
    optimizer.step()
    return value.detach()  # no .item(): that would wait for the GPU
