"""Another output: codes that move, or none."""

from dataclasses import dataclass

import torch
from torch import nn

from lessonlib.layers import RBFOutput
from lessonlib.models.ablations.ablation import child, put


@dataclass(frozen=True)
class TrainedCodes:
    """Let training move the codes of the output, which the paper keeps fixed at first."""

    def apply(self, model: nn.Module) -> None:
        """Make the codes of the child `output` parameters, with the values that they have.

        Raises:
            ValueError: no child `output` of RBF units.
        """
        old = child(self, model, "output", RBFOutput)
        new = RBFOutput(old.initial_codes, trainable=True)
        put(model, {"output": new})
        with torch.no_grad():
            new.codes.copy_(old.codes)


@dataclass(frozen=True)
class LinearOutput:
    """Ten weighted sums, the logits of a softmax, in place of the distances to ten codes."""

    def apply(self, model: nn.Module) -> None:
        """Put weighted sums where the child `output` of RBF units is.

        They are a convolution of 1x1, so that they read each place of a larger field, and start
        as PyTorch's linear layers do.

        Raises:
            ValueError: no child `output` of RBF units.
        """
        classes, inputs = child(self, model, "output", RBFOutput).codes.shape
        put(model, {"output": nn.Conv2d(inputs, classes, 1)})
