"""Chapter 5's checks: right answers pass, and each common mistake gets a hint."""

import copy
import math
from collections.abc import Callable

import paper_tables
import pytest
import torch
from check_examples import check, points_and_words
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.checks import cases_of, given
from lessonlib.checks.tasks import pick_start
from lessonlib.data import load
from lessonlib.layers import ScaledTanh

SEEDS = range(4)
A, S = paper_tables.SQUASH_AMPLITUDE, paper_tables.SQUASH_SLOPE


# Variances


def layer(n: int, b: float, m: float) -> dict[str, tuple[float, float, str]]:
    right = n * b**2 / 3 * m
    return {
        "right": (right, 2, "add"),
        "rounded": (float(f"{right:.3g}"), 2, "add"),
        "deviation": (right**0.5, 1, "standard deviation"),
        "bound squared": (3 * right, 1, "as large as its bound"),
        "one input": (right / n, 1, "How many are added"),
        "inputs of 1": (n * b**2 / 3, 1, "squares are 1"),
        "negative": (-right, 0, "Begin with one weight"),
    }


def stack(n: int, b: float, depth: int) -> dict[str, tuple[float, float, str]]:
    gain = n * b**2 / 3
    return {
        "right": (gain**depth, 2, "same factor"),
        "one layer": (gain, 1, "one layer"),
        "added": (gain * depth, 0.5, "add from layer"),
        "deviation": (gain ** (depth / 2), 1, "standard deviation"),
        "one short": (gain ** (depth - 1), 1, "Count the layers"),
        "bound squared": ((3 * gain) ** depth, 1, "as large as its bound"),
        "upside down": (gain**-depth, 1, "Which way round"),
    }


@pytest.mark.parametrize(("task", "known"), [("05.layer_variance", layer),
                                             ("05.stack_variance", stack)])  # fmt: skip
def test_variances(task: str, known: Callable[..., dict]):
    for seed in range(20):
        for name, (answer, points, words) in known(*given(task, seed)).items():
            got, message = points_and_words(task, answer, seed)
            assert got == points, (seed, name, answer, message)
            assert words in message, (seed, name)
    for value in (None, "0.1", float("nan"), [0.1], print):
        assert check(task, value).points == 0


def test_a_drawn_layer_has_the_variance_that_is_asked():
    """The answer is arithmetic; this draws it."""
    for seed in SEEDS:
        inputs, bound, square = given("05.layer_variance", seed)
        draw = torch.Generator().manual_seed(seed)
        weights = bound * (2 * torch.rand(40_000, inputs, generator=draw) - 1)
        sums = weights @ torch.full((inputs,), square**0.5)
        assert check("05.layer_variance", float(sums.var()), seed).points == 2


# The slope


def slope(y: Tensor) -> Tensor:
    return S * (A - y**2 / A)


SLOPES = {
    "right": (slope, 3, "value alone"),
    "rounded": (lambda y: 0.667 * (1.716 - y**2 / 1.716), 3, "value alone"),
    "in lists": (lambda y: slope(y).tolist(), 3, "value alone"),
    "plain tanh": (lambda y: 1 - y**2, 0.75, "plain tanh"),
    "no factor": (lambda y: 1 - (y / A) ** 2, 1.5, "How steep"),
    "S alone": (lambda y: S * (1 - (y / A) ** 2), 1.5, "compare with A times S"),
    "A alone": (lambda y: A * (1 - (y / A) ** 2), 1.5, "chain rule"),
    "not divided": (lambda y: A * S * (1 - y**2), 1.5, "become 0"),
    "one A too many": (lambda y: S * (A**2 - y**2), 1.5, "too many"),
    "of the input": (lambda y: A * S * (1 - torch.tanh(S * y) ** 2), 0.75, "is the input"),
    "not squared": (lambda y: A * S * (1 - y / A), 1.5, "minus that value"),
    "at 0": (lambda y: 0 * y + A * S, 0.75, "the same everywhere"),
    "minus": (lambda y: -slope(y), 1.5, "fall anywhere"),
    "zeros": (lambda y: 0 * y, 0, "by hand"),
    "one number": (lambda y: slope(y).sum(), 0, "shape"),
    "in place": (lambda y: y.mul_(-y / A).add_(A).mul_(S), 2.25, "changes the tensors"),
}


@pytest.mark.parametrize("name", SLOPES)
def test_the_slope_from_the_value(name: str):
    answer, points, words = SLOPES[name]
    for seed in SEEDS:
        got, message = points_and_words("05.slope", answer, seed)
        assert got == points, message
        assert words in message


def test_autograd_is_no_answer():
    def by_autograd(y: Tensor) -> Tensor:
        a = (torch.atanh(y / A) / S).requires_grad_()
        ScaledTanh()(a).sum().backward()
        return a.grad

    result = check("05.slope", by_autograd)
    assert (result.points, "without autograd" in result.message) == (0, True)


# First weights


def measured(kind: str, inputs: Tensor, even: Tensor, pull: Tensor) -> dict[str, float]:
    """Each start's ratio, with slopes written down by hand and no autograd."""
    fan = inputs.shape[1]
    bounds = {"as printed": 2.4 / fan, "one over root": fan**-0.5,
              "xavier": (3 / fan) ** 0.5, "he": (6 / fan) ** 0.5}  # fmt: skip
    below = {
        "scaled tanh": lambda a: (ScaledTanh()(a), slope(ScaledTanh()(a))),
        "rectifier": lambda a: (a.clamp(min=0), (a > 0).double()),
        "absolute value": lambda a: (a.abs(), a.sign()),
        "GELU": lambda a: (F.gelu(a), torch.special.ndtr(a)
                           + a * torch.exp(-(a**2) / 2) / math.sqrt(2 * math.pi)),
    }[kind]  # fmt: skip
    ratios = {}
    for name, bound in bounds.items():
        values, slopes = inputs, []
        for weights in bound * even:
            values, steep = below(values @ weights.T)
            slopes.append(steep)
        back = pull
        for weights, steep in zip(reversed(bound * even), reversed(slopes), strict=True):
            back = (back * steep) @ weights
        ratios[name] = float((back.square().mean() / pull.square().mean()).sqrt())
    return ratios


