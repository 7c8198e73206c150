"""Training by the algorithm of 1998, with the readable engine."""

import sys
from dataclasses import replace
from itertools import chain

import pytest
import torch
from torch import Tensor, nn

from lessonlib.data import load
from lessonlib.layers import RBFOutput, Subsample
from lessonlib.models import LeNet5, LeNet5Lush, LeNetHistorical, ZipNet1989
from lessonlib.models.ablations import OtherPooling, TrainedCodes
from lessonlib.training import (
    LECUN1998,
    CheckpointError,
    Recipe,
    SDLMRecipe,
    fit,
    sdlm_fit,
)
from lessonlib.training.sdlm import curvature
from lessonlib.training.sdlm.chain import Chain
from lessonlib.training.sdlm.curvature import Curvature
from lessonlib.training.sdlm.readable import TorchEngine
from tests.unit.sdlm_examples import QUICK, Row, numbered, small_row
from tests.unit.training_examples import blobs, small, weights


def trained(recipe: SDLMRecipe = QUICK, **options) -> tuple[nn.Module, list[dict]]:
    model = small_row()
    history = sdlm_fit(model, blobs(), recipe, **options)
    return model, [{k: v for k, v in row.items() if k != "seconds"} for row in history.rows]


def test_it_learns_and_its_rows_say_how():
    recipe = replace(QUICK, eta_by_pass=(2e-3,) * 9 + (1e-4,), spread="1/sqrt(F)")
    model = small_row()
    history = sdlm_fit(model, blobs(), recipe, test_set=blobs(seed=1))
    first, last = history.table.iloc[0], history.table.iloc[-1]
    assert (history.recipe, history.device, len(history.table)) == (recipe, "cpu", 10)
    assert (first["epoch"], first["lr"], last["lr"]) == (1, 2e-3, 1e-4)
    assert last["train_loss"] < first["train_loss"] / 3
    assert last["test_error"] < 0.1
    assert 0 < last["smallest_step"] < last["largest_step"] <= 1e-4 / 0.02
    assert history.table.columns[-1] == "seconds"


def test_one_update_is_a_step_of_each_weight_against_its_gradient():
    """Of length eta / (mu + h): LeCun et al. 1998, eq. 21 and appendix C."""
    recipe = replace(QUICK, eta_by_pass=(1e-2,), patterns_per_pass=1, curvature_samples=60)
    still = replace(recipe, eta_by_pass=(1e-30,))
    (start, _), (model, _) = trained(still), trained(recipe)
    images, labels = Row.prepare(blobs().images), blobs().labels
    h = curvature(Chain(start), images, labels, recipe)  # of all 60, in whatever order
    first = one_pattern(blobs(), recipe)
    loss = recipe.criterion(start(images[first : first + 1]), labels[first : first + 1])
    gradients = torch.autograd.grad(loss, list(start.parameters()))
    for (name, before), after, gradient in zip(
        start.named_parameters(), model.parameters(), gradients, strict=True
    ):
        expected = before - 1e-2 / (0.02 + h[name]) * gradient
        assert torch.allclose(after, expected, atol=1e-6)


def one_pattern(image_set, recipe: SDLMRecipe) -> int:
    """The index of the first pattern that a run takes."""
    numbers = numbered(len(image_set))
    return patterns(replace(recipe, patterns_per_pass=1), numbers)[0][0]


def patterns(recipe: SDLMRecipe, image_set) -> list[list[int]]:
    """Which patterns each pass takes, seen from the engine."""
    taken: list[Tensor] = []
    train = TorchEngine.train

    def spy(self, images, labels, order, steps):
        taken.append((images[order] * 255).round().flatten(1).long() @ torch.tensor([256, 1]))
        assert torch.equal(labels[order], taken[-1] % 2)
        return torch.zeros(len(order))

    TorchEngine.train = spy
    try:
        sdlm_fit(Row(nn.Linear(2, 2)), image_set, recipe)
    finally:
        TorchEngine.train = train
    all_of_them = torch.cat(taken).tolist()
    each = recipe.patterns_per_pass or len(image_set)
    return [all_of_them[i : i + each] for i in range(0, len(all_of_them), each)]


