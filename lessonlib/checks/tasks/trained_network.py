"""Chapter 7: a LeNet-5 that the learner has trained, from their own start and on their own digits.

What is handed in is the network's state dict, a dictionary of tensors. It is loaded into a network
of ours, so nothing of the learner's runs here.
"""

import math
from typing import Any

import torch
from torch import Tensor

from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.reading import STILL_NONE, describe
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.task import Task, register
from lessonlib.data import ImageSet, load
from lessonlib.layers import DIGIT_CODES
from lessonlib.models import LeNet5
from lessonlib.puzzles.own_start import unseen_digits, your_start
from lessonlib.training import evaluate
from lessonlib.training.losses import cross_entropy

GOOD, FAIR = 0.12, 0.25  # error rates for all points and for half of them
KERNELS = ("c1", "c3", "c5")
STILL = 0.02  # kernels that have moved by less, as a part of their own length, have not moved
RELATED = 0.03  # least correlation of C5 with the start; that of another start is 0.005 at most
UNSEEN = 4_000  # digits that the learner's network has not seen, to compare with
TOO_GOOD = -3.0  # standard errors by which the loss on the test digits may lie below theirs


def cases(seed: int) -> list[Case]:
    """The learner's number."""
    return [Case(f"the network of number {seed}", (seed,))]


def judge(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    """Judge the error on the test digits, once the network is one that learned to read.

    Raises:
        AnswerError: no state dict of a LeNet-5.
    """
    (number,) = cases[0].inputs
    network = loaded(outcomes[0].value)
    problem = refused(network, your_start(number)[0])
    if problem:
        return Verdict(0.0, problem)
    test = load("digits", train=False)
    result = evaluate(network, test, device="cpu")
    if lead(network, test, unseen_digits(number, UNSEEN)) < TOO_GOOD:
        return Verdict(
            0.0,
            "Your network reads the test digits much better than other digits that it has not "
            "been given. Was it trained on the test digits? Train on `digits` alone.",
        )
    said = f"{result.error_rate:.1%} of the test digits are wrong."
    if result.error_rate <= GOOD:
        return Verdict(1.0, said)
    more = f"For all points at most {GOOD:.0%} may be. Could more passes help, or another rate?"
    return Verdict(0.5 if result.error_rate <= FAIR else 0.0, f"{said} {more}")


def loaded(value: Any) -> LeNet5:
    """A LeNet-5 with these numbers.

    Raises:
        AnswerError: they are not those of a LeNet-5 as the library has it.
    """
    if value is None:
        raise AnswerError(STILL_NONE)
    if type(value) is not dict:
        raise AnswerError(
            f"Give the network's numbers, `network.state_dict()`. You gave {describe(value)}."
        )
    network = LeNet5()
    own = network.state_dict()
    missing = [name for name in own if name not in value]
    if missing or len(value) != len(own):
        raise AnswerError(
            "Give the numbers of the LeNet-5 that `your_start` made, "
            + (f"`{missing[0]}` among them." if missing else "and no others.")
        )
    for name, tensor in own.items():
        _check(name, value[name], tensor)
    if not torch.equal(value["output.codes"].to(DIGIT_CODES), DIGIT_CODES):
        raise AnswerError("Your network has other codes than the paper's. Leave these as they are.")
    network.load_state_dict({name: value[name].to(tensor) for name, tensor in own.items()})
    return network.eval()


def _check(name: str, value: Any, tensor: Tensor) -> None:
    if not isinstance(value, Tensor) or value.shape != tensor.shape:
        raise AnswerError(
            f"`{name}` should be a tensor of shape {tuple(tensor.shape)}. Yours is "
            f"{describe(value)}."
        )
    if not value.is_floating_point() or not value.isfinite().all():
        raise AnswerError(
            f"`{name}` holds NaN, infinity or whole numbers. Did the training diverge? Begin again "
            f"with `your_start`, and a lower rate."
        )


@torch.no_grad()
def refused(network: LeNet5, start: LeNet5) -> str:
    """Why this network is not one that was trained from this start; empty where it is."""
    now, then = dict(network.named_parameters()), dict(start.named_parameters())
    if all(torch.equal(now[name], then[name]) for name in then):
        return "Your network is still as `your_start` made it: nothing has moved. Train it first."
    if correlation(now["c5.weight"], then["c5.weight"]) < RELATED:
        return (
            "Your network does not come from your own start: C5 shows no trace of its first "
            "weights. Begin with the network that `your_start(number)` makes."
        )
    still = [name for name in KERNELS if _moved(now, then, f"{name}.weight") < STILL]
    if still:
        which = " and ".join(name.upper() for name in still)
        return (
            f"The kernels of {which} are where they were at the start, so only the rest has "
            f"learned. Do all parameters get a gradient, and does the optimizer have them all?"
        )
    return ""


def correlation(one: Tensor, other: Tensor) -> float:
    """From -1 to 1, over all numbers of two tensors."""
    return float(torch.corrcoef(torch.stack([one.flatten(), other.flatten()]).double())[0, 1])


def _moved(now: dict[str, Tensor], then: dict[str, Tensor], name: str) -> float:
    return float((now[name] - then[name]).norm() / then[name].norm())


def lead(network: LeNet5, test: ImageSet, unseen: ImageSet) -> float:
    """How many standard errors the mean loss on the test digits lies above that on others.

    Neither should have been trained on, so it is near 0; far below 0 the test digits were.
    """
    parts = []
    for digits in (test, unseen):
        result = evaluate(network, digits, device="cpu")
        pairs = zip(result.scores.double()[:, None], result.labels[:, None], strict=True)
        parts.append(torch.stack([cross_entropy(*pair) for pair in pairs]))
    ours, others = parts
    error = math.sqrt(ours.var() / len(ours) + others.var() / len(others))
    return float(ours.mean() - others.mean()) / max(error, 1e-12)


register(
    Task(
        "07.trained",
        points=3,
        cases=cases,
        judge=judge,
        hints=(
            "`fit` trains the network in place. Which loss belongs to an output layer that gives "
            "squared distances?",
            "LeNet-5's penalties are large, so its rate is small: with Eq. 9 and batches of 16 "
            "something near 0.001 works. A few passes over the digits are enough.",
            "Make a `Recipe` with `epochs`, `lr`, `batch_size`, `loss=\"discriminative\"` and "
            "`schedule=\"cosine\"`, and call `fit(network, digits, recipe)`. If the loss becomes "
            "NaN, begin again with `your_start` and a lower rate.",
        ),
        reasoning=(
            "The error counts on digits that the network has never seen. On its own digits it is "
            "lower, and a network that had been trained on the test digits would look good there "
            "and nowhere else, which is how the check finds out."
        ),
    )
)  # fmt: skip
