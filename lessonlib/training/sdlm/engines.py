"""The engines that `sdlm_fit` can be asked for."""

from collections.abc import Mapping
from typing import Protocol

from torch import Tensor

from lessonlib.models import ZipNet1989
from lessonlib.training.sdlm.chain import Chain
from lessonlib.training.sdlm.readable import TorchEngine
from lessonlib.training.sdlm.recipe import SDLMRecipe


class Engine(Protocol):
    """Trains pattern by pattern."""

    def train(
        self, images: Tensor, labels: Tensor, order: Tensor, steps: Mapping[str, Tensor]
    ) -> Tensor:
        """One update for each pattern; see `TorchEngine.train`."""
        ...


def engine_for(name: str, chain: Chain, recipe: SDLMRecipe) -> Engine:
    """The engine of that name for a network.

    Args:
        name: `torch` or `fast`.
        chain: the network's layers.
        recipe: whose loss is followed.

    Raises:
        ValueError: an unknown name, or the fast engine was not written for the network.
        ImportError: `fast` without numba.
    """
    if name == "torch":
        return TorchEngine(chain, recipe)
    if name != "fast":
        raise ValueError(f"unknown engine {name!r}; known: torch, fast")
    try:
        import numba  # noqa: F401
    except ImportError as error:
        raise ImportError(
            "engine='fast' needs numba: pip install 'lessonlib[fast]', or pip install numba; "
            "engine='torch' does the same without it, more slowly"
        ) from error
    if type(chain.model) is ZipNet1989:
        from lessonlib.training.sdlm.fast_zip import ZipEngine  # late: it takes a second, and numba

        return ZipEngine(chain)
    from lessonlib.training.sdlm.fast import FastEngine

    return FastEngine(chain, recipe)
