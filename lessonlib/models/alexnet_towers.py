"""AlexNet as two modules that can sit on two devices, as in 2012."""

from typing import NamedTuple, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.layers import ALPHA_AS_PRINTED, CrossMapNorm, gaussian_
from lessonlib.models.alexnet import DEVIATION, ROUNDED_UP, AlexNet
from lessonlib.models.alexnet_mixups import refuse_foreign
from lessonlib.models.modes import eval_mode
from lessonlib.models.pictures import MeanSubtracted, check_classes, read_pictures

Network = TypeVar("Network", bound=nn.Module)
HALVES = ("conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7")
"""The layers of which each tower has half of the maps or units."""


class Tower(nn.Module):
    """One GPU's half of AlexNet: Krizhevsky et al. 2012, fig. 2, upper or lower part.

    Its maps and units are half of each layer's. The network calls its layers one by one, because
    conv3 and the fully connected layers read both towers.

    Args:
        classes: scores of fc8, which only one tower has; None is the other tower.
    """

    def __init__(self, classes: int | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 48, 11, stride=4)  # (N, 3, 224, 224) -> (N, 48, 55, 55)
        self.norm1 = CrossMapNorm(ALPHA_AS_PRINTED)
        self.pool1 = nn.MaxPool2d(3, stride=2)  # -> (N, 48, 27, 27)
        self.conv2 = nn.Conv2d(48, 128, 5, padding=2)  # -> (N, 128, 27, 27)
        self.norm2 = CrossMapNorm(ALPHA_AS_PRINTED)
        self.pool2 = nn.MaxPool2d(3, stride=2)  # -> (N, 128, 13, 13)
        self.conv3 = nn.Conv2d(256, 192, 3, padding=1)  # both towers -> (N, 192, 13, 13)
        self.conv4 = nn.Conv2d(192, 192, 3, padding=1)
        self.conv5 = nn.Conv2d(192, 128, 3, padding=1)  # -> (N, 128, 13, 13)
        self.pool5 = nn.MaxPool2d(3, stride=2)  # -> (N, 128, 6, 6)
        self.fc6 = nn.Linear(256 * 6 * 6, 2048)  # both towers, (N, 9216) -> (N, 2048)
        self.fc7 = nn.Linear(4096, 2048)  # both towers -> (N, 2048)
        if classes is not None:
            self.fc8 = nn.Linear(4096, classes)  # both towers -> (N, classes)
        self.relu = nn.ReLU()
        self.dropout = nn.Dropout(0.5)

    @property
    def device(self) -> torch.device:
        """Where its weights are."""
        return self.conv1.weight.device

    def below(self, images: Tensor) -> Tensor:
        """Stages 1 and 2: (N, 3, 227, 227) -> (N, 128, 13, 13)."""
        x = self.pool1(self.norm1(self.relu(self.conv1(images))))
        return self.pool2(self.norm2(self.relu(self.conv2(x))))

    def middle(self, maps: Tensor) -> Tensor:
        """conv3 to pool5: (N, 256, 13, 13) of both towers -> (N, 4608)."""
        x = self.relu(self.conv4(self.relu(self.conv3(maps))))
        return self.pool5(self.relu(self.conv5(x))).flatten(1)

    def units(self, layer: str, values: Tensor) -> Tensor:
        """The tower's 2048 units of fc6 or fc7, which read (N, 9216) or (N, 4096) of both."""
        return self.dropout(self.relu(self.get_submodule(layer)(values)))


class Exchange(nn.Module):
    """What one tower has, side by side with what the other has, where it is read.

    (N, C, ...) of each tower -> (N, 2C, ...) on the first tower's device, and the same on the
    second's, or nothing there. This is the only place where values go from one device to the other.
    """

    def forward(
        self, first: Tensor, second: Tensor, back: bool = True
    ) -> tuple[Tensor, Tensor | None]:
        """Both towers' values, first tower first; `back` is whether the second reads them too."""
        return _side_by_side(first, second, back)


@torch.fx.wrap  # torch.fx keeps it as one step: it asks where values are
def _side_by_side(first: Tensor, second: Tensor, back: bool) -> tuple[Tensor, Tensor | None]:
    here = torch.cat([first, second.to(first.device)], 1)
    if not back or first.device == second.device:
        return here, here if back else None
    return here, torch.cat([first.to(second.device), second], 1)


