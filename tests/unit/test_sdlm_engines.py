"""The compiled engine beside the readable one. All tests that compile are here, to do it once.

The command is tested here too, for that reason.
"""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import bench_sdlm
import numpy as np
import pytest
import torch
from bench import spread
from bench_table import one_at_a_time
from torch import nn

from lessonlib.data import ImageSet, load
from lessonlib.layers import RBFOutput, ScaledTanh, Subsample, TableConv2d, UnitBiasConv2d
from lessonlib.models import LeNet5, LeNet5Lush, ZipNet1989
from lessonlib.models.ablations import (
    FULL_TABLE,
    OtherActivation,
    OtherTable,
)
from lessonlib.models.zipnet import H2_TABLE
from lessonlib.runs.random_tables import random_table
from lessonlib.training import LUSH2002, ZIP1989, SDLMRecipe, sdlm_fit
from lessonlib.training.sdlm import fit as fitting
from lessonlib.training.sdlm import kernels, pattern, zip_pattern
from tests.network_kinds import READ_DIGITS
from tests.unit.training_examples import weights

UPDATES = 500
EQ_9 = SDLMRecipe(
    eta_by_pass=(5e-4,),
    distance_scale=0.025,
    coefficient=0.5,
    patterns_per_pass=UPDATES,
    curvature_samples=50,
)
EQ_8 = replace(EQ_9, loss="mse", distance_scale=1 / 84)
TARGETS = replace(LUSH2002, eta_by_pass=(5e-4,), patterns_per_pass=UPDATES, curvature_before=None)
ZIP = replace(
    ZIP1989, eta_by_pass=ZIP1989.eta_by_pass[:1], patterns_per_pass=UPDATES, curvature_samples=50
)
ENGINES = ("torch", "fast")


@pytest.fixture(scope="module")
def digits() -> ImageSet:
    return load("digits").take(torch.arange(UPDATES))


def trained(
    digits: ImageSet,
    engine: str,
    recipe: SDLMRecipe,
    table=None,
    network=LeNet5,
    kind=torch.float32,
) -> nn.Module:
    model = network()
    if table is not None:
        OtherTable(table).apply(model)
    sdlm_fit(model.to(kind), digits, recipe, engine=engine)
    return model


CASES = {
    "as printed, eq. 9": (EQ_9, None, LeNet5),
    "full table, eq. 8": (EQ_8, FULL_TABLE, LeNet5),
    "random table, eq. 9": (replace(EQ_9, coefficient=None, j=0.1), random_table(0), LeNet5),
    "authors' code": (TARGETS, None, LeNet5Lush),
    "1989": (ZIP, None, ZipNet1989),
}


@pytest.mark.parametrize("case", CASES)
def test_both_engines_give_the_same_weights_after_500_updates(digits, case):
    recipe, table, network = CASES[case]
    model, twin = (trained(digits, engine, recipe, table, network) for engine in ENGINES)
    still = replace(recipe, eta_by_pass=(1e-30,), patterns_per_pass=1)
    start = trained(digits, "torch", still, table, network)
    for (name, ours), theirs, first in zip(
        model.named_parameters(), twin.parameters(), start.parameters(), strict=True
    ):
        moved, apart = (ours - first).abs().max(), (ours - theirs).abs().max()
        assert moved > (2e-4 if name == "h1.bias" else 3e-3), name  # a bias for each of 768 units
        assert apart < min(1e-4, moved / 30), name


def test_in_float64_they_agree_to_the_ninth_digit(digits):
    for recipe, network in ((EQ_9, LeNet5), (ZIP, ZipNet1989)):
        model, twin = (
            trained(digits, engine, recipe, network=network, kind=torch.float64)
            for engine in ENGINES
        )
        assert weights(twin).dtype == weights(model).dtype == torch.float64
        assert (weights(model) - weights(twin)).abs().max() < 1e-9


@pytest.mark.parametrize(("kind", "most"), [(np.float32, 5e-7), (np.float64, 1e-15)])
def test_the_compiled_squashing_is_that_of_the_layer(kind, most):
    values = np.concatenate([np.linspace(-40, 40, 20_001), np.logspace(-30, 0, 500)])
    values = np.append(values, [np.inf, -np.inf]).astype(kind)
    expected = ScaledTanh()(torch.from_numpy(values).double()).numpy()
    kernels.squash(values, len(values))
    assert np.abs(values - expected).max() < most
    other_than_0 = expected != 0
    assert np.abs(values[other_than_0] / expected[other_than_0] - 1).max() < most
    strange = np.array([np.nan, 1.0], kind)
    kernels.squash(strange, 2)
    assert np.isnan(strange[0])  # or a broken network would seem to answer


