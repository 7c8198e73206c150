"""One step of gradient descent of a linear unit: PyTorch's, common mistakes, and inputs."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.optim.sgd import sgd

from lessonlib.checks.function import Function
from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake
from lessonlib.checks.runners import as_function
from lessonlib.checks.task import Task, register
from lessonlib.checks.tasks.gradients import (
    GRADIENT_MISTAKES,
    gradient_cases,
    join,
    pair,
    slopes,
    uniform,
)


def stepped(x: Tensor, w: Tensor, b: Tensor, t: float, rate: float) -> Tensor:
    """Weights and bias after one step of PyTorch's gradient descent.

    By the function behind `torch.optim.SGD`: making that optimizer loads a compiler for seconds.
    """
    plain = {"momentum": 0.0, "dampening": 0.0, "weight_decay": 0.0}
    moved = join(w, b).clone()
    sgd([moved], [slopes(x, w, b, t)], [None], lr=rate, nesterov=False, maximize=False, **plain)
    return moved


def _along(change: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """A step that subtracts `change` of the derivatives and the rate."""

    def function(x: Tensor, w: Tensor, b: Tensor, t: float, rate: float) -> Tensor:
        return join(w, b) - change(slopes(x, w, b, t), rate)

    return function


def _along_mistaken(gradient: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def function(x: Tensor, w: Tensor, b: Tensor, t: float, rate: float) -> Tensor:
        return join(w, b) - rate * gradient(x, w, b, t)

    return function


def _weights_stay(x: Tensor, w: Tensor, b: Tensor, t: float, rate: float) -> Tensor:
    return join(w, stepped(x, w, b, t, rate)[-1])


def _bias_stays(x: Tensor, w: Tensor, b: Tensor, t: float, rate: float) -> Tensor:
    return join(stepped(x, w, b, t, rate)[:-1], b)


def _one_by_one(x: Tensor, w: Tensor, b: Tensor, t: float, rate: float) -> Tensor:
    new = stepped(x, w, b, t, rate)[:-1]
    return join(new, stepped(x, new, b, t, rate)[-1])


def _change_only(sign: int) -> Callable[..., Tensor]:
    return lambda x, w, b, t, rate: sign * rate * slopes(x, w, b, t)


_CHANGE = "That is how far the weights and the bias move. Where do they arrive?"
STEP_MISTAKES = (
    Mistake(_along(lambda g, rate: -rate * g), "Nearly. Does the loss shrink with your step? Which "
            "way does the gradient point?", 0.5),
    Mistake(_bias_stays, "Nearly: the weights are right. Does the bias learn, too?", 0.5),
    Mistake(_weights_stay, "Nearly: the bias is right. Do the weights learn, too?", 0.5),
    Mistake(_along(lambda g, rate: g), "Nearly: the direction is right. What decides the length "
            "of the step?", 0.5),
    Mistake(_along(lambda g, rate: rate**2 * g), "Nearly: the direction is right, and the step too "
            "short. How often does the rate come in?", 0.5),
    Mistake(_along(lambda g, rate: g / rate), "Nearly: the direction is right. Does a smaller rate "
            "make your step shorter or longer?", 0.5),
    Mistake(_along(lambda g, rate: 2 * rate * g), "Nearly: the direction is right, and the length "
            "is not. Does the check above accept your `gradient`?", 0.5),
    Mistake(_one_by_one, "Nearly: the weights are right. Your bias' step sees the new weights. At "
            "which weights is the gradient taken?", 0.5),
    Mistake(_change_only(-1), _CHANGE, 0.25),
    Mistake(_change_only(1), _CHANGE, 0.25),
    Mistake(lambda x, w, b, t, rate: slopes(x, w, b, t), "That is the gradient. What does a step "
            "make of the weights with it?", 0.25),
    Mistake(lambda x, w, b, t, rate: join(w, b), "These are the weights and the bias that your "
            "function got. What does the step change?"),
    *(Mistake(_along_mistaken(mistake.gives), "Nearly: a step, but along a gradient that is not "
              "right. What does the check above say of your `gradient`?", 0.5)
      for mistake in GRADIENT_MISTAKES),
)  # fmt: skip


STEP = Function(
    form="step(x, w, b, t, rate)",
    right=stepped,
    mistakes=STEP_MISTAKES,
    praise="The same weights and bias as after a step of PyTorch's own gradient descent.",
    read=pair("the new weights", "the new bias"),
    keeps_inputs=True,
)


def step_cases(seed: int) -> list[Case]:
    """The same units, each with a rate of its own."""
    draw = torch.Generator().manual_seed(seed)
    cases = []
    for case in gradient_cases(seed):
        rate = round(0.1 + 0.3 * uniform(draw, 1).item(), 2)
        cases.append(Case(f"{case.text} and a rate of {rate:g}", (*case.inputs, rate)))
    return cases


register(
    Task(
        "00.step",
        points=2,
        cases=step_cases,
        run=as_function(),
        judge=STEP,
        hints=(
            "The gradient points to where the loss grows. Which way should a step go?",
            "The rate says how long the step is, as a part of the gradient. The weights take "
            "their part of it, and the bias takes its own.",
            "Call your `gradient` once, before anything moves. Then take the rate times each "
            "derivative away from the number that it belongs to, and return new tensors, so that "
            "the old ones stay as they are.",
        ),
        reasoning=(
            "The loss falls where one goes against the gradient, and the rate decides how far. "
            "Both parts of the gradient are taken at the old weights: a bias that moved after the "
            "weights had moved would follow the slope of another unit."
        ),
    )
)