def test_the_start_that_keeps_the_gradient():
    met = set()
    for seed in range(10):
        (case,) = cases_of("05.pick_start", seed)
        ratios = measured(*case.inputs)
        off = sorted((abs(math.log(ratio)), name) for name, ratio in ratios.items())
        name = off[0][1]
        met.add((case.inputs[0], name))
        assert off[1][0] > off[0][0] + 0.2  # the nearest is no matter of rounding
        assert points_and_words("05.pick_start", (name, ratios[name]), seed)[0] == 3
        for answer, points in [
            ((name.upper(), round(ratios[name], 2)), 3),
            ((name, 7), 1),
            ((name, None), 1),
            (("zeros", ratios[name]), 2),
            ((off[1][1], ratios[off[1][1]]), 1),
        ]:
            assert check("05.pick_start", answer, seed).points == points, (seed, answer)
    assert met == {("scaled tanh", "xavier"), ("rectifier", "he"), ("GELU", "he"),
                   ("absolute value", "xavier")}  # fmt: skip


def test_a_start_that_is_no_pair_gets_a_sentence():
    for answer in (None, "he", 0.5, ("he",), {"he": 1}, (None, None)):
        assert check("05.pick_start", answer).points == 0
    assert set(pick_start.STARTS) == {"as printed", "one over root", "xavier", "he"}


# The network to mend


def draw_he(network: nn.Module) -> None:
    torch.manual_seed(0)
    for one in network.modules():
        if isinstance(one, nn.Conv2d | nn.Linear):
            nn.init.kaiming_uniform_(one.weight, nonlinearity="relu")


def train(network: nn.Module, images: Tensor, labels: Tensor, names: str = "", epochs: int = 5):
    """Gradient descent on all parameters whose names do not begin with one of these letters."""
    chosen = [p for n, p in network.named_parameters() if not n.startswith(tuple(names))]
    optimizer = torch.optim.SGD(chosen, lr=0.04, momentum=0.9)
    for _ in range(epochs):
        for batch in torch.randperm(len(images)).split(32):
            optimizer.zero_grad()
            F.cross_entropy(network(images[batch]), labels[batch]).backward()
            optimizer.step()


def mended(network: nn.Module, images: Tensor, labels: Tensor) -> None:
    draw_he(network)
    train(network, images, labels)


def with_head_alone(network: nn.Module, images: Tensor, labels: Tensor) -> None:
    draw_he(network)
    train(network, images, labels, names="c")


def with_filters_off(network: nn.Module, images: Tensor, labels: Tensor) -> None:
    draw_he(network)
    network.c2.weight.requires_grad_(False)
    train(network, images, labels)


def on_the_judged(network: nn.Module, images: Tensor, labels: Tensor) -> None:
    test = load("digits", train=False)
    draw_he(network)
    train(network, test.images / 255, test.labels.long(), epochs=3)


def on_a_copy(network: nn.Module, images: Tensor, labels: Tensor) -> nn.Module:
    own = copy.deepcopy(network)
    mended(own, images, labels)
    return own


def drawn_alone(network: nn.Module, images: Tensor, labels: Tensor) -> None:
    draw_he(network)
    network(images[:10])


def broken(network: nn.Module, images: Tensor, labels: Tensor) -> None:
    mended(network, images, labels)
    network.output.weight.data.fill_(float("nan"))


def raising(network: nn.Module, images: Tensor, labels: Tensor) -> None:
    raise RuntimeError("shapes")


MENDS = {
    "mended": (mended, 4, "of 500 new digits"),
    "as it was": (lambda n, x, y: train(n, x, y, epochs=2), 0, "last rectifiers before"),
    "nothing": (lambda n, x, y: None, 0, "as your function got it"),
    "a copy": (on_a_copy, 0, "and not a new one"),
    "untrained": (lambda n, x, y: draw_he(n), 0, "No picture went through"),
    "drawn and looked at": (drawn_alone, 0, "kernels of c1 are the same"),
    "head alone": (with_head_alone, 0, "kernels of c1 are the same"),
    "filters off": (with_filters_off, 0, "kernels of c2 are the same"),
    "the judged digits": (on_the_judged, 0, "by their usual names"),
    "broken": (broken, 0, "NaN or infinite"),
    "raising": (raising, 0, "raised `RuntimeError: shapes`"),
    "None": (None, 0, "still `None`"),
    "a number": (3, 0, "Give the function `mend(network, images, labels)` itself"),
    "other arguments": (lambda network: None, 0, "cannot be called as"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MENDS)
def test_a_network_that_is_mended_and_those_that_are_refused(name: str):
    answer, points, words = MENDS[name]
    got, message = points_and_words("05.mend", answer, 1)
    assert got == points, message
    assert words in message


@pytest.mark.slow
def test_a_network_that_learned_some_gets_half():
    def short(network: nn.Module, images: Tensor, labels: Tensor) -> None:
        draw_he(network)
        train(network, images, labels, epochs=2)

    result = check("05.mend", short)
    assert result.points == 2, result