def test_one_random_order_is_the_same_in_all_passes():
    first, second, *_ = patterns(QUICK, numbered(30))
    assert first == second != sorted(first) == list(range(30))
    other = patterns(replace(QUICK, seed=1), numbered(30))
    assert other[0] != first


def test_a_new_order_each_pass_takes_all_of_them_each_time():
    passes = patterns(replace(QUICK, order="new order each pass"), numbered(30))
    assert len({tuple(each) for each in passes}) == 4
    assert all(sorted(each) == list(range(30)) for each in passes)
    assert passes[0] == patterns(QUICK, numbered(30))[0]


def test_as_stored_is_as_stored():
    assert patterns(replace(QUICK, order="as stored"), numbered(30)) == [list(range(30))] * 4


def test_passes_over_a_part_go_round_the_set():
    for order in ("one random order", "new order each pass", "as stored"):
        recipe = replace(QUICK, eta_by_pass=(1e-4,) * 20, patterns_per_pass=60, order=order)
        passes = patterns(recipe, numbered(600))
        assert [len(each) for each in passes] == [60] * 20
        rounds = [list(chain(*passes[:10])), list(chain(*passes[10:]))]
        assert all(sorted(each) == list(range(600)) for each in rounds)
        assert (rounds[0] == rounds[1]) is (order != "new order each pass")


def test_passes_that_do_not_divide_the_set_go_on_where_the_last_one_stopped():
    recipe = replace(QUICK, patterns_per_pass=45, order="as stored")
    taken = list(chain(*patterns(recipe, numbered(30))))
    assert taken == [number % 30 for number in range(180)]


def samples(recipe: SDLMRecipe, monkeypatch) -> list[list[int]]:
    """The patterns that each curvature is measured on."""
    measured = []
    measure = Curvature.measure

    def spy(self, chain, images, labels, recipe):
        numbers = (images * 255).round().flatten(1).long() @ torch.tensor([256, 1])
        measured.append(numbers.tolist())
        measure(self, chain, images, labels, recipe)

    monkeypatch.setattr(Curvature, "measure", spy)
    patterns(recipe, numbered(60))
    monkeypatch.undo()
    return measured


def test_the_curvature_is_measured_when_and_on_what_the_recipe_says(monkeypatch):
    every = samples(QUICK, monkeypatch)
    assert [len(set(each)) for each in every] == [20] * 4
    assert len({tuple(each) for each in every}) == 4
    assert len(samples(replace(QUICK, curvature_before=(1, 3)), monkeypatch)) == 2
    following = replace(QUICK, curvature_from="next", order="as stored", patterns_per_pass=30)
    first, second, *_ = samples(following, monkeypatch)
    assert first == list(range(20))
    assert second == list(range(30, 50))
    few = samples(replace(QUICK, curvature_samples=500), monkeypatch)
    assert [sorted(each) for each in few] == [list(range(60))] * 4


STARTS = {"2.4/F": lambda fan: 2.4 / fan, "1/sqrt(F)": lambda fan: fan**-0.5}


def test_the_first_weights_are_drawn_as_the_recipe_says():
    still = replace(LECUN1998, eta_by_pass=(1e-30,), patterns_per_pass=1, curvature_samples=1)
    digits = load("digits").take(torch.arange(2))
    for spread, biases, coefficient in (
        ("2.4/F", "zero", 0.5),
        ("1/sqrt(F)", "like weights", None),
    ):
        model = LeNet5()
        recipe = replace(still, spread=spread, biases=biases, coefficient=coefficient)
        sdlm_fit(model, digits, recipe)
        for layer, fan in ((model.c1, 25), (model.c5, 400), (model.f6, 120)):
            bound = STARTS[spread](fan)
            assert 0.9 * bound < layer.weight.abs().max() <= bound
            if biases == "zero":
                assert layer.bias.abs().max() < 1e-20
            else:
                assert 0.3 * bound < layer.bias.abs().max() <= bound
        by_map = model.c3.weight.abs().flatten(1)
        assert by_map[:3].max() <= STARTS[spread](75)  # the three kernels of C3's first map
        assert 0.9 * STARTS[spread](75) < by_map[:18].max() <= STARTS[spread](75)
        assert by_map[-6:].max() <= STARTS[spread](150)  # and the six of its last
        if coefficient is not None:
            assert torch.equal(model.s4.weight, torch.full((16,), coefficient))
            assert model.s4.bias.abs().max() < 1e-20
        else:
            assert 0.7 * STARTS[spread](4) < model.s4.weight.abs().max() <= STARTS[spread](4)


