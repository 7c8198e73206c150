"""LeNet-5 as the paper of 1998 prints it."""

import warnings

import torch
from torch import Tensor, nn

from lessonlib.layers import (
    C3_TABLE,
    DIGIT_CODES,
    RBFOutput,
    ScaledTanh,
    Subsample,
    TableConv2d,
    uniform_fan_in_,
)
from lessonlib.models.fields import as_printed, read_field


class LeNet5(nn.Module):
    """LeNet-5 as printed: LeCun et al. 1998, sec. II.B, fig. 2, table I.

    (N, 1, 32, 32) prepared images -> (N, 10) scores, minus the squared distance of F6 to each
    digit's fixed code; larger is likelier. Fields larger than 32x32 give maps of scores
    (N, 10, h, w), one score per position, every 4 pixels (sec. VII). 60,000 trainable parameters
    and 340,908 connections, as in the paper.
    Pixels: ground -0.1, ink 1.175, and all between.

    Departures: none known in the function computed. Where the paper is silent we chose: biases
    start like the weights of their unit; the codes are as transcribed (see `DIGIT_CODES`); scores
    are the paper's penalties with the sign turned.
    """

    input_shape = (1, 32, 32)
    prepare = staticmethod(as_printed)

    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)  # (N, 1, 32, 32) -> (N, 6, 28, 28)
        self.s2 = Subsample(6)  # -> (N, 6, 14, 14)
        self.c3 = TableConv2d(C3_TABLE, 5)  # -> (N, 16, 10, 10)
        self.s4 = Subsample(16)  # -> (N, 16, 5, 5)
        self.c5 = nn.Conv2d(16, 120, 5)  # -> (N, 120, 1, 1)
        self.f6 = nn.Linear(120, 84)  # -> (N, 84)
        self.output = RBFOutput(DIGIT_CODES)  # -> (N, 10), nothing to train
        self.squash = ScaledTanh()
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start as the paper does: every weight from U(-2.4/F, 2.4/F) (appendix A).

        Parts that an ablation has put in start with their own initial weights.
        """
        for layer in (self.s2, self.c3, self.s4, self.output):
            if hasattr(layer, "reset_parameters"):  # plain pooling has nothing to draw
                layer.reset_parameters()
        for layer in (self.c1, self.c5, self.f6):
            fan_in = layer.weight[0].numel()  # 25, 400, 120
            uniform_fan_in_(layer.weight, fan_in)
            if layer.bias is not None:  # an ablation may have put normalisation in its place
                uniform_fan_in_(layer.bias, fan_in)

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, H, W) prepared images.

        Raises:
            ValueError: fields smaller than 32x32, other channels, or not prepared.
        """
        images = read_field("LeNet5", images, self.c1, larger=True)
        x = self.squash(self.c1(images))
        x = self.squash(self.s2(x))
        x = self.squash(self.c3(x))
        x = self.squash(self.s4(x))
        x = self.squash(self.c5(x))  # (N, 120, h, w), 1x1 for a 32x32 field
        x = self.f6(x.permute(0, 2, 3, 1))  # (N, h, w, 84)
        x = self.squash(x.permute(0, 3, 1, 2))  # (N, 84, h, w)
        return _without_one_place(self.output(x))  # (N, 10), or (N, 10, h, w)


@torch.fx.wrap  # torch.fx keeps it as one step: it asks for a size
def _without_one_place(scores: Tensor) -> Tensor:
    """(N, 10, 1, 1) scores as (N, 10); maps of scores as they are."""
    return scores.flatten(1) if _is_one_place(scores) else scores


def _is_one_place(scores: Tensor) -> bool:
    if not torch.jit.is_tracing():
        return scores.shape[-2:] == (1, 1)
    with warnings.catch_warnings():  # a trace holds for one size of field, as intended
        warnings.simplefilter("ignore", torch.jit.TracerWarning)
        return scores.shape[-2:] == (1, 1)
