"""The compiled engine for the network of 1989."""

import re
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from lessonlib.models import ZipNet1989
from lessonlib.models.zipnet import BACKGROUND
from lessonlib.training.sdlm.chain import Chain
from lessonlib.training.sdlm.zip_pattern import ZipRoom, ZipWeights, train_zip_patterns

ROOM = {
    **{"field": (20, 20), "read_by_h1": (25, 64), "h1": (12, 64), "framed": (12, 12, 12)},
    **{"read_by_h2": (12, 25, 16), "h2": (12, 16), "h3": (30,), "output": (10,)},
    **{"by_h1": (12, 64), "by_read": (12, 25, 16), "by_h2": (12, 16), "by_h3": (30,)},
    "by_output": (10,),
}


class ZipEngine:
    """Trains `ZipNet1989`, with any table in H2: as `TorchEngine`, but compiled.

    One thread. The network's own memory is written to.

    Args:
        chain: the network's layers.

    Raises:
        ValueError: the network has other parts.
    """

    def __init__(self, chain: Chain) -> None:
        check_zip_twin(chain)
        for parameter in chain.model.parameters():
            parameter.data = parameter.data.contiguous()
        self.weights = arranged_zip({n: p.detach() for n, p in chain.model.named_parameters()})
        h2 = dict(chain.layers)["h2"]
        self.column = (h2.places // h2.in_maps).numpy()
        self.row = (h2.places % h2.in_maps).numpy()
        kind = self.weights.h1.dtype
        self.room = ZipRoom(**{name: np.zeros(shape, kind) for name, shape in ROOM.items()})
        self.room.field.fill(BACKGROUND)
        self.room.framed.fill(BACKGROUND)

    def train(
        self, images: Tensor, labels: Tensor, order: Tensor, steps: Mapping[str, Tensor]
    ) -> Tensor:
        """One update for each pattern; see `TorchEngine.train`, which takes and gives the same.

        `images` are (P, 1, 16, 16); the network itself refuses others.
        """
        losses = torch.zeros(len(order), dtype=images.dtype)
        done = train_zip_patterns(
            images.flatten(1).contiguous().numpy(),
            labels.numpy(),
            order.numpy(),
            self.weights,
            arranged_zip(steps),
            self.room,
            self.row,
            self.column,
            losses.numpy(),
        )
        return losses[:done]


def check_zip_twin(chain: Chain) -> None:
    """Refuse what the compiled engine was not written for.

    Raises:
        ValueError: the message says what differs, and offers the readable engine.
    """
    model, plain = chain.model, dict(ZipNet1989().named_children())
    wrong = [
        f"{name} is {child}"
        for name, child in model.named_children()
        if _but_pairs(child) != _but_pairs(plain[name])
    ]
    kinds = {str(parameter.dtype).removeprefix("torch.") for parameter in model.parameters()}
    if kinds not in ({"float32"}, {"float64"}):
        wrong.append(f"the parameters are {' and '.join(sorted(kinds))}")
    if wrong:
        raise ValueError(
            f"engine='fast' trains ZipNet1989, with any table in h2, in float32 or float64; of "
            f"this one, {', '.join(wrong)}. Use engine='torch', which is slower and trains other "
            f"networks too"
        )


def _but_pairs(layer: nn.Module) -> str:
    """What `print` shows of a layer, but for how many pairs of maps its table connects."""
    return re.sub(r"pairs=\d+", "pairs", repr(layer))


def arranged_zip(tensors: Mapping[str, Tensor]) -> ZipWeights:
    """Tensors by the names of parameters as the arrays that the loops take."""

    def array(name: str) -> np.ndarray:
        tensor = tensors[name.replace("_bias", ".bias") if "_bias" in name else f"{name}.weight"]
        return (tensor.flatten(1) if name.startswith(("h1", "h2")) else tensor).numpy()

    return ZipWeights(*(array(name) for name in ZipWeights._fields))
