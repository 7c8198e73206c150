"""One linear unit as learners write it: PyTorch's derivatives and step, mistakes, and inputs.

The unit's sum is a = w x + b, its loss (a - t)**2 / 2. What belongs to the weights and to the bias
is laid end to end as one tensor (n + 1,), the bias last.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.checks.attempt import Case
from lessonlib.checks.compare import Mistake, Task


def join(weights: Tensor, bias: Tensor) -> Tensor:
    """(n,) and one number -> (n + 1,)."""
    return torch.cat([weights, bias.reshape(1)])


def _unit(x: Tensor, w: Tensor, b: Tensor, t: float) -> nn.Linear:
    """PyTorch's own unit, after `backward`."""
    with torch.enable_grad():
        unit = nn.Linear(len(x), 1, dtype=torch.float64)
        unit.load_state_dict({"weight": w[None], "bias": b.reshape(1)})
        loss = F.mse_loss(unit(x), torch.full((1,), t, dtype=torch.float64)) / 2
        loss.backward()
    return unit


def slopes(x: Tensor, w: Tensor, b: Tensor, t: float) -> Tensor:
    """The loss's derivatives by autograd; the last one is a - t."""
    unit = _unit(x, w, b, t)
    return join(unit.weight.grad[0], unit.bias.grad)


def stepped(x: Tensor, w: Tensor, b: Tensor, t: float, rate: float) -> Tensor:
    """Weights and bias after one step of PyTorch's gradient descent."""
    unit = _unit(x, w, b, t)
    torch.optim.SGD(unit.parameters(), lr=rate).step()
    return join(unit.weight.detach()[0], unit.bias.detach())