def test_two_fast_runs_are_equal_bit_for_bit(digits):
    recipe = replace(EQ_9, eta_by_pass=(5e-4, 2e-4), patterns_per_pass=100)
    first, second, other = (
        trained(digits, "fast", each) for each in (recipe, recipe, replace(recipe, seed=1))
    )
    assert torch.equal(weights(first), weights(second))
    assert not torch.equal(weights(first), weights(other))


def test_a_fast_run_that_was_stopped_ends_like_one_that_was_not(digits, tmp_path):
    recipe = replace(EQ_9, eta_by_pass=(5e-4, 2e-4, 1e-4), patterns_per_pass=200)
    for change in ({}, {"curvature_before": (1,)}, {"order": "new order each pass"}):
        asked = replace(recipe, **change)
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.pt"

        def stop(row):
            if row["epoch"] == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            sdlm_fit(LeNet5(), digits, asked, engine="fast", checkpoint=path, after_epoch=stop)
        model = LeNet5()
        history = sdlm_fit(model, digits, asked, engine="fast", checkpoint=path)
        assert [row["epoch"] for row in history.rows] == [1, 2, 3]
        assert torch.equal(weights(model), weights(trained(digits, "fast", asked)))


def test_both_engines_stop_at_the_same_pattern_when_the_loss_is_not_finite(digits):
    said = []
    for engine in ENGINES:
        with pytest.raises(FloatingPointError) as caught:
            trained(digits, engine, replace(EQ_9, eta_by_pass=(1e38,)))
        said.append(str(caught.value))
    assert said[0] == said[1]
    assert said[0].startswith(
        "the loss is nan in pass 1, at pattern 2; the largest step was inf, of f6"
    )


def test_both_engines_stop_where_the_losses_have_grown(digits, monkeypatch):
    """Eq. 9 taken literally: a finite loss, but of a network that is lost."""
    monkeypatch.setattr(fitting, "PIECE", 100)
    for engine in ENGINES:
        with pytest.raises(FloatingPointError) as caught:
            trained(digits, engine, replace(EQ_9, distance_scale=1.0, seed=1))
        said = str(caught.value)
        assert "in pass 1, on average over patterns 1 to 100, and was 82.99 with the firs" in said
        assert "the largest step was 0.025, of s" in said
        assert "raise mu" in said


def with_other(**children: nn.Module) -> LeNet5:
    model = LeNet5()
    for name, child in children.items():
        setattr(model, name, child)
    return model


def ablated(ablation) -> LeNet5:
    model = LeNet5()
    ablation.apply(model)
    return model


class OwnNet(LeNet5):
    pass


NO_TWIN = [
    (lambda: ablated(OtherActivation("Tanh")), r"of this LeNet5, squash is Tanh\(\)"),
    (lambda: with_other(c1=nn.Conv2d(1, 6, 5, bias=False)), "c1 is Conv2d.*bias=False"),
    (lambda: with_other(c1=nn.Conv2d(1, 6, 5, padding=1)), "c1 is Conv2d.*padding"),
    (lambda: with_other(c3=nn.Conv2d(6, 16, 5)), r"c3 is Conv2d\(6, 16"),
    (lambda: with_other(output=RBFOutput(-torch.ones(12, 84))), "rbf is RBFOutput.12 codes"),
    (lambda: LeNet5().to(torch.bfloat16), "the parameters are bfloat16"),
    (OwnNet, "not this OwnNet"),
]


@pytest.mark.parametrize(("build", "said"), NO_TWIN)
def test_a_network_without_a_compiled_twin_is_offered_the_other_engine(digits, build, said):
    model = build()
    before = weights(model).clone()
    with pytest.raises(ValueError, match=rf"{said}.*\. Use engine='torch'"):
        sdlm_fit(model, digits, EQ_9, engine="fast")
    assert torch.equal(weights(model), before)


def zip_with(**children: nn.Module) -> ZipNet1989:
    model = ZipNet1989()
    for name, child in children.items():
        setattr(model, name, child)
    return model


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: zip_with(squash=nn.Tanh()), r"squash is Tanh\(\)"),
        (lambda: zip_with(h3=nn.Linear(192, 30, bias=False)), "h3 is Linear.*bias=False"),
        (
            lambda: zip_with(h2=UnitBiasConv2d(H2_TABLE, 5, 8, stride=2, padding=2)),
            r"h2 is UnitBiasConv2d\(12, 12, .*padding=2 of 0",
        ),
        (lambda: ZipNet1989().to(torch.bfloat16), "the parameters are bfloat16"),
    ],
)
def test_a_changed_network_of_1989_is_offered_the_other_engine(digits, build, said):
    with pytest.raises(ValueError, match=rf"of this one, {said}.*\. Use engine='torch'"):
        sdlm_fit(build(), digits, ZIP, engine="fast")


