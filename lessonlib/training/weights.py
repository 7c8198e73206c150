"""Reading a file's weights into a network."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from lessonlib.models.alexnet_mixups import foreign


def load_weights(model: nn.Module, path: str | os.PathLike[str]) -> None:
    """Give a network the weights that a file keeps.

    Reads both kinds of file that hold a trained network: the checkpoint of `fit`, of any version,
    and what `lessonlib train --save` writes (a state dict). The network stays on its device and
    keeps the type of its parameters.

    Args:
        model: a network of the class that was trained.
        path: the file.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is damaged, holds something else, or holds the weights of another
            network; the network stays as it was.
    """
    path = Path(path)
    state, network = _weights(path)
    if reason := foreign(type(model).__name__, state):
        raise ValueError(f"{path} cannot be read into {type(model).__name__}: {reason}")
    if problems := _problems(model, state):
        made_by = f" (of class {network})" if network else ""
        raise ValueError(
            f"{path} holds the weights of another network{made_by} than "
            f"{type(model).__name__}: {'; '.join(problems)}. Build the network that was trained"
        )
    model.load_state_dict(state)


def _weights(path: Path) -> tuple[Mapping[str, Tensor], str | None]:
    """A file's state dict, and the class of the network if the file says it."""
    try:
        found: Any = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise
    except Exception as error:  # a damaged file can fail in any way
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueError(f"{path} cannot be read as weights ({reason})") from error
    network = None
    if isinstance(found, Mapping) and {"made_for", "model"} <= set(found):
        found, network = found["model"], found["made_for"].get("network")
    if not isinstance(found, Mapping) or not all(isinstance(v, Tensor) for v in found.values()):
        raise ValueError(
            f"{path} holds no weights; expected a checkpoint of fit or a file that "
            f"`lessonlib train --save` wrote"
        )
    return found, network


def _problems(model: nn.Module, state: Mapping[str, Tensor]) -> list[str]:
    """The ways in which a file's weights do not fit a network."""
    own = model.state_dict()
    missing, unknown = sorted(own.keys() - state.keys()), sorted(state.keys() - own.keys())
    shapes = [
        f"{name} is {tuple(state[name].shape)} there, {tuple(own[name].shape)} here"
        for name in own
        if name in state and not is_lazy(own[name]) and own[name].shape != state[name].shape
    ]
    return [
        *([f"the file lacks {_few(missing)}"] if missing else []),
        *([f"the network lacks {_few(unknown)}"] if unknown else []),
        *shapes[:3],
    ]


def _few(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
