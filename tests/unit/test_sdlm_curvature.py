"""The curvature of 1998 beside the exact one, and beside loops over the connections."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import product

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call, hessian

from lessonlib.layers import DIGIT_CODES, ScaledTanh, Subsample, TableConv2d, UnitBiasConv2d
from lessonlib.training import SDLMRecipe
from lessonlib.training.sdlm import curvature
from lessonlib.training.sdlm.chain import Chain
from lessonlib.training.sdlm.curvature import output_curvature, second_backward
from tests.unit.sdlm_examples import Row

EQ_9 = SDLMRecipe(eta_by_pass=(1e-4,), distance_scale=0.3, j=0.7)
EQ_8 = replace(EQ_9, loss="mse")
TARGETS = replace(EQ_9, loss="targets")
LABELS = torch.tensor([0, 2, 1, 1])


@pytest.fixture(autouse=True)
def _float64():
    torch.manual_seed(0)
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def plain(*layers: nn.Module, codes: Tensor | None = None) -> Row:
    """A row without squashing."""
    return Row(*layers, squash=nn.Identity(), codes=codes)


def exact(model: nn.Module, images: Tensor, recipe: SDLMRecipe) -> dict[str, Tensor]:
    """The exact diagonal of the mean loss's second derivatives, from torch.func."""
    parameters = dict(model.named_parameters())

    def diagonal(name: str) -> Tensor:
        def loss(value: Tensor) -> Tensor:
            scores = functional_call(model, parameters | {name: value}, (images,))
            return recipe.criterion(scores, LABELS)

        value = parameters[name]
        return hessian(loss)(value).reshape(value.numel(), -1).diagonal().reshape(value.shape)

    return {name: diagonal(name) for name in parameters}


def both(model: nn.Module, images: Tensor, recipe: SDLMRecipe) -> Iterator[tuple[Tensor, Tensor]]:
    """For each parameter, the curvature of 1998 and the exact one."""
    ours = curvature(Chain(model), images, LABELS, recipe)
    theirs = exact(model, images, recipe)
    assert set(ours) == set(theirs)
    return ((ours[name], theirs[name].detach()) for name in ours)


@pytest.mark.parametrize("recipe", [EQ_8, EQ_9])
def test_it_is_exact_for_one_linear_layer(recipe):
    model = plain(nn.Linear(6, 4), codes=torch.randn(3, 4))
    for ours, theirs in both(model, torch.randn(4, 1, 2, 3), recipe):
        assert torch.allclose(ours, theirs, rtol=1e-10)


def test_it_is_exact_for_two_linear_layers_and_a_squared_error():
    images = torch.randn(4, 1, 2, 3)
    for model, recipe in (
        (plain(nn.Linear(6, 5), nn.Linear(5, 3)), TARGETS),
        (plain(nn.Linear(6, 5), nn.Linear(5, 4), codes=torch.randn(3, 4)), EQ_8),
    ):
        for ours, theirs in both(model, images, recipe):
            assert torch.allclose(ours, theirs, rtol=1e-10)


def test_it_is_exact_for_a_convolution_that_the_loss_reads():
    model = plain(nn.Conv2d(2, 3, 3))  # (N, 2, 5, 5) -> 27 outputs
    for ours, theirs in both(model, torch.randn(4, 2, 5, 5), TARGETS):
        assert torch.allclose(ours, theirs, rtol=1e-10)


def test_it_is_exact_where_windows_read_a_background():
    layer = UnitBiasConv2d(("X.", "XX"), 3, 5, stride=2, padding=1, background=-0.5)
    for ours, theirs in both(plain(layer), torch.randn(4, 2, 5, 5), TARGETS):
        assert torch.allclose(ours, theirs, rtol=1e-10)
    assert layer.background == -0.5