def test_two_runs_are_equal_bit_for_bit_whatever_the_network_was_before():
    (first, rows), (second, again) = trained(), trained()
    torch.manual_seed(5)
    third = small_row()
    sdlm_fit(third, blobs(), QUICK)
    assert torch.equal(weights(first), weights(second))
    assert torch.equal(weights(first), weights(third))
    assert rows == again
    assert not torch.equal(weights(first), weights(trained(replace(QUICK, seed=1))[0]))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"curvature_before": (1,)},
        {"patterns_per_pass": 25},
        {"order": "new order each pass", "curvature_from": "next"},
    ],
)
def test_a_run_that_was_stopped_ends_like_one_that_was_not(tmp_path, change):
    recipe = replace(QUICK, **change)

    def stop(row):
        if row["epoch"] == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(recipe, checkpoint=tmp_path / "run.pt", after_epoch=stop)
    model, rows = trained(recipe, checkpoint=tmp_path / "run.pt")
    whole, expected = trained(recipe)
    assert torch.equal(weights(model), weights(whole))
    assert rows == expected
    finished, again = trained(recipe, checkpoint=tmp_path / "run.pt")
    assert torch.equal(weights(finished), weights(whole))
    assert again == rows


def test_random_numbers_and_threads_are_the_callers_afterwards():
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        torch.manual_seed(3)
        model, expected = small_row(), torch.rand(4)
        torch.manual_seed(3)
        model = small_row()
        seen = []
        sdlm_fit(model, blobs(), QUICK, after_epoch=lambda _: seen.append(torch.get_num_threads()))
        assert torch.equal(torch.rand(4), expected)
        assert (seen, torch.get_num_threads()) == ([1] * 4, 2)
        with pytest.raises(FloatingPointError):
            sdlm_fit(model, blobs(), replace(QUICK, eta_by_pass=(1e38,)))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)


def test_a_network_of_float64_stays_one():
    model = small_row().double()
    sdlm_fit(model, blobs(), QUICK)
    assert weights(model).dtype == torch.float64
    assert not torch.equal(weights(model), weights(model).float().double())


def test_divergence_names_pass_pattern_largest_step_and_layer():
    recipe = replace(QUICK, eta_by_pass=(1e-4, 1e-4, 1e38), curvature_samples=1)
    with pytest.raises(FloatingPointError) as caught:
        trained(recipe)
    said = str(caught.value)
    assert said.startswith("the loss is nan in pass 3, at pattern 2; the largest step was inf, of ")
    assert "lower eta_by_pass" in said


def refused(said: str, model: nn.Module, recipe=QUICK, train_set=None, **options) -> None:
    """It is refused with a sentence, and the network is left as it was."""
    before = weights(model).clone()
    with pytest.raises(ValueError, match=said):
        sdlm_fit(model, train_set or blobs(), recipe, **options)
    assert torch.equal(weights(model), before)


def test_recipes_go_to_their_own_trainer():
    plain = Recipe(epochs=1, lr=0.1)
    refused(
        "expected an SDLMRecipe, got Recipe; with a Recipe call .*training.fit", small_row(), plain
    )
    with pytest.raises(
        ValueError, match=r"expected a Recipe, got SDLMRecipe; .*training\.sdlm_fit"
    ):
        fit(small(), blobs(), QUICK)


def test_an_unknown_engine_is_refused():
    refused("unknown engine 'numba'; known: torch, fast", small_row(), engine="numba")


def test_without_numba_the_readable_engine_works_and_the_other_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(ImportError, match=r"pip install 'lessonlib\[fast\]'.*engine='torch'"):
        sdlm_fit(LeNet5(), load("digits").take(torch.arange(5)), LECUN1998, engine="fast")
    _, rows = trained()
    assert len(rows) == 4


