"""What the recordings ask for: all that the chapters show, one change at a time."""

from dataclasses import asdict
from itertools import pairwise

import pytest
import torch

from lessonlib import runs
from lessonlib.data.tiny_classes import VIEWS
from lessonlib.layers import C3_TABLE
from lessonlib.models import layer_table
from lessonlib.runs import RECORDINGS
from lessonlib.runs.recording import Recording
from lessonlib.runs.recordings_ablations import CLASSES, FEWER, IN_ALL, RECORDINGS_ABLATIONS
from lessonlib.runs.recordings_eight_cells import BEST, CELLS, RATES_TRIED, TRAININGS, TRIED
from lessonlib.runs.recordings_steps import RECORDINGS_STEPS, START_OF_1998, START_OF_TODAY
from lessonlib.runs.seed import WEIGHTS_LIMIT
from lessonlib.training import ALEXNET_2012, LECUN1998, Recipe
from tests import paper_tables as paper

NAMED = [
    *("zipnet-usps", "zipnet-mnist"),
    *("classic-mnist", "modern-mnist", "modern-augmented"),
    *("lecun1998", "lush2002", "lush-demonstration", "size-15000", "size-30000", "distortions"),
    *("lenet5-sdlm-unembedded", "lenet5-unembedded", "modern-unembedded"),
    *("classic-unembedded", "softmax-unembedded", "table-full"),
    *(f"table-random-{number}" for number in range(5)),
    *(f"activation-{n}" for n in ("sigmoid", "tanh", "scaled-tanh", "relu", "leaky-relu", "gelu")),
    *(f"start-{name}" for name in ("as-printed", "one-over-root", "xavier", "he")),
    *("steps-1-momentum", "steps-2-start", "steps-3-rectifier", "steps-4-max-pooling"),
    *("steps-5-full-table", "steps-6-softmax", "steps-7-norm-dropout"),
    *("hands-first", "hands-second", "lenet5-neighbours"),
    *("alexnet-ten-as-printed", "alexnet-ten-adam", "small-ten", "small-fifty"),
]
SHORTEST = {"alexnet-ten-as-printed": 3}  # epochs, where fewer than five show what is to be seen


def test_every_run_that_chapters_name_has_a_recording():
    assert set(NAMED) <= set(RECORDINGS)


@pytest.mark.parametrize("recording", RECORDINGS.values(), ids=RECORDINGS)
def test_every_recording_can_be_built_and_says_what_it_is(recording):
    model = recording.build()
    assert model(torch.zeros(2, *model.input_shape)).isfinite().all()
    assert recording.about.endswith(".")
    assert recording.recipe.epochs >= SHORTEST.get(recording.name, 5)


def test_the_first_step_differs_from_1998_in_the_optimiser_alone():
    first, before = RECORDINGS_STEPS[0], RECORDINGS["lecun1998"]
    assert first.network == before.network
    assert first.ablations == (START_OF_1998,)
    assert (START_OF_1998.weights, START_OF_1998.biases) == (LECUN1998.spread, LECUN1998.biases)
    assert START_OF_1998.coefficient == LECUN1998.coefficient
    assert first.recipe.loss == "scaled_discriminative"  # test_losses compares it with LECUN1998's
    assert first.seeds == before.seeds


def test_each_step_changes_one_thing():
    for one, following in pairwise(RECORDINGS_STEPS):
        *parts, start = one.ablations
        if start is START_OF_1998:
            assert following.ablations == (START_OF_TODAY,)
            continue
        assert following.ablations[: len(parts)] == tuple(parts)
        assert len(following.ablations) == len(one.ablations) + 1
        assert following.ablations[-1] == START_OF_TODAY
    recipes = [step.recipe for step in RECORDINGS_STEPS]
    assert recipes[:5] == recipes[:1] * 5
    assert recipes[5] == recipes[6]
    assert differences(recipes[4], recipes[5]) == {"loss"}


def differences(one: Recipe, other: Recipe) -> set[str]:
    """Names of the fields in which two recipes differ."""
    pairs = one.as_data(), other.as_data()
    return {field for field in pairs[0] if pairs[0][field] != pairs[1][field]}


def test_the_network_of_1989_learns_two_sets_by_one_recipe_and_reads_both():
    usps, other = (RECORDINGS[f"zipnet-{name}"] for name in ("usps", "mnist"))
    assert [(each.data, each.view) for each in (usps, other)] == [
        ("usps", None),
        ("mnist", "as_1989"),
    ]
    apart = {field for field, value in asdict(usps).items() if asdict(other)[field] != value}
    assert apart == {"name", "about", "data", "view"}
    assert (usps.network, len(usps.seeds), usps.keep_weights) == ("ZipNet1989", 10, True)
    assert {"train_error", "usps_test_error", "shrunk_mnist_test_error"} <= set(usps.measurements)


def test_the_recipe_of_1989_is_what_the_paper_tells():
    recipe = RECORDINGS["zipnet-usps"].recipe
    assert recipe.epochs == paper.ZIPNET_PASSES
    assert (recipe.spread, recipe.order) == ("2.4/F", "one random order")
    assert (recipe.loss, recipe.patterns_per_pass) == ("targets", None)


def test_the_real_alexnet_is_trained_twice_and_only_the_optimiser_differs():
    one, other = (RECORDINGS[f"alexnet-ten-{name}"] for name in ("as-printed", "adam"))
    assert [layer_table(each.build()).parameters for each in (one, other)] == (
        [paper.ALEXNET_PARAMETERS] * 2
    )
    assert differences(one.recipe, other.recipe) == {"epochs", "lr", "optimizer", "weight_decay"}
    same = [(each.ablations, each.data, each.view, each.seeds) for each in (one, other)]
    assert same == [((), "tinyimagenet", "ten", (0,))] * 2
    assert differences(one.recipe, ALEXNET_2012) == {"epochs", "batch_size", "schedule", "augment"}