def _bias(change: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    """Right but for the bias' derivative, which is `change` of all derivatives and the bias."""

    def function(x: Tensor, w: Tensor, b: Tensor, t: float) -> Tensor:
        right = slopes(x, w, b, t)
        return join(right[:-1], change(right, b))

    return function


def _times(change: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Right but for what each weight's derivative has in the pixel's place: `change` of x, w."""

    def function(x: Tensor, w: Tensor, b: Tensor, t: float) -> Tensor:
        return join(change(x, w), torch.ones(())) * slopes(x, w, b, t)[-1]

    return function


def _from_loss(x: Tensor, w: Tensor, b: Tensor, t: float) -> Tensor:
    return join(x, torch.ones(())) * slopes(x, w, b, t)[-1] ** 2 / 2


def _without_error(x: Tensor, w: Tensor, b: Tensor, t: float) -> Tensor:
    return join(x, torch.ones(()))


def _absolute(x: Tensor, w: Tensor, b: Tensor, t: float) -> Tensor:
    return join(x, torch.ones(())) * slopes(x, w, b, t)[-1].abs()


_WEIGHTS = "Nearly: the weights' part is right."
GRADIENT_MISTAKES = (
    Mistake(lambda *unit: -slopes(*unit), "Nearly: every sign is turned. Where the sum is too "
            "large, does the loss grow or shrink when the sum grows further?", 0.5),
    Mistake(lambda *unit: 2 * slopes(*unit), "Nearly: every number is twice what it should be. "
            "What does the half in front of the square do?", 0.5),
    Mistake(lambda *unit: -2 * slopes(*unit), "Two things differ: every sign, and a factor that "
            "all numbers share. Work out one slope by a tiny change of the bias.", 0.25),
    Mistake(lambda x, w, b, t: slopes(x, w, 0 * b, t), "Nearly: what else belongs to the sum, "
            "besides the weighted pixels?", 0.5),
    Mistake(lambda x, w, b, t: slopes(x, w, b, 0 * t), "Is the sum alone what is wrong? With what "
            "is it compared?", 0.25),
    Mistake(_absolute, "Nearly: right where the sum is too large. And where it is too small?", 0.5),
    Mistake(_bias(lambda right, b: 0 * b), f"{_WEIGHTS} Does the loss stay as it is when the bias "
            "grows?", 0.5),
    Mistake(_bias(lambda right, b: torch.ones_like(b)), f"{_WEIGHTS} The bias' is how the *sum* "
            "grows with the bias. And the loss?", 0.5),
    Mistake(_bias(lambda right, b: right[-1] * b), f"{_WEIGHTS} Would the sum grow faster with "
            "the bias if the bias were larger already?", 0.5),
    Mistake(_bias(lambda right, b: right[:-1].sum()), f"{_WEIGHTS} The bias' is their sum. Do the "
            "pixels say how fast the sum grows with the bias?", 0.5),
    Mistake(_times(lambda x, w: x / len(x)), "Nearly: the bias' part is right, and the weights' "
            "are too small. Is the unit's sum an average?", 0.5),
    Mistake(_times(lambda x, w: torch.ones_like(x)), "The bias' part is right. All weights get the "
            "same: does the sum grow equally fast with each?", 0.25),
    Mistake(_times(lambda x, w: w), "The bias' part is right. How fast does the sum grow with a "
            "weight: does that depend on the weight itself?", 0.25),
    Mistake(_from_loss, "You multiply by the loss. How fast does the loss grow when the sum "
            "grows? That is another number.", 0.25),
    Mistake(_without_error, "That is how the *sum* grows with each weight. How does the loss grow "
            "with the sum?", 0.25),
)  # fmt: skip


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
    Mistake(_along(lambda g, rate: -rate * g), "Nearly: your step makes the loss larger. Which way "
            "does the gradient point?", 0.5),
    Mistake(_bias_stays, "Nearly: the weights are right. Does the bias learn, too?", 0.5),
    Mistake(_weights_stay, "Nearly: the bias is right. Do the weights learn, too?", 0.5),
    Mistake(_along(lambda g, rate: g), "Nearly: the direction is right. What decides the length "
            "of the step?", 0.5),
    Mistake(_along(lambda g, rate: rate**2 * g), "Nearly: the direction is right, and the step too "
            "short. How often does the rate come in?", 0.5),
    Mistake(_along(lambda g, rate: g / rate), "Nearly: the direction is right. Does a smaller rate "
            "make your step shorter or longer?", 0.5),
    Mistake(_along(lambda g, rate: 2 * rate * g), "Nearly: the step is twice as long as it should "
            "be. Does the check above accept your `gradient`?", 0.5),
    Mistake(_one_by_one, "Nearly: the weights are right. Your bias' step sees the new weights. At "
            "which weights is the gradient taken?", 0.5),
    Mistake(_change_only(-1), _CHANGE, 0.25),
    Mistake(_change_only(1), _CHANGE, 0.25),
    Mistake(lambda x, w, b, t, rate: slopes(x, w, b, t), "That is the gradient. What does a step "
            "make of the weights with it?", 0.25),
    Mistake(lambda x, w, b, t, rate: join(w, b), "These are the weights and the bias that came "
            "in. What does the step change?"),
    *(Mistake(_along_mistaken(mistake.gives), "Nearly: a step, but along a gradient that is not "
              "right. What does the check above say of your `gradient`?", 0.5)
      for mistake in GRADIENT_MISTAKES),
)  # fmt: skip

GRADIENT = Task(form="gradient(x, w, b, t)", right=slopes, mistakes=GRADIENT_MISTAKES)
STEP = Task(form="step(x, w, b, t, rate)", right=stepped, mistakes=STEP_MISTAKES)


def gradient_cases(seed: int) -> list[Case]:
    """Units of three sizes with one dark pixel each; sums too large and sums too small."""
    draw = torch.Generator().manual_seed(seed)
    sign = _sign(draw, 1).item()
    cases = []
    for low, high in ((4, 5), (5, 10), (2, 4)):
        pixels = int(torch.randint(low, high, (), generator=draw))
        x = 0.2 + 0.8 * _uniform(draw, pixels)
        x[int(torch.randint(pixels, (), generator=draw))] = 0
        w = _sign(draw, pixels) * (0.5 + 1.5 * _uniform(draw, pixels))
        b = (_sign(draw, 1) * (0.3 + 0.5 * _uniform(draw, 1))).reshape(())
        error = sign * (1.2 + 0.6 * _uniform(draw, 1).item())  # never near 0, 1, 2 or the loss
        cases.append(Case(f"{pixels} pixels", (x, w, b, (w @ x + b).item() - error)))
        sign = -sign
    return cases


def step_cases(seed: int) -> list[Case]:
    """The same units, each with a rate of its own."""
    draw = torch.Generator().manual_seed(seed)
    cases = []
    for case in gradient_cases(seed):
        rate = round(0.1 + 0.3 * _uniform(draw, 1).item(), 2)
        cases.append(Case(f"{case.text} and a rate of {rate:g}", (*case.inputs, rate)))
    return cases


def _uniform(draw: torch.Generator, count: int) -> Tensor:
    return torch.rand(count, generator=draw, dtype=torch.float64)


def _sign(draw: torch.Generator, count: int) -> Tensor:
    return 2.0 * torch.randint(2, (count,), generator=draw) - 1