def test_the_network_of_1989_is_trained_fast_with_any_table_in_h2(digits):
    few = replace(ZIP, patterns_per_pass=50)
    table = ("X" * 12, *("X.X.X.X.X.X.",) * 11)
    models = []
    for engine in ENGINES:
        layer = UnitBiasConv2d(table, 5, 8, stride=2, padding=2, background=-1.0)
        models.append(zip_with(h2=layer))
        sdlm_fit(models[-1], digits, few, engine=engine)
    assert (weights(models[0]) - weights(models[1])).abs().max() < 1e-5


def test_a_table_of_another_size_has_no_twin_but_is_trained(digits):
    narrow = TableConv2d(("X" * 8,) * 6, 5)
    model = with_other(c3=narrow, s4=Subsample(8), c5=nn.Conv2d(8, 120, 5))
    with pytest.raises(ValueError, match=r"c3 is TableConv2d\(6, 8, .*, c5 is Conv2d\(8"):
        sdlm_fit(model, digits, EQ_9, engine="fast")
    few = replace(EQ_9, patterns_per_pass=5)
    assert sdlm_fit(model, digits, few, engine="torch").rows[0]["epoch"] == 1


def test_fields_of_another_size_are_refused_though_they_have_one_place(digits):
    """LeNet-5 answers a 33x33 picture at one place, as it answers one of 32x32."""
    wide = replace(digits, images=torch.nn.functional.pad(digits.images, (0, 5, 0, 5)))
    with pytest.raises(ValueError, match=r"prepared pictures \(N, 1, 32, 32\), got \(500, 1, 33"):
        trained(wide, "fast", EQ_9)
    few = replace(EQ_9, patterns_per_pass=5)
    assert sdlm_fit(LeNet5(), wide, few, engine="torch").rows[0]["epoch"] == 1


def test_the_fast_engine_trains_three_networks_of_the_register(digits):
    few = replace(EQ_9, patterns_per_pass=5)
    for name, network in READ_DIGITS.items():
        model = network()
        if name in ("LeNet5", "LeNet5Lush", "ZipNet1989"):
            recipe = few if name == "LeNet5" else replace(TARGETS, patterns_per_pass=5)
            assert sdlm_fit(model, digits, recipe, engine="fast").rows[0]["train_loss"] > 0
        else:
            with pytest.raises(ValueError, match=f"{name}.*lessonlib.training.fit"):
                sdlm_fit(model, digits, few, engine="fast")


def test_the_command_gives_equal_weights_twice_bit_for_bit(tmp_path):
    """The first process compiles the loops, the second reads what the first compiled from disk."""
    words = ["train", "lenet5", "--recipe", "lecun1998", "--subset", "10", "--epochs", "2"]
    states = []
    for name in ("a.pt", "b.pt"):
        done = subprocess.run(
            [sys.executable, "-m", "lessonlib.cli", *words, "--save", str(tmp_path / name)],
            env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "compiled")},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert "numba" not in done.stdout
        states.append(torch.load(tmp_path / name, weights_only=True))
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_the_bench_measures_both_engines_and_whole_passes(monkeypatch, tmp_path):
    monkeypatch.setenv("LESSONLIB_DATA", str(tmp_path))  # without MNIST
    monkeypatch.setattr(bench_sdlm, "UPDATES", {"torch": 20, "fast": 40})
    found = bench_sdlm.measure(60, 2, spread)
    assert (found["data"], found["images"], found["passes"]) == ("digits", 60, 20)
    for name in ("fast / torch", "seconds_per_pass", "curvature_seconds"):
        assert 0 < found[name]["min"] <= found[name]["median"] <= found[name]["max"]
    assert set(found["updates_per_second"]) == {"torch", "fast"}
    assert 0 < found["curvature_share"] < 1
    assert found["seconds_in_all"] > 0
    assert "60 digits (embedded ones, repeated)" in one_at_a_time(found)


def test_the_compiled_program_is_kept_only_as_long_as_its_kernels_stay_the_same():
    """Numba keeps what it compiled until the calling file changes, so that file names these."""
    source = Path(kernels.__file__).read_bytes()
    digest = hashlib.sha256(source).hexdigest()[:12]
    assert digest == pattern.KERNELS, "write this into pattern.py"
    assert digest == zip_pattern.KERNELS, "write this into zip_pattern.py"
