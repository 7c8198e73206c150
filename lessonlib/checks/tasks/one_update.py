"""Chapter 7: one update of stochastic diagonal Levenberg-Marquardt, by hand."""

from collections.abc import Callable

import torch
from torch import Tensor

from lessonlib.checks.function import Function
from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake
from lessonlib.checks.runners import as_function
from lessonlib.checks.task import Task, register
from lessonlib.checks.tasks.gradients import uniform
from lessonlib.checks.tasks.shared_kernel import signed


def updated(w: Tensor, slope: Tensor, curvature: Tensor, eta: float, mu: float) -> Tensor:
    """The weights after one update: LeCun et al. 1998, sec. III.B and appendix C."""
    return torch.addcdiv(w, slope, mu + curvature, value=-eta)


def _by(change: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The weights less `change` of slope, curvature, eta and mu."""
    return lambda w, g, h, eta, mu: w - change(g, h, eta, mu)


_OWN = "Does each weight have a step size of its own with your numbers?"
UPDATE_MISTAKES = (
    Mistake(_by(lambda g, h, eta, mu: -eta / (mu + h) * g), "Nearly. Which way does the loss fall?",
            0.5),
    Mistake(_by(lambda g, h, eta, mu: eta * g), f"That is plain gradient descent. {_OWN}", 0.25),
    Mistake(_by(lambda g, h, eta, mu: eta / mu * g), f"Every direction is flat to you. {_OWN}",
            0.25),
    Mistake(_by(lambda g, h, eta, mu: eta / h * g), "Nearly. What keeps the step from growing "
            "beyond all bounds where the curvature is 0?", 0.5),
    Mistake(_by(lambda g, h, eta, mu: (eta / mu + h) * g), "Nearly: which of the two is computed "
            "first, the division or the sum? Brackets help.", 0.5),
    Mistake(_by(lambda g, h, eta, mu: eta * (mu + h) * g), "Nearly. Are your steps longer where "
            "the loss curves more, or shorter?", 0.5),
    Mistake(_by(lambda g, h, eta, mu: eta / (mu * h) * g), "Nearly. mu and the curvature stand "
            "below the line together. How?", 0.5),
    Mistake(_by(lambda g, h, eta, mu: eta / (mu + h).sqrt() * g), "Nearly. Is there a root in the "
            "step size of 1998?", 0.5),
    Mistake(_by(lambda g, h, eta, mu: eta / (mu + h.mean()) * g), f"Nearly. {_OWN}", 0.5),
    Mistake(_by(lambda g, h, eta, mu: eta / (mu + h)), "That is the step size. What is it "
            "multiplied by?", 0.25),
    Mistake(_by(lambda g, h, eta, mu: g / (mu + h)), "Nearly: the pass's eta is missing.", 0.5),
    *(Mistake(lambda w, g, h, eta, mu, sign=sign: sign * eta / (mu + h) * g, "That is how far the "
              "weights move. Where do they arrive?", 0.25) for sign in (1, -1)),
    Mistake(lambda w, g, h, eta, mu: w, "These are the weights that your function got. What does "
            "the update change?"),
)  # fmt: skip


UPDATE = Function(
    form="update(w, slope, curvature, eta, mu)",
    right=updated,
    mistakes=UPDATE_MISTAKES,
    praise="The weights arrive where one update of 1998 brings them.",
    keeps_inputs=True,
)


def update_cases(seed: int) -> list[Case]:
    """Weights with curvatures between a little and a lot; eta and mu other than the paper's."""
    draw = torch.Generator().manual_seed(seed)
    cases = []
    for count in (3, 5):
        w, slope = signed(draw, count), signed(draw, count)
        curvature = 0.1 + 1.5 * uniform(draw, count)
        eta, mu = (round(low + uniform(draw, 1).item() * span, 2)
                   for low, span in ((0.3, 0.3), (0.2, 0.3)))  # fmt: skip
        text = f"{count} weights, eta = {eta:g} and mu = {mu:g}"
        cases.append(Case(text, (w, slope, curvature, eta, mu)))
    return cases


register(
    Task(
        "07.update",
        points=2,
        cases=update_cases,
        run=as_function(),
        judge=UPDATE,
        hints=(
            "A step goes against the slope. Its length is another one for each weight: what makes "
            "it shorter?",
            "Below the line are mu and the weight's own curvature, added up; above it is eta.",
            "First the step sizes of all weights, with brackets around the sum below the line. "
            "Then take step size times slope away from the weights, and return new numbers.",
        ),
        reasoning=(
            "Where the loss curves strongly, a long step would overshoot, so the weight takes a "
            "short one; where it is flat, mu keeps the step finite. It is Newton's method along "
            "each weight alone, damped by mu and slowed by eta."
        ),
    )
)
