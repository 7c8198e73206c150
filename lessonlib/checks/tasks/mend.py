"""Chapter 5: a network that does not learn from its first weights, to be mended and trained.

The check hands over the network and digits with other names than usual, a 7 called 2, say. So a
function that trains on other digits than it gets, such as those it is judged on, learns the wrong
names. The kernels are noted when the first pictures go through and again at the end, so that a
network whose kernels never moved is known, also where the function drew them itself.
"""

import contextlib
import random
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

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
from lessonlib.data import load
from lessonlib.layers.initialization import uniform_fan_in_
from lessonlib.models import LinearClassifier
from lessonlib.training import new_network

FORM = "mend(network, images, labels)"
PICTURES, JUDGED = 1_200, 500
SECONDS = 25.0  # to train; two are enough on a machine with nothing else to do
ENOUGH, SOME = 0.8, 0.5  # shares of right answers
NO_WAY = 0.2  # better than this by the usual names means: trained on other digits
KERNELS = ("c1", "c2")


class DeepRectifiers(nn.Module):
    """Two layers of kernels and four dense ones, with rectifiers: (N, 1, 28, 28) -> (N, 10).

    All first weights are from -2.4/F to 2.4/F, which is too little for so many rectifiers.
    """

    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)  # (N, 1, 28, 28) -> (N, 6, 24, 24); halved to 12
        self.c2 = nn.Conv2d(6, 12, 5)  # -> (N, 12, 8, 8); halved to 4
        self.hidden = nn.ModuleList([nn.Linear(192, 32), nn.Linear(32, 32), nn.Linear(32, 32)])
        self.output = nn.Linear(32, 10)
        for layer in (self.c1, self.c2, *self.hidden, self.output):
            uniform_fan_in_(layer.weight, layer.weight[0].numel())
            nn.init.zeros_(layer.bias)

    def forward(self, images: Tensor) -> Tensor:
        """Scores of prepared images."""
        maps = F.max_pool2d(F.relu(self.c1(images)), 2)
        values = F.max_pool2d(F.relu(self.c2(maps)), 2).flatten(1)
        for layer in self.hidden:
            values = F.relu(layer(values))
        return self.output(values)


def names(seed: int) -> list[int]:
    """What each digit is called, 0 to 9: none by its own name."""
    draw, order = random.Random(seed), list(range(10))
    while any(name == digit for digit, name in enumerate(order)):
        draw.shuffle(order)
    return order


