"""Chapter 10: AlexNet, built by the learner, and the networks that it may turn out to be.

The network is built without first weights where that works, on PyTorch's device `meta`, because to
draw 61 million of them takes longer than all else.
"""

import random
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from lessonlib.checks.outcome import Case, Outcome, State
from lessonlib.checks.refusals import (
    refuse_endless,
    refuse_no_function,
    refuse_template,
    what_it_raised,
)
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.runners import as_function, uncallable
from lessonlib.checks.task import Task, register

FORM = "alexnet()"
SIDE, CLASSES = 224, 1000
MAPS = [[96, 55, 55], [256, 27, 27], [384, 13, 13], [384, 13, 13], [256, 13, 13]]
GROUPS = [1, 2, 1, 2, 2]
UNITS = [[9216, 4096], [4096, 4096], [4096, 1000]]
POOLS, RECTIFIERS = 3, 7
FOREIGN = ("lessonlib.models", "torchvision.models")  # whole networks, not layers

LOST = (
    "fc6 reads 6,400 values, 256 maps of 5x5, where AlexNet has 9,216. A row and a column were "
    "lost on the way. Does the last window of conv1 fit into 224 pixels?"
)
WHOLE_BATCH = (
    "fc6 gets the values of all pictures in one row. Which dimension has to stay, where you "
    "flatten?"
)
FEW_WINDOWS = (
    "conv1 puts out {given}, where AlexNet has 55x55. On 224 pixels, a window of 11 fits 54 times "
    "in steps of 4. Where does the 55th lie, and what could be put there?"
)
NO_GROUPS = "conv{places} read all maps below. Which of them does a tower see?"
KNOWN = {
    62_378_344: "It has the 62,378,344 parameters of AlexNet without towers.",
    49_430_888: "It has 49,430,888 parameters.",
    50_844_008: "It has 50,844,008 parameters, a mixture of two slips.",
    61_100_840: (
        "It has 61,100,840 parameters: that is the network of torchvision, with one tower and "
        "fewer maps in conv1 and conv2. How many has the paper's?"
    ),
    59_798_312: "It has 59,798,312 parameters: that is the network for one GPU of section 3.2.",
}


def some_pictures(seed: int) -> list[Case]:
    """How many pictures the network is to read at once, and their side."""
    count = random.Random(seed).randint(2, 5)
    return [Case(f"{count} pictures of {SIDE}x{SIDE}", (count, SIDE))]


def run(answer: Any, cases: Sequence[Case]) -> list[Outcome]:
    """Build the network and let it read pictures; a value that is no function is kept."""
    no_call = None if _is_network(answer) else uncallable(answer, Case("", ()))
    return [no_call] if no_call else as_function(build)(answer, cases)


def build(answer: Any, count: int, side: int) -> dict[str, Any]:
    """Build the learner's network, let it read pictures of zeros, and describe it in plain data.

    A network in place of a function is taken as it is. One that cannot read the pictures has an
    `error`, and no `scores`. There are several, because a network that flattens the whole batch
    would do with one.

    Raises:
        TypeError: the function returns no network.
    """
    if _is_network(answer):
        return _described(answer.eval(), count, side)
    try:
        with torch.device("meta"):
            network = answer()
        _fill(network)
    except Exception:  # a start of the learner's own, perhaps, or a mistake, which shows again
        network = answer()
    if not _is_network(network):
        raise TypeError(f"{FORM} should return a network, such as an nn.Sequential")
    return _described(network.eval(), count, side)


def _is_network(value: Any) -> bool:
    """By its type, since an object may refuse to be asked for its class."""
    return issubclass(type(value), nn.Module)


def _fill(network: nn.Module) -> None:
    """Zeros in place of numbers that are only shapes (`to_empty` would import 500 modules)."""
    for part in network.modules():
        for name, parameter in part.named_parameters(recurse=False):
            setattr(part, name, nn.Parameter(torch.zeros(parameter.shape)))
        for name, buffer in part.named_buffers(recurse=False):
            part.register_buffer(name, torch.zeros(buffer.shape))


@torch.no_grad()
def _described(network: nn.Module, count: int, side: int) -> dict[str, Any]:
    found = _parts(network) | {"pictures": count}
    hooks = [
        part.register_forward_hook(lambda _, given, out: found["maps"].append([*out.shape[1:]]))
        for part in network.modules()
        if isinstance(part, nn.Conv2d)
    ]
    try:
        found["scores"] = [*network(torch.zeros(count, 3, side, side)).shape]
    except RuntimeError as error:
        found["error"] = " ".join(str(error).split())[:200]
    finally:
        for hook in hooks:
            hook.remove()
    return found


