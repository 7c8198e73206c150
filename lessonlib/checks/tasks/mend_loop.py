"""Chapter 11: a training program whose loss stays at ln 10, mended.

The learner's function trains a network that was not shown, on photographs whose classes have other
names, so that neither labels from elsewhere nor a network trained elsewhere can be handed in.
"""

import math
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.task import Task, register
from lessonlib.checks.tasks.mend import names, one_thread, trainer, what_came_of_it
from lessonlib.data.streams import stream_seed
from lessonlib.puzzles.small_rectifiers import SmallRectifiers, small_photos
from lessonlib.puzzles.stuck_program import stuck_loop

JUDGED = 300
CHANCE = math.log(10)
ENOUGH, SOME = 1.9, 2.15  # losses on new photographs
ALIKE = 0.02  # root mean square between pictures; prepared photographs have about 1
FLAT = 1e-3  # the same for scores
KERNELS = ("conv1", "conv2", "conv3")


@cache
def photos(seed: int) -> tuple[SmallRectifiers, Tensor, Tensor, Tensor, Tensor]:
    """A network, images and usual labels to train on, and others to judge by."""
    own = stream_seed(seed, "mended loop") % 2**31  # none that a learner was shown
    network, images, labels = stuck_loop(own)
    judged, truth = small_photos(train=False)
    return network, images, labels, judged[:JUDGED], truth[:JUDGED]


class _Watch:
    """Notes what goes through a network: how far pictures and scores differ, and its kernels."""

    def __init__(self, network: nn.Module) -> None:
        self.network, self.first, self.pictures, self.scores = network, {}, 0.0, 0.0
        self.hooks = [network.register_forward_hook(self._note)]

    def _note(self, network: nn.Module, given: tuple[Tensor, ...], scores: Tensor) -> None:
        if not isinstance(given[0], Tensor) or len(given[0]) < 2:
            return
        if not self.first:
            self.first, self.scores = kernels(network), _spread(scores)
        self.pictures = max(self.pictures, _spread(given[0]))

    def end(self) -> None:
        """Note nothing more."""
        for hook in self.hooks:
            hook.remove()


def _spread(values: Tensor) -> float:
    return float(values.detach().float().std(0).square().mean().sqrt())


def kernels(network: nn.Module) -> dict[str, Tensor]:
    """Copies of the kernels."""
    return {name: getattr(network, name).weight.detach().clone() for name in KERNELS}


def _train(answer: Any, seed: int) -> dict[str, Any]:
    """Let the learner's function train the network, and note what came of it."""
    network, images, labels, judged, _ = photos(seed)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    given = SmallRectifiers().float()
    given.load_state_dict(before)
    watch = _Watch(given)
    with one_thread():
        answer(given, images.clone(), torch.tensor(names(seed))[labels])
    watch.end()
    with torch.no_grad():
        scores = given.eval()(SmallRectifiers.prepare(judged))
    after = given.state_dict()
    return {
        "scores": scores,
        "is changed": not all(torch.equal(before[name], after[name]) for name in before),
        "pictures": watch.pictures,
        "first scores": watch.scores,
        "first": watch.first,
        "last": kernels(given),
    }


def judge(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    """All points where the loss on new photographs has left ln 10, half where it has begun to.

    Raises:
        AnswerError: the answer is no such function, or does not end.
    """
    found, (seed,) = what_came_of_it(cases, outcomes), cases[0].inputs
    _refuse_untrained(found)
    loss = _loss(found["scores"], seed)
    said = f"Its loss on {JUDGED} new photographs is {loss:.2f}; ln 10 is {CHANCE:.2f}."
    if loss <= ENOUGH:
        return Verdict(1.0, said)
    more = f"Down to {ENOUGH:g} it gets all points."
    return Verdict(0.5 if loss <= SOME else 0.0, f"{said} {more} {_advice(found)}")


def _loss(scores: Tensor, seed: int) -> float:
    """The loss on the photographs to judge by, by the names that the classes have here.

    Raises:
        AnswerError: it was trained by their usual names.
    """
    truth = photos(seed)[4]
    loss = F.cross_entropy(scores, torch.tensor(names(seed))[truth]).item()
    if F.cross_entropy(scores, truth).item() < min(CHANCE - 0.2, loss):
        raise AnswerError(
            "Your network knows the photographs by their usual names, but in what your function "
            "got they have other names. Train on the images and labels that it gets, and on no "
            "others."
        )
    return loss


def _advice(found: dict[str, Any]) -> str:
    if found["first scores"] < FLAT:
        return (
            "When the first pictures went through, the scores hardly differed from picture to "
            "picture. How large is what leaves each layer?"
        )
    return "It does learn. Are there enough steps, and is the rate neither too small nor too large?"


def _refuse_untrained(found: dict[str, Any]) -> None:
    """Refuse a network that is as it was, is broken, saw nothing, or has kernels that never moved.

    Raises:
        AnswerError: it is one.
    """
    if not found["is changed"]:
        raise AnswerError(
            "The network is as your function got it: no weight has moved. Is it this network that "
            "you train, and what does the optimiser find as the gradient when it makes its step?"
        )
    if not found["scores"].isfinite().all():
        raise AnswerError("The network's scores are NaN or infinite. Is the rate too large?")
    if not found["first"]:
        raise AnswerError("No batch of pictures went through the network, so it has not learned.")
    if found["pictures"] < ALIKE:
        raise AnswerError(
            "All pictures that went through the network were alike. Look at one of them as it "
            "arrives there."
        )
    still = [name for name in KERNELS if torch.equal(found["first"][name], found["last"][name])]
    if still:
        raise AnswerError(
            f"The kernels of {still[0]} are the same as when the first pictures went through. What "
            f"does the optimiser find as their gradient when it makes its step?"
        )


register(
    Task(
        "11.mend_loop",
        points=2,
        cases=lambda seed: [Case("the network", (seed,))],
        run=trainer(_train, photos),
        judge=judge,
        hints=(
            "Three things are wrong, and each of them is enough. So the loss will not tell you "
            "when one of them is mended: measure what each of them would change.",
            "Look at what goes into the network, at what leaves each layer (`diagnose`), and at "
            "the gradient at the moment of the step.",
            "What does a whole number from 0 to 254 become when it is divided by 255 with two "
            "strokes? What is left of a gradient after `zero_grad`? By which factor does each "
            "layer shrink what differs, and which start would keep it?",
        ),
        reasoning=(
            "Each of the three faults hides the other two, and the loss is ln 10 as long as one is "
            "left. That is why looking at the loss alone leads nowhere here, and why one measures "
            "along the way: the pictures, the signal, the gradient, the step."
        ),
    )
)