def test_it_is_exact_for_a_squashed_layer_that_makes_no_error_and_not_for_others():
    """With an error e, the exact one has e f''(a) x^2 besides, which Gauss and Newton leave out."""
    layer, images = nn.Linear(6, 4), torch.randn(4, 1, 2, 3)
    outputs = ScaledTanh()(layer(images.flatten(1))).detach()
    codes = torch.stack([outputs[0], outputs[2], outputs[1]])
    keeps = torch.tensor([0, 1, 2])  # these pictures are the codes of their labels
    images = images[keeps]
    for away, agrees in ((0.0, True), (0.5, False)):
        model = Row(layer, codes=codes + away)
        parameters = dict(model.named_parameters())

        def loss(weight: Tensor, model=model, parameters=parameters) -> Tensor:
            scores = functional_call(model, parameters | {"layer0.weight": weight}, (images,))
            return EQ_8.criterion(scores, LABELS[keeps])

        theirs = hessian(loss)(layer.weight).reshape(24, 24).diagonal().reshape(4, 6).detach()
        ours = curvature(Chain(model), images, LABELS[keeps], EQ_8)["layer0.weight"]
        assert torch.allclose(ours, theirs, rtol=1e-9) is agrees


def test_it_neglects_how_two_outputs_act_together():
    """Eq. 9 has second derivatives by two outputs at once: they are the whole difference."""
    first, second, codes = nn.Linear(6, 5), nn.Linear(5, 4), torch.randn(3, 4)
    model, images = plain(first, second, codes=codes), torch.randn(4, 1, 2, 3)
    ours = curvature(Chain(model), images, LABELS, EQ_9)["layer0.weight"]
    theirs = exact(model, images, EQ_9)["layer0.weight"].detach()
    assert not torch.allclose(ours, theirs, rtol=1e-3)
    mixed = torch.zeros_like(ours)
    for image, label in zip(images.flatten(1), LABELS, strict=True):
        z = second(first(image)).detach()
        by_outputs = hessian(lambda z, label=label: _loss_of_output(model, z, label, EQ_9))(z)
        between = by_outputs - by_outputs.diagonal().diag()
        mixed += torch.outer((second.weight.T @ between @ second.weight).diagonal(), image**2) / 4
    assert torch.allclose(ours + mixed, theirs, rtol=1e-9)


def test_it_neglects_how_two_places_of_a_shared_kernel_act_together():
    """Alike inputs at all places make the kernel's true curvature larger, if weights agree."""
    model = plain(nn.Conv2d(1, 1, 3), nn.Linear(9, 3))
    nn.init.ones_(model.layer1.weight)
    ours, theirs = list(both(model, torch.ones(4, 1, 5, 5), TARGETS))[-2]
    assert ours.shape == (1, 1, 3, 3)
    assert torch.allclose(ours, torch.full_like(ours, 27.0))  # 3 outputs, 9 places: 3 * 9
    assert torch.allclose(theirs, torch.full_like(ours, 243.0))  # 3 * 9^2


def _loss_of_output(model: Row, z: Tensor, label: Tensor, recipe: SDLMRecipe) -> Tensor:
    return recipe.criterion(model.output(z[None]), label[None])


def test_the_outputs_curvature_is_the_exact_diagonal_of_eq_8_and_eq_9():
    generator = torch.Generator().manual_seed(1)
    chain = Chain(plain(nn.Linear(84, 84), codes=DIGIT_CODES.double()))
    for loss, j, scale in product(("mse", "discriminative"), (0.01, 1.0, 30.0), (1 / 84, 0.5, 1)):
        recipe = SDLMRecipe(eta_by_pass=(1e-4,), loss=loss, j=j, distance_scale=scale)
        z = torch.randn(4, 84, generator=generator) * 0.5
        z[1] = DIGIT_CODES[3].double() + z[1] / 10
        found = output_curvature(chain, z, LABELS, recipe)
        for row, each, label in zip(found, z, LABELS, strict=True):
            loss_of = partial(_loss_of_output, chain.model, label=label, recipe=recipe)
            assert torch.allclose(row, hessian(loss_of)(each).diagonal(), rtol=1e-8, atol=1e-12)


def test_the_outputs_curvature_is_never_negative_in_float32():
    generator = torch.Generator().manual_seed(2)
    torch.set_default_dtype(torch.float32)
    chain = Chain(plain(nn.Linear(84, 84), codes=DIGIT_CODES))
    labels = torch.arange(1000) % 10
    for scale, j in product((0.025, 1.0, 10.0), (1e-3, 1.0, 1e3)):
        recipe = replace(EQ_9, distance_scale=scale, j=j)
        z = DIGIT_CODES[labels] * torch.rand(1000, 1, generator=generator) * 1.7
        assert output_curvature(chain, z, labels, recipe).min() >= 0


