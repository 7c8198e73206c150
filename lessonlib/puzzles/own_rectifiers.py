"""A stack of rectifiers of the learner's own, for chapter 5; some of them are dead."""

from functools import lru_cache, partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.models import LinearClassifier
from lessonlib.puzzles.drawing import draw_shares, draw_tables
from lessonlib.puzzles.number import draws, own_number
from lessonlib.puzzles.seen import Seen
from lessonlib.puzzles.trained import Trained, network_seed, train
from lessonlib.puzzles.your_network import YourNetwork, confusion_table
from lessonlib.training import new_network
from lessonlib.training.recipes import YOUR_RECTIFIERS

UNITS = 16
NAMES = ("L1", "L2", "L3", "L4")
LAYERS = (*NAMES, "output")
PICTURES = 2_000
FAR_BELOW = -30.0  # the first bias of a dead unit


class Rectifiers(nn.Module):
    """Four layers of 16 rectifiers, and ten sums: (N, 1, 28, 28) -> (N, 10) scores.

    Args:
        dead: for each layer, the units whose first bias is so far below 0 that no picture lifts
            them above it.
    """

    input_shape = (1, 28, 28)
    prepare = staticmethod(LinearClassifier.prepare)

    def __init__(self, dead: dict[str, tuple[int, ...]]) -> None:
        super().__init__()
        sizes = (28 * 28, *[UNITS] * len(NAMES), 10)
        pairs = zip(LAYERS, sizes[:-1], sizes[1:], strict=True)
        self.layers = nn.ModuleDict({name: nn.Linear(*sides) for name, *sides in pairs})
        for name, layer in self.layers.items():
            nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
            with torch.no_grad():
                layer.bias[list(dead.get(name, ()))] = FAR_BELOW

    def values(self, images: Tensor) -> dict[str, Tensor]:
        """What leaves each layer, (N, units), the rectifiers after their rectifying."""
        out, found = images.flatten(1), {}
        for name in NAMES:
            out = found[name] = F.relu(self.layers[name](out))
        found["output"] = self.layers["output"](out)
        return found

    def forward(self, images: Tensor) -> Tensor:
        """Scores of (N, 1, 28, 28) prepared images."""
        return self.values(images)["output"]


def planned_dead(number: int) -> dict[str, tuple[int, ...]]:
    """The units that are dead from the start: two to five in each layer."""
    draw = draws(number, "dead rectifiers")
    return {name: tuple(sorted(draw.sample(range(UNITS), draw.randint(2, 5)))) for name in NAMES}


@lru_cache(maxsize=8)
def trained_rectifiers(number: int) -> Trained:
    """The trained network of a number."""
    build = partial(Rectifiers, planned_dead(number))
    return train(build, YOUR_RECTIFIERS, PICTURES, own_number(number))


@lru_cache(maxsize=8)
def gradients(number: int, when: str) -> Tensor:
    """The norm of the gradient of each layer's weights, for the loss over all test digits.

    Args:
        number: the learner's own.
        when: "first", before the training, or "last", after it.
    """
    trained = trained_rectifiers(number)
    network = trained.network
    if when == "first":
        network = new_network(partial(Rectifiers, planned_dead(number)), network_seed(number))
    with torch.enable_grad():
        scores = network(network.prepare(trained.test.images))
        loss = F.cross_entropy(scores, trained.test.labels.long())
        found = torch.autograd.grad(loss, [layer.weight for layer in network.layers.values()])
    return torch.stack([one.norm() for one in found]).double()


class YourRectifiers(YourNetwork):
    """Four layers L1 to L4 of rectifiers, numbered 0 to 15 in each."""

    __slots__ = ()

    def largest(self, pictures: Any) -> Seen:
        """Show the largest value that each rectifier has over some pictures.

        Args:
            pictures: (N, 1, 28, 28) bytes, such as test.images[:10].

        Raises:
            ValueError: something else.
        """
        network, images = self._trained.network, _pictures(pictures)
        with torch.no_grad():
            values = network.values(network.prepare(images))
        most = {name: values[name].amax(0).reshape(2, -1) for name in NAMES}
        count = f"{len(images):,} pictures" if len(images) > 1 else "one picture"
        return Seen(
            "the largest value of each rectifier",
            lambda: draw_tables(most, title=f"0 to 7, below them 8 to 15: {count}", columns=1),
            most,
        )

    def gradients(self, when: str) -> Seen:
        """Show how large the gradient of each layer's weights is, in percent of the largest.

        Args:
            when: "first", before the training, or "last", after it.

        Raises:
            ValueError: neither of the two.
        """
        if when not in ("first", "last"):
            raise ValueError(f'gradients are shown for the "first" or the "last" weights, '
                             f"got {when!r}")  # fmt: skip
        norms = gradients(self._trained.number, when)
        percent = 100 * norms / norms.max()
        shares = dict(zip(LAYERS, percent.tolist(), strict=True))
        return Seen(
            f"the gradients with the {when} weights",
            lambda: draw_shares(shares, title=f"Gradients with the {when} weights"),
            {"percent": percent},
        )

    def without(self, index: int) -> Seen:
        """Show how often each test digit gets each answer where one rectifier of L4 is set to 0.

        Raises:
            ValueError: there is no such rectifier.
        """
        if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < UNITS:
            raise ValueError(f"L4 has the rectifiers 0 to {UNITS - 1}, got {index!r}")
        counts = self._trained.confusions((self._trained.network.layers["L4"], index))
        return confusion_table(counts, f"Without rectifier {index} of L4: ")


def _pictures(given: Any) -> Tensor:
    """The learner's pictures as (N, 1, 28, 28) bytes.

    Raises:
        ValueError: something else; says what pictures are.
    """
    fits = isinstance(given, Tensor) and given.dtype == torch.uint8 and given.numel() > 0
    if not fits or given.shape[-2:] != (28, 28):
        what = type(given).__name__
        if isinstance(given, Tensor):
            what = f"{str(given.dtype).removeprefix('torch.')} {tuple(given.shape)}"
        raise ValueError(
            f"your network looks at pictures of 28x28 bytes, such as test.images[:10], got {what}"
        )
    return given.detach().cpu().reshape(-1, 1, 28, 28)
