"""The start of 2012: first weights as the paper prints them, or as its source has them."""

from dataclasses import dataclass

from torch import nn

from lessonlib.layers import gaussian_
from lessonlib.models.ablations.ablation import check_known, child

LAYERS = ("conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "fc8")
BIAS_OF_ONE = ("conv2", "conv4", "conv5", "fc6", "fc7")
WIDER = ("conv3", "conv4", "conv5")
DEVIATIONS = {
    "as printed": dict.fromkeys(LAYERS, 0.01),
    "as released": {layer: 0.03 if layer in WIDER else 0.01 for layer in LAYERS},
}
"""The standard deviation of each layer's first weights, by version.

As printed: Krizhevsky et al. 2012, sec. 5. As released: layers-145.cfg of the source (initW).
"""


@dataclass(frozen=True)
class Start2012:
    """First weights of 2012 in a network with AlexNet's eight layers, whatever their widths.

    All weights come from a Gaussian around 0, the same for a layer of few inputs and of many.
    Biases are 1 in conv2, conv4, conv5, fc6 and fc7 and 0 elsewhere, in both versions.
    `reset_parameters` of a network starts it as its own class says, not like this.

    Attributes:
        version: `as printed`, with a deviation of 0.01 in every layer, or `as released`, with 0.03
            in conv3, conv4 and conv5.
    """

    version: str

    def __post_init__(self) -> None:
        """Refuse a version that is not known."""
        check_known("start of 2012", self.version, DEVIATIONS)

    def apply(self, model: nn.Module) -> None:
        """Draw all weights again and set all biases, from PyTorch's random state.

        Raises:
            ValueError: the network has not AlexNet's eight layers.
        """
        kinds = (nn.Conv2d, nn.Linear)
        layers = {name: child(self, model, name, kinds) for name in LAYERS}
        for name, layer in layers.items():
            deviation = DEVIATIONS[self.version][name]
            gaussian_(layer, deviation, bias=float(name in BIAS_OF_ONE))