def _parts(network: nn.Module) -> dict[str, Any]:
    """Parameters, groups and units, and how often the parts without numbers are there."""
    parts = list(network.modules())
    convolutions = [part for part in parts if isinstance(part, nn.Conv2d)]
    full = [part for part in parts if isinstance(part, nn.Linear)]
    return {
        "total": sum(parameter.numel() for parameter in network.parameters()),
        "groups": [layer.groups for layer in convolutions],
        "units": [[layer.in_features, layer.out_features] for layer in full],
        "pools": sum(isinstance(part, nn.MaxPool2d) for part in parts),
        "rectifiers": sum(isinstance(part, nn.ReLU) for part in parts),
        "foreign": any(type(part).__module__.startswith(FOREIGN) for part in parts),
        "maps": [],
    }


def judge(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    """Judge what was built: 1 of 3 points for reading the pictures, 2 for the right network.

    Raises:
        AnswerError: the answer is no function that returns a network.
    """
    outcome = outcomes[0]
    refuse_no_function(FORM, outcome)
    refuse_template(outcome)
    refuse_endless(cases, outcomes)
    if outcome.state is State.RAISED:
        raise AnswerError(what_it_raised(outcome))
    found = outcome.value
    if found["foreign"]:
        raise AnswerError("That is a whole network of a library. Build it of PyTorch's layers.")
    runs = found.get("scores") == [found["pictures"], CLASSES]
    problem = _problem(found)
    if problem:
        return Verdict(1 / 3 if runs else 0.0, problem)
    return Verdict(1.0, f"It reads {SIDE} pixels, and has {found['total']:,} parameters.")


def _problem(found: dict[str, Any]) -> str:
    """What is not as in AlexNet, the first thing first; empty where all is."""
    known = KNOWN.get(found["total"], "")
    if "error" in found:
        return _why_it_fails(found)
    if len(found["maps"]) != len(MAPS) or len(found["units"]) != len(UNITS):
        return (f"{known} Your network has {len(found['maps'])} convolutions and "
                f"{len(found['units'])} fully connected layers.").strip()  # fmt: skip
    wrong = [
        said for said in (_about_groups(found), _about_maps(found), _about_units(found)) if said
    ]
    if wrong:
        return " ".join([known, *wrong]).strip()
    if found["pools"] != POOLS or found["rectifiers"] < RECTIFIERS:
        return (f"All numbers are right. But it has {found['pools']} poolings and "
                f"{found['rectifiers']} rectifiers: after which layers does AlexNet have them?"
                )  # fmt: skip
    if found["scores"] != [found["pictures"], CLASSES]:
        return (f"For {found['pictures']} pictures it gives scores of shape {found['scores']}. "
                f"How many classes has the contest?")  # fmt: skip
    return ""


def _why_it_fails(found: dict[str, Any]) -> str:
    said = (f"It cannot read {found['pictures']} pictures of {SIDE}x{SIDE}: PyTorch says "
            f"`{found['error']}`.")  # fmt: skip
    if str(9216 * found["pictures"]) in found["error"]:
        return f"{said} {WHOLE_BATCH}"
    if "x6400 and 9216x" in found["error"]:
        return f"{said} {LOST}"
    return said


def _about_groups(found: dict[str, Any]) -> str:
    if found["groups"] == GROUPS:
        return ""
    pairs = zip(found["groups"], GROUPS, strict=True)
    missing = [str(i + 1) for i, (given, right) in enumerate(pairs) if given < right]
    if missing:
        return NO_GROUPS.format(places=" and conv".join(missing))
    return f"Its convolutions have {found['groups']} groups. Which layers read both towers?"


def _about_maps(found: dict[str, Any]) -> str:
    first = found["maps"][0]
    if first[1:] != MAPS[0][1:]:
        return FEW_WINDOWS.format(given=f"{first[1]}x{first[2]}")
    for i, (given, right) in enumerate(zip(found["maps"], MAPS, strict=True), start=1):
        if given != right:
            shape = "{} maps of {}x{}".format(*given)
            return f"conv{i} puts out {shape}. How many does the paper's have, and how large?"
    return ""


def _about_units(found: dict[str, Any]) -> str:
    if found["units"][0][0] == 6400:
        return LOST
    for i, (given, right) in enumerate(zip(found["units"], UNITS, strict=True), start=6):
        if given != right:
            return f"fc{i} has {given[0]:,} inputs and {given[1]:,} units."
    return ""


register(
    Task(
        "10.build_alexnet",
        points=3,
        cases=some_pictures,
        run=run,
        judge=judge,
        hints=(
            "The table of the chapter has the maps and sizes of all eight layers. Which layers "
            "pool, and which read one tower only?",
            "Write the layers in a row, and ask for the shape after each with a picture of zeros. "
            "The first that differs from the table is where to look.",
            "Windows that do not fit are left out, so each size has to be made to fit: think of "
            "what lies beyond the edge of the picture in conv1, and of how conv2 to conv5 keep "
            "the size of their maps. Towers are an argument of the convolution.",
        ),
        reasoning=(
            "Sizes, groups and the number of parameters leave little room: two networks that agree "
            "in all of them are nearly always the same. But a total alone is not enough, for two "
            "slips can nearly cancel."
        ),
    )
)
