"""The update of 2012 against the printed rule, and the fused update against the plain one."""

import copy

import pytest
import torch
from torch import nn

from lessonlib.training import Recipe
from lessonlib.training.optimizers import FUSED_FROM, is_fused, make_optimizer
from lessonlib.training.sgd_2012 import SGD2012

RATES = [0.01] * 6 + [0.001] * 6 + [0.0001] * 6  # cut by 10 twice
GRADIENTS = torch.randn(len(RATES), 50, generator=torch.Generator().manual_seed(1)).double()
START = torch.randn(50, generator=torch.Generator().manual_seed(0)).double()


def as_printed() -> torch.Tensor:
    """Krizhevsky et al. 2012, sec. 5: weights after all steps, by a plain loop."""
    w, v = START.clone(), torch.zeros(50).double()
    for rate, gradient in zip(RATES, GRADIENTS, strict=True):
        v = 0.9 * v - 0.0005 * rate * w - rate * gradient
        w = w + v
    return w


def by(kind: type, steps: int = len(RATES), **options) -> torch.Tensor:
    """The same steps by an optimiser of PyTorch's."""
    w = nn.Parameter(START.clone())
    optimizer = kind([w], RATES[0], momentum=0.9, weight_decay=0.0005, **options)
    for rate, gradient in zip(RATES[:steps], GRADIENTS, strict=False):
        optimizer.param_groups[0]["lr"], w.grad = rate, gradient
        optimizer.step()
    return w.detach()


@pytest.mark.parametrize("fused", [False, True])
def test_the_update_is_as_printed_when_the_rate_drops(fused):
    apart = (by(SGD2012, fused=fused) - as_printed()).abs().max()
    assert apart < 2e-15


def test_pytorchs_own_agrees_until_the_rate_drops_and_not_after():
    assert torch.equal(by(SGD2012, steps=6), by(torch.optim.SGD, steps=6))
    assert (by(torch.optim.SGD) - as_printed()).abs().max() > 1e-3


def test_a_run_that_was_stopped_at_the_drop_goes_on_as_printed():
    """The rate of the last step is in the state, or the buffer would not be carried over."""
    w = nn.Parameter(START.clone())
    optimizer = SGD2012([w], RATES[0], momentum=0.9, weight_decay=0.0005)
    for rate, gradient in zip(RATES, GRADIENTS, strict=True):
        again = SGD2012([w], 1.0)
        again.load_state_dict(copy.deepcopy(optimizer.state_dict()))
        again.param_groups[0]["lr"], w.grad = rate, gradient
        again.step()
        optimizer = again
    assert (w.detach() - as_printed()).abs().max() < 2e-15


def test_without_momentum_there_is_nothing_to_carry():
    found = []
    for kind in (SGD2012, torch.optim.SGD):
        w = nn.Parameter(START.clone())
        optimizer = kind([w], 0.1)
        for rate in (0.1, 0.01):
            optimizer.param_groups[0]["lr"], w.grad = rate, GRADIENTS[0]
            optimizer.step()
        found.append(w.detach())
    assert torch.equal(*found)


@pytest.mark.parametrize("optimizer", ["sgd", "sgd_2012", "adam", "adamw"])
def test_the_fused_update_is_the_plain_one_to_rounding(monkeypatch, optimizer):
    """Also with channels last, where fused code would go wrong if strides differed."""
    recipe = Recipe(epochs=1, lr=0.01, optimizer=optimizer, weight_decay=5e-4)
    found = []
    for smallest in (FUSED_FROM, 0):
        monkeypatch.setattr("lessonlib.training.optimizers.FUSED_FROM", smallest)
        torch.manual_seed(0)
        layers = nn.Sequential(nn.Conv2d(4, 8, 3, groups=2), nn.Flatten(), nn.Linear(72, 3))
        layers.to(memory_format=torch.channels_last)
        made = make_optimizer(layers.parameters(), recipe)
        assert made.defaults["fused"] == (smallest == 0)
        for _ in range(5):
            made.zero_grad()
            layers(torch.randn(2, 4, 5, 5)).square().sum().backward()
            made.step()
        found.append(torch.cat([p.detach().flatten() for p in layers.parameters()]))
    torch.testing.assert_close(*found, rtol=1e-5, atol=1e-6)


def test_where_gradients_are_scaled_nothing_is_fused(monkeypatch):
    """Fused SGD takes its first buffer from empty memory, and keeps it if that step is left out."""
    monkeypatch.setattr("lessonlib.training.optimizers.FUSED_FROM", 0)
    recipe, weight = Recipe(epochs=1, lr=0.1), nn.Parameter(torch.zeros(2))
    assert make_optimizer([weight], recipe).defaults["fused"]
    assert not make_optimizer([weight], recipe, scaled=True).defaults["fused"]


def test_only_large_networks_are_updated_fused_on_a_cpu():
    """Recorded runs of smaller ones would change in their last digits."""
    with torch.device("meta"):
        small, large = nn.Linear(4000, 4000), nn.Linear(8000, 8000)
    assert not is_fused(list(small.parameters()))  # nor on a device without fused updates
    assert not is_fused(list(large.parameters()))
    assert is_fused([nn.Parameter(torch.empty(FUSED_FROM, dtype=torch.bfloat16))])
    assert not is_fused([nn.Parameter(torch.empty(FUSED_FROM - 1, dtype=torch.bfloat16))])