def test_a_checkpoint_of_another_recipe_or_network_is_refused(tmp_path):
    path = tmp_path / "run.pt"
    trained(checkpoint=path)
    for recipe, said in (
        (replace(QUICK, mu=0.1), "recipe's mu is 0.02, this run's is 0.1"),
        (replace(QUICK, seed=1), "recipe's seed is 0, this run's is 1"),
    ):
        model = small_row()
        before = weights(model).clone()
        with pytest.raises(CheckpointError, match=said):
            sdlm_fit(model, blobs(), recipe, checkpoint=path)
        assert torch.equal(weights(model), before)
    with pytest.raises(CheckpointError, match="is of another run"):
        fit(small(), blobs(), Recipe(epochs=1, lr=0.1), checkpoint=path)


def test_pictures_of_another_size_are_refused_before_a_step():
    wide = blobs(side=64)
    for network in (LeNet5, LeNet5Lush):
        recipe = LECUN1998 if network is LeNet5 else QUICK
        refused("LeNet5", network(), recipe, wide)


def test_sets_of_other_kinds_or_classes_are_refused():
    refused("expected train_set as an ImageSet, got list", small_row(), QUICK, [1])
    refused("expected test_set as an ImageSet, got list", small_row(), test_set=[1])
    refused("the test set .* has the classes", small_row(), test_set=blobs(classes=2))


def test_a_loss_that_does_not_fit_the_output_is_refused():
    digits = load("digits").take(torch.arange(5))
    refused(
        "LeNet5Lush gives squashed outputs; expected a recipe with loss targets, got 'discrim",
        LeNet5Lush(),
        LECUN1998,
        digits,
    )
    refused(
        "LeNet5 gives the penalties of RBF units; expected a recipe with loss discriminative or m",
        LeNet5(),
        QUICK,
        digits,
    )


class Skipping(Row):
    """Its last layer is not squashed."""

    def forward(self, x):
        return self.layer1(self.squash(self.layer0(x.flatten(1))))


def other_pooling() -> LeNet5:
    model = LeNet5()
    OtherPooling("AverageSubsample").apply(model)
    return model


def trained_codes() -> LeNet5:
    model = LeNet5()
    TrainedCodes().apply(model)
    return model


def frozen() -> Row:
    model = small_row()
    model.layer0.weight.requires_grad_(False)
    return model


def dropping() -> Row:
    model = small_row()
    model.dropout = nn.Dropout(0.1)
    return model


NO_CHAIN = [
    (small, "a network with a child `squash`.*got Small; train it with lessonlib.training.fit"),
    (dropping, r"Row has dropout \(Dropout\)\. Train it with lessonlib\.training\.fit"),
    (Row, "Row has no layer"),
    (trained_codes, "LeNet5 has output with trained codes"),
    (other_pooling, r"LeNet5 has s2 \(AverageSubsample\), s4 \(AverageSubsample\)"),
    (LeNetHistorical, r"s2 \(AverageSubsample\)"),
    (frozen, "layer0.weight of Row has requires_grad=False"),
]


@pytest.mark.parametrize(("build", "said"), NO_CHAIN)
def test_a_network_that_is_no_chain_is_refused_by_what_it_has(build, said):
    with pytest.raises(ValueError, match=said):
        Chain(build())


def test_a_network_that_does_not_squash_after_each_layer_is_refused():
    model = Skipping(nn.Linear(64, 5), nn.Linear(5, 3))
    refused(r"each followed by squash .*, but it calls layer0, squash, layer1\. Train", model)


def test_pooling_by_sums_is_a_layer_and_codes_are_an_output():
    found = Chain(LeNet5())
    assert [name for name, _ in found.layers] == ["c1", "s2", "c3", "s4", "c5", "f6"]
    assert isinstance(found.output, RBFOutput)
    assert isinstance(dict(found.layers)["s2"], Subsample)
    assert Chain(LeNet5Lush()).output is None
    found = Chain(ZipNet1989())
    assert [name for name, _ in found.layers] == ["h1", "h2", "h3", "output"]
    assert found.output is None