@cache
def digits(seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Prepared images and their digits to train on, and others to judge by."""
    draw, parts = torch.Generator().manual_seed(seed), []
    for is_train, count in ((True, PICTURES), (False, JUDGED)):
        every = load("digits", train=is_train)
        some = every.take(torch.randperm(len(every), generator=draw)[:count])
        parts += [LinearClassifier.prepare(some.images), some.labels.long()]
    return tuple(parts)


def _train(answer: Any, seed: int) -> dict[str, Any]:
    """Let the learner's function train the network, and note what came of it."""
    images, labels, judged, _ = digits(seed)
    network, fresh = (new_network(DeepRectifiers, seed) for _ in range(2))
    first: dict[str, Tensor] = {}
    noting = network.register_forward_pre_hook(
        lambda *call: first.update({} if first else _kernels(network))
    )
    with one_thread():
        answer(network, images.clone(), torch.tensor(names(seed))[labels])
    noting.remove()
    network.eval()
    with torch.no_grad():
        scores = network(judged)
    pairs = zip(fresh.state_dict().values(), network.state_dict().values(), strict=True)
    return {
        "answers": scores.argmax(1),
        "is finite": bool(scores.isfinite().all()),
        "is changed": not all(torch.equal(before, after) for before, after in pairs),
        "first": first,
        "last": _kernels(network),
    }


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let PyTorch use one thread, which is fastest for so small a network."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _kernels(network: nn.Module) -> dict[str, Tensor]:
    return {name: getattr(network, name).weight.detach().clone() for name in KERNELS}


def trainer(
    train: Callable[[Any, int], dict[str, Any]], read: Callable[[int], object]
) -> Callable[[Any, Sequence[Case]], list[Outcome]]:
    """What runs an answer that trains a network, within `SECONDS`.

    Args:
        train: lets the answer train, with a case's seed, and notes what came of it.
        read: reads the pictures of a seed, once. It is called first, so that no learner's time
            goes there.
    """

    def run(answer: Any, cases: Sequence[Case]) -> list[Outcome]:
        if no_call := uncallable(answer, Case("a network", (None, None, None))):
            return [no_call] * len(cases)
        read(*cases[0].inputs)
        _make_ready()
        return as_function(train, seconds=SECONDS)(answer, cases)

    return run


def _make_ready() -> None:
    """Load PyTorch's optimisers, so that no learner's time goes there."""
    weight = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    optimizer.zero_grad()
    weight.sum().backward()
    optimizer.step()


def what_came_of_it(cases: list[Case], outcomes: list[Outcome]) -> dict[str, Any]:
    """What was noted while the answer trained.

    Raises:
        AnswerError: the answer is no such function, raised an error, or does not end.
    """
    (outcome,) = outcomes
    refuse_no_function(FORM, outcome)
    refuse_template(outcome)
    refuse_endless(cases, outcomes, SECONDS)
    if outcome.state is State.RAISED:
        raise AnswerError(what_it_raised(outcome))
    return outcome.value


def judge(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    """All points where enough digits are read, half where some are.

    Raises:
        AnswerError: the answer is no such function, or does not end.
    """
    found, (seed,) = what_came_of_it(cases, outcomes), cases[0].inputs
    _refuse_untrained(found)
    truth = digits(seed)[3]
    right = float((torch.tensor(names(seed))[truth] == found["answers"]).float().mean())
    usual = float((truth == found["answers"]).float().mean())
    if usual > max(NO_WAY, right):
        raise AnswerError(
            f"Your network reads {usual:.0%} of new digits by their usual names, but in what your "
            f"function got they have other names. Train on the images and labels that it gets, and "
            f"on no others."
        )
    said = f"It reads {right:.0%} of {JUDGED} new digits."
    if right >= ENOUGH:
        return Verdict(1.0, said)
    more = f"From {ENOUGH:.0%} on it gets all points."
    if right >= SOME:
        return Verdict(0.5, f"{said} {more} Does the gradient reach the first layers from the "
                       f"start, and does it train for some passes?")  # fmt: skip
    return Verdict(0.0, f"{said} {more} How large are the values of the last rectifiers before "
                   f"the first step?")  # fmt: skip


def _refuse_untrained(found: dict[str, Any]) -> None:
    """Refuse a network that is as it was, is broken, or has kernels that never moved.

    Raises:
        AnswerError: it is one.
    """
    if not found["is changed"]:
        raise AnswerError(
            "The network is as your function got it: its weights have not changed. Train the "
            "network that it gets, and not a new one."
        )
    if not found["is finite"]:
        raise AnswerError("The network's scores are NaN or infinite. Is the rate too large?")
    if not found["first"]:
        raise AnswerError("No picture went through the network, so it has not learned.")
    for name in KERNELS:
        if torch.equal(found["first"][name], found["last"][name]):
            raise AnswerError(
                f"The kernels of {name} are the same as when the first pictures went through, so "
                f"they have learned nothing. Does the optimiser get all parameters?"
            )


register(
    Task(
        "05.mend",
        points=4,
        cases=lambda seed: [Case("the network", (seed,))],
        run=trainer(_train, digits),
        judge=judge,
        hints=(
            "With the weights that it has, how large are the scores for different digits? What "
            "does the gradient of the first layer look like then?",
            "Draw new weights for every layer, as task 3 compares them for a rectifier, and set "
            "the biases to 0. `network.modules()` gives all layers, and `torch.nn.init` has "
            "functions for the usual starts.",
            "Then a loop over some passes, in each of them batches of about 32 in a random order, "
            "and for each batch the four lines of `train_step`: gradients to zero, loss, backward, "
            "step. SGD with a momentum of 0.9 needs a rate of a few hundredths.",
        ),
        reasoning=(
            "From the first weights almost nothing of a digit arrives at the top, so all digits "
            "get the same scores, and almost nothing of the gradient arrives at the bottom. A "
            "start that keeps the signal's size through each rectifier mends both at once."
        ),
    )
)
