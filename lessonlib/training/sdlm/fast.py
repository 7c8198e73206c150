"""The compiled twin of the readable engine."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from lessonlib.models import LeNet5, LeNet5Lush
from lessonlib.training.sdlm.chain import Chain
from lessonlib.training.sdlm.pattern import (
    BEFORE,
    LOSSES,
    Loss,
    Room,
    Weights,
    train_patterns,
)
from lessonlib.training.sdlm.recipe import SDLMRecipe

EXPECTED = {  # how each part's `repr` begins
    "c1": "Conv2d(1, 6, kernel_size=(5, 5), stride=(1, 1))",
    "s2": "Subsample(6)",
    "c3": "TableConv2d(6, 16, kernel_size=5, ",
    "s4": "Subsample(16)",
    "c5": "Conv2d(16, 120, kernel_size=(5, 5), stride=(1, 1))",
    "squash": "ScaledTanh()",
}
LAST = {
    "LeNet5": {
        "f6": "Linear(in_features=120, out_features=84, bias=True)",
        "rbf": "RBFOutput(10 codes of 84, ",
    },
    "LeNet5Lush": {"output": "Linear(in_features=120, out_features=10, bias=True)"},
}


class FastEngine:
    """Trains `LeNet5`, with any table in C3, and `LeNet5Lush`: as `TorchEngine`, but compiled.

    One thread. A weight moves as soon as its gradient is known and the layer below has read it.
    The network's own memory is written to.

    Args:
        chain: the network's layers.
        recipe: whose loss is followed.

    Raises:
        ValueError: another network, or one with other parts.
    """

    def __init__(self, chain: Chain, recipe: SDLMRecipe) -> None:
        check_twin(chain)
        self.layers = dict(chain.layers)
        last = chain.layers[-1][1]
        for parameter in chain.model.parameters():
            parameter.data = parameter.data.contiguous()
        self.weights = arranged({n: p.detach() for n, p in chain.model.named_parameters()}, chain)
        kind = self.weights.c1.dtype
        c3 = self.layers["c3"]
        self.column = (c3.places // c3.in_maps).numpy()
        self.row = (c3.places % c3.in_maps).numpy()
        self.room = empty_room(last.out_features, kind)
        codes = chain.output.codes.detach() if chain.output else 2 * torch.eye(10) - 1
        self.loss = Loss(
            LOSSES[recipe.loss],
            np.ascontiguousarray(codes.numpy().astype(kind)),
            np.array([recipe.distance_scale], kind),
            np.array([recipe.j], kind),
        )
        self.chain = chain

    def train(
        self, images: Tensor, labels: Tensor, order: Tensor, steps: Mapping[str, Tensor]
    ) -> Tensor:
        """One update for each pattern; see `TorchEngine.train`, which takes and gives the same.

        Raises:
            ValueError: pictures of another size than 32x32.
        """
        if images.shape[1:] != (1, 32, 32):
            raise ValueError(
                f"engine='fast' reads prepared pictures (N, 1, 32, 32), got "
                f"{tuple(images.shape)}; cut or shrink them, or use engine='torch'"
            )
        losses = torch.zeros(len(order), dtype=images.dtype)
        done = train_patterns(
            images.flatten(1).contiguous().numpy(),
            labels.numpy(),
            order.numpy(),
            self.weights,
            arranged(steps, self.chain),
            self.room,
            self.row,
            self.column,
            self.loss,
            losses.numpy(),
        )
        return losses[:done]


def check_twin(chain: Chain) -> None:
    """Refuse what the compiled engine was not written for.

    Raises:
        ValueError: the message says what differs, and offers the readable engine.
    """
    model, name = chain.model, type(chain.model).__name__
    parts = {**dict(chain.layers), "squash": chain.squash, "rbf": chain.output}
    expected = EXPECTED | LAST[name] if type(model) in (LeNet5, LeNet5Lush) else {}
    wrong = [
        f"{part} is {parts.get(part)}"
        for part, start in expected.items()
        if not repr(parts.get(part)).startswith(start)
    ]
    kinds = {str(parameter.dtype).removeprefix("torch.") for parameter in model.parameters()}
    if expected and kinds not in ({"float32"}, {"float64"}):
        wrong.append(f"the parameters are {' and '.join(sorted(kinds))}")
    if wrong or not expected:
        raise ValueError(
            f"engine='fast' trains LeNet5, with any table in c3, LeNet5Lush and ZipNet1989, in "
            f"float32 or float64; {'of ' if wrong else 'not '}this {name}{', ' if wrong else ''}"
            f"{', '.join(wrong)}. Use engine='torch', which is slower and trains other networks too"
        )


def arranged(tensors: Mapping[str, Tensor], chain: Chain) -> Weights:
    """Tensors by the names of parameters as the arrays that the loops take."""
    arrays = []
    for name, _ in chain.layers:
        weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
        if name == "c1":
            weight = weight[:, 0]
        elif name == "c5":
            weight = weight.flatten(1)
        arrays += [weight.contiguous().numpy(), bias.contiguous().numpy()]
    return Weights(*arrays)


def empty_room(units: int, kind: np.dtype) -> Room:
    """Room for one pattern of a network whose last layer has so many units."""
    shapes = [(6, 1024), (6, 196), (6, 200), (16, 144), (16, 25), (400,), (120,), (units,)]
    shapes += [(6, 1024), (6, 196), (16, BEFORE + 200), (400,), (120,), (units,), (10,), (10,)]
    return Room(*(np.zeros(shape, kind) for shape in shapes))