def test_the_small_network_has_a_score_for_each_class_and_can_be_kept():
    for view, count in VIEWS.items():
        if recording := RECORDINGS.get(f"small-{view}"):
            model = recording.build()
            assert (recording.view, model.fc8.out_features) == (view, count)
            assert f" {count} classes of Tiny ImageNet, 64x64" in recording.about
            assert sum(value.nbytes for value in model.state_dict().values()) <= WEIGHTS_LIMIT
    assert RECORDINGS["small-fifty"].keep_weights


def test_the_steps_have_the_parameters_of_their_parts():
    counts = [layer_table(step.build()).parameters for step in RECORDINGS_STEPS]
    full = paper.FULL_C3_PARAMETERS - 1_516
    assert counts == [
        *(60_000, 60_000, 60_000),
        60_000 - 44,
        60_000 - 44 + full,
        60_000 - 44 + full + 850,
        60_000 - 44 + full + 850 - 142 + 2 * 142,
    ]


def test_random_tables_are_as_large_as_the_papers_and_are_others():
    tables = [RECORDINGS[f"table-random-{number}"].ablations[0].table for number in range(5)]
    assert len({C3_TABLE, *tables}) == 6
    assert {sum(row.count("X") for row in table) for table in tables} == {60}


def test_recordings_that_are_compared_share_recipe_and_seeds():
    for prefix in ("activation-", "start-", "table-"):
        those = [recording for name, recording in RECORDINGS.items() if name.startswith(prefix)]
        assert len({recording.recipe for recording in those}) == 1
        assert len({recording.seeds for recording in those}) == 1
        assert len({recording.network for recording in those}) == 1
        assert len({recording.ablations for recording in those}) == len(those)


def test_known_and_unknown_hands_differ_in_nothing_but_the_writers():
    first, second = (RECORDINGS[f"hands-{half}"] for half in ("first", "second"))
    assert (first.view, second.view) == ("hands_first", "hands_second")
    for field in ("network", "ablations", "data", "recipe", "seeds", "measurements"):
        assert getattr(first, field) == getattr(second, field)
    assert {"known_hands_error", "unknown_hands_error"} <= set(first.measurements)


ABLATED = [recording for recording in RECORDINGS_ABLATIONS if recording.name != "small-twenty"]


def changes(one: Recording, other: Recording) -> set[str]:
    """Names of the fields in which two recordings differ, those of their recipes among them."""
    fields = ("network", "classes", "ablations", "data", "view", "subset", "seeds")
    apart = {field for field in fields if getattr(one, field) != getattr(other, field)}
    return apart | differences(one.recipe, other.recipe)


@pytest.mark.parametrize("recording", ABLATED, ids=lambda recording: recording.name)
def test_every_ablation_changes_one_thing_in_its_base(recording):
    name = recording.name
    few, tanh = name.startswith("few-"), name.startswith("tanh-")
    base = RECORDINGS["pictures-50" if few else "small-twenty"]
    if name.startswith("pictures-"):
        assert changes(base, recording) == {"subset", "epochs"}  # the steps stay about as many
    elif name == "few-neither":
        assert changes(base, recording) == {"ablations", "augment"}
    elif tanh:
        rate = name.removeprefix("tanh-")
        same_rate = RECORDINGS.get(f"rectifier-{rate}", base)
        assert changes(same_rate, recording) == {"ablations"}
    else:
        assert len(changes(base, recording)) == 1


def test_fewer_pictures_are_seen_in_about_as_many_steps():
    fewer = {name for name in RECORDINGS if name.startswith(("pictures-", "cells-alexnet-few"))}
    assert {RECORDINGS[name].subset for name in fewer} == set(FEWER)
    for name in ("small-twenty", *fewer):
        asked = RECORDINGS[name]
        per_epoch = -(-CLASSES * (asked.subset or IN_ALL) // asked.recipe.batch_size)
        assert 928 <= per_epoch * asked.recipe.epochs <= 948


def test_the_eight_cells_differ_in_network_data_and_training_alone():
    assert len(CELLS) == 8
    assert {(each.network, each.subset, each.ablations) for each in CELLS} == {
        (network, subset, training.parts)
        for network in ("LeNetColour", "AlexNetSmall")
        for subset in (25, None)
        for training in TRAININGS.values()
    }
    for each in CELLS:
        few = each.subset is not None
        twin = RECORDINGS[
            each.name.replace("-few-" if few else "-all-", "-all-" if few else "-few-")
        ]
        assert changes(each, twin) == {"subset", "epochs"}
        assert each.seeds == (0, 1, 2)
    assert {each.seeds for each in RATES_TRIED} == {(9,)}


@pytest.mark.parametrize(("network", "year"), BEST)
def test_a_cell_has_the_rate_that_left_the_smallest_training_error(network, year):
    errors = {
        rate: runs.load(f"rates-{network}-{year}-{rate}").results["train_error"].mean()
        for rate in TRIED[year]
    }
    assert BEST[network, year] == min(errors, key=errors.get)


def test_the_parts_of_2012_are_those_of_the_small_network_itself():
    torch.manual_seed(0)
    asked = RECORDINGS["cells-alexnet-all-2012"]
    assert changes(asked, RECORDINGS["small-twenty"]) <= {"ablations", "lr"}
    model, plain = asked.build().eval(), RECORDINGS["small-twenty"].build().eval()
    model.load_state_dict(plain.state_dict())
    fields = torch.randn(2, 3, 56, 56)
    torch.testing.assert_close(model(fields), plain(fields))
