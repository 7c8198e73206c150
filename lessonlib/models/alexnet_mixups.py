"""Networks that are mistaken for AlexNet, told by their number of parameters or their weights."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

LOST_PADDING = (
    "fc6 reads 6,400 values, 256 maps of 5x5, instead of 9,216, 256 maps of 6x6, so a padding is "
    "missing: let conv1 read 227 pixels, or 224 with 3 more of zeros on the right and below, and "
    "give conv2 a padding of 2 and conv3, conv4 and conv5 one of 1"
)
NO_GROUPS = (
    "conv2, conv4 and conv5 read all maps before them, while as printed each tower reads its own "
    "half: give them groups=2"
)
ONE_TOWER = (
    "another network, the one tower of 2014 that torchvision calls alexnet, with 64, 192, 384, 256 "
    "and 256 maps and 61,100,840 parameters"
)
ALEXNETS = ("AlexNet", "AlexNet2012Source", "AlexNetTwoTowers", "AlexNetOneTower")
TOTALS = {
    62_378_344: NO_GROUPS,
    49_430_888: LOST_PADDING,
    50_844_008: f"{NO_GROUPS}. And {LOST_PADDING}",
    61_100_840: f"it is {ONE_TOWER}; here it is AlexNetOneTower",
    59_798_312: "it is sec. 3.2's network for one GPU, with half of the maps in conv1 to conv4",
}
"""What is different, by the number of parameters with 1,000 classes, where AlexNet's is right."""


def mixup(parameters: int, classes: int = 1000) -> str | None:
    """What makes a network of so many parameters another one than AlexNet, if that is known.

    Args:
        parameters: of the whole network.
        classes: how many scores it gives.
    """
    return TOTALS.get(parameters + (1000 - classes) * 4097)


def foreign(network: str, state: Mapping[str, Tensor]) -> str | None:
    """Why these weights are not for this network, if it is a known case; None if they may be.

    Args:
        network: name of the class that is to have them.
        state: a state dict.
    """
    if network not in ALEXNETS:
        return None
    first = state.get("features.0.weight")
    if network != "AlexNetOneTower" and first is not None and first.shape[1:] == (3, 11, 11):
        return f"these weights are not {network}'s but of {ONE_TOWER}; AlexNetOneTower takes them"
    if network != "AlexNetTwoTowers" and "tower1.conv1.weight" in state:
        return "these are weights of AlexNetTwoTowers; from_towers(network) makes an AlexNet of it"
    if "conv1.weight" not in state or "fc6.weight" not in state:
        return None
    if network == "AlexNetTwoTowers":
        return "these are weights of AlexNet; to_towers(network) makes an AlexNetTwoTowers of it"
    if network == "AlexNetOneTower":
        return "these weights have the layers of AlexNet, which takes them, if they are its own"
    return _flaws(network, state)


def _flaws(network: str, state: Mapping[str, Tensor]) -> str | None:
    """What is wrong with weights that have the names of AlexNet's; None if nothing is known."""
    reasons = []
    if "conv2.weight" in state and state["conv2.weight"].shape[1] == 96:
        reasons.append(NO_GROUPS)
    if state["fc6.weight"].shape[-1] == 6400:
        reasons.append(LOST_PADDING)
    return f"these weights are not {network}'s: {'. And '.join(reasons)}" if reasons else None


def refuse_foreign(network: nn.Module, state: Mapping[str, Tensor], prefix: str, *_: Any) -> None:
    """Refuse known weights of other networks before they are loaded: a hook of `load_state_dict`.

    Raises:
        ValueError: the message says whose weights they are and what to do.
    """
    length = len(prefix)
    own = {key[length:]: value for key, value in state.items() if key.startswith(prefix)}
    if reason := foreign(type(network).__name__, own):
        raise ValueError(reason)