class AlexNetTwoTowers(MeanSubtracted, nn.Module):
    """`AlexNet` as two modules, as printed: Krizhevsky et al. 2012, sec. 3.2 and fig. 2.

    (N, 3, 224, 224) prepared images -> (N, classes) scores, the logits of a softmax, which are
    those of `AlexNet` with the same weights up to rounding. 60,965,224 parameters with 1,000
    classes. `to_towers` and `from_towers` convert a network, without changing a weight.
    Pixels: 0 to 255 minus the mean of the training pictures (`set_mean`).

    `place("cuda:0", "cuda:1")` puts each tower on a device of its own. Four times one tower reads
    what the other has: at conv3, fc6, fc7 and fc8; `crossings` counts it. fc8 is in the first
    tower, as in the released source, which has the scores on its first GPU.

    Departures: those of `AlexNet`. Each tower draws its own dropout, so in training the two forms
    agree in expectation only.

    Args:
        classes: how many scores there are.

    Raises:
        ValueError: no class.
    """

    input_shape = (3, 224, 224)

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        check_classes(classes)
        self.tower1, self.tower2 = Tower(classes), Tower()
        self.exchange = Exchange()
        self.register_buffer("mean", self.tower1.fc8.weight.new_zeros(self.input_shape))
        self.register_load_state_dict_pre_hook(refuse_foreign)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start as `AlexNet` does, which is printed in sec. 5, with a mean of 0."""
        for tower in (self.tower1, self.tower2):
            for name in HALVES:
                bias = 0 if name in ("conv1", "conv3") else 1
                gaussian_(getattr(tower, name), DEVIATION, bias=bias)
        gaussian_(self.tower1.fc8, DEVIATION, bias=0)
        self.mean.zero_()

    def place(self, first: torch.device | str, second: torch.device | str) -> "AlexNetTwoTowers":
        """Put each tower on a device; pictures may be on any. Returns the network."""
        self.tower1.to(first)
        self.tower2.to(second)
        self.mean = self.mean.to(first)
        return self

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 3, 224, 224) prepared images, on the first tower's device.

        Raises:
            ValueError: smaller than 224 or larger than 227, other channels, or not prepared.
        """
        first, second = self.tower1, self.tower2
        images = read_pictures("AlexNetTwoTowers", images, first.conv1, 224, 227)
        images = F.pad(images.to(first.device), ROUNDED_UP)
        a, b = first.below(images), second.below(images.to(second.device))
        a, b = self.exchange(a, b)  # (N, 256, 13, 13) each
        a, b = self.exchange(first.middle(a), second.middle(b))  # (N, 9216) each
        a, b = self.exchange(first.units("fc6", a), second.units("fc6", b))  # (N, 4096) each
        a, _ = self.exchange(first.units("fc7", a), second.units("fc7", b), back=False)
        return first.fc8(a)


def to_towers(network: AlexNet) -> AlexNetTwoTowers:
    """The same network as two modules: the same weights, mean, mode, type and device.

    The first tower gets the first half of the maps and units of every layer, and fc8.
    """
    state = {"mean": network.mean}
    for name, value in network.state_dict().items():
        layer = name.split(".")[0]
        if layer in HALVES:
            state[f"tower1.{name}"], state[f"tower2.{name}"] = value.chunk(2)
        elif layer == "fc8":
            state[f"tower1.{name}"] = value
    return _filled(AlexNetTwoTowers, state, network)


def from_towers(network: AlexNetTwoTowers) -> AlexNet:
    """The same network as one module, on the first tower's device; what `to_towers` undoes."""
    place, given = network.tower1.device, network.state_dict()
    state = {"mean": network.mean}
    for layer in (*HALVES, "fc8"):
        for kind in ("weight", "bias"):
            parts = [given.get(f"{tower}.{layer}.{kind}") for tower in ("tower1", "tower2")]
            halves = [part.to(place) for part in parts if part is not None]
            state[f"{layer}.{kind}"] = torch.cat(halves)
    return _filled(AlexNet, state, network)


def _filled(build: type[Network], state: dict[str, Tensor], like: nn.Module) -> Network:
    """A network with copies of these weights, in the mode of another one."""
    weight = state["fc8.weight"] if "fc8.weight" in state else state["tower1.fc8.weight"]
    with torch.device("meta"):
        network = build(classes=len(weight))
    copies = {name: value.detach().clone() for name, value in state.items()}
    network.load_state_dict(copies, assign=True)
    return network.train(like.training)


class Crossing(NamedTuple):
    """What goes from one tower to the other before one layer, on the way up.

    Attributes:
        reader: the layer that reads both towers.
        values: numbers that cross, both ways together.
        bytes: the same in bytes, in the type of the network's weights.
    """

    reader: str
    values: int
    bytes: int


def crossings(network: AlexNetTwoTowers, pictures: int = 1) -> list[Crossing]:
    """What crosses between the towers, measured by sending blank pictures through the network.

    It is what crosses if they are on two devices; on one device nothing is copied. In training
    as many numbers cross back, the gradients. The network and its mode are left as they were.

    Args:
        network: the network, wherever its towers are.
        pictures: in the batch.
    """
    sent: list[tuple[int, int]] = []

    def note(_: nn.Module, inputs: tuple, output: tuple) -> None:
        values = sum(given.numel() for given in inputs[: 1 if output[1] is None else 2])
        sent.append((values, values * inputs[0].element_size()))

    hook = network.exchange.register_forward_hook(note)
    weight = network.tower1.conv1.weight
    try:
        with eval_mode(network), torch.no_grad():
            network(weight.new_zeros(pictures, *network.input_shape))
    finally:
        hook.remove()
    readers = ("conv3", "fc6", "fc7", "fc8")
    return [Crossing(reader, *counts) for reader, counts in zip(readers, sent, strict=True)]