def test_the_outputs_curvature_is_one_where_asked_and_for_targets():
    chain = Chain(plain(nn.Linear(6, 4), codes=torch.randn(3, 4)))
    for recipe in (EQ_8, EQ_9):
        recipe = replace(recipe, output_curvature="one")
        found = output_curvature(chain, torch.randn(4, 4), LABELS, recipe)
        assert torch.equal(found, torch.ones(4, 4))
    chain = Chain(plain(nn.Linear(6, 3)))
    found = output_curvature(chain, torch.randn(4, 3), LABELS, TARGETS)
    assert torch.equal(found, torch.ones(4, 3))


Connection = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]


def windows(side: int, size: int) -> Iterator[tuple[int, int, int, int]]:
    """Row and column of each window and of each place in it."""
    return product(range(side), range(side), range(size), range(size))


def of_linear(layer: nn.Linear) -> Iterator[Connection]:
    for unit, i in product(range(layer.out_features), range(layer.in_features)):
        yield (unit,), (i,), (unit, i)


def of_convolution(layer: nn.Conv2d) -> Iterator[Connection]:
    for m, n in product(range(layer.out_channels), range(layer.in_channels)):
        for y, x, dy, dx in windows(3, 3):
            yield (m, y, x), (n, y + dy, x + dx), (m, n, dy, dx)


def of_table(layer: TableConv2d) -> Iterator[Connection]:
    pairs = product(range(layer.out_maps), range(layer.in_maps))
    marked = [(m, n) for m, n in pairs if layer.table[n][m] == "X"]
    for kernel, (m, n) in enumerate(marked):
        for y, x, dy, dx in windows(3, 3):
            yield (m, y, x), (n, y + dy, x + dx), (kernel, dy, dx)


def of_subsampling(layer: Subsample) -> Iterator[Connection]:
    for m in range(layer.maps):
        for y, x, dy, dx in windows(2, 2):
            yield (m, y, x), (m, 2 * y + dy, 2 * x + dx), (m,)


LAYERS = {
    "linear": (lambda: nn.Linear(5, 3), of_linear, (5,)),
    "convolution": (lambda: nn.Conv2d(2, 3, 3), of_convolution, (2, 5, 5)),
    "table": (lambda: TableConv2d(("X.X", ".XX"), 3), of_table, (2, 5, 5)),
    "subsampling": (lambda: Subsample(3), of_subsampling, (3, 4, 4)),
}


@pytest.mark.parametrize("kind", LAYERS)
def test_the_second_sweep_adds_up_connection_by_connection(kind):
    """LeCun et al. 1998, appendix C: each connection adds E'' x^2, and gives back u^2 E''."""
    make, connections, shape = LAYERS[kind]
    layer, x = make(), torch.randn(2, *shape)
    h = torch.rand(layer(x).shape)
    found, own = second_backward(layer, x, h)
    back, by_weight = torch.zeros_like(x), torch.zeros_like(layer.weight)
    for out, given, weight in connections(layer):
        for n in range(2):
            by_weight[weight] += (h[(n, *out)] * x[(n, *given)] ** 2).item()
            back[(n, *given)] += (layer.weight[weight] ** 2 * h[(n, *out)]).item()
    by_bias = h.sum(0).reshape(len(layer.bias), -1).sum(1)
    assert torch.allclose(found, back, rtol=1e-10)
    assert torch.allclose(own["weight"], by_weight.detach(), rtol=1e-10)
    assert torch.allclose(own["bias"], by_bias, rtol=1e-10)


def test_the_steps_follow_from_the_mean_over_the_patterns():
    model, images = plain(nn.Linear(6, 3)), torch.randn(4, 1, 2, 3)
    (weight, bias) = curvature(Chain(model), images, LABELS, TARGETS).values()
    squares = images.flatten(1).square().mean(0)  # E'' is 1, so each row of weights has these
    assert torch.allclose(weight, squares.expand(3, 6))
    assert torch.allclose(bias, torch.ones(3))
