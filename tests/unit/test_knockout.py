"""Maps held at a value: which, where, and for how long."""

import pytest
import torch

from lessonlib.data import load
from lessonlib.inside import knock_out_each, knocked_out, mean_maps
from lessonlib.models import LeNet5
from lessonlib.training import evaluate, new_network


@pytest.fixture(scope="module")
def digits():
    return load("digits", train=False).take(torch.arange(60))


@pytest.fixture
def network():
    return new_network(LeNet5, 0)


def output_of(network, layer, images):
    kept = []
    handle = getattr(network, layer).register_forward_hook(lambda *given: kept.append(given[2]))
    network(network.prepare(images))
    handle.remove()
    return kept[0].detach()


@pytest.mark.parametrize("layer", ["c1", "s2", "c3", "s4", "c5", "f6"])
def test_these_maps_are_held_and_the_others_are_as_they_were(network, digits, layer):
    before = output_of(network, layer, digits.images)
    held = torch.arange(before[0].numel(), dtype=torch.float32).view_as(before[0])
    with knocked_out(network, layer, [1, 3], held):
        after = output_of(network, layer, digits.images)
    axis = -1 if layer == "f6" else 1
    for number in range(before.shape[axis]):
        got = after.select(axis, number)
        if number in (1, 3):
            wanted = held.select(-1 if layer == "f6" else 0, number)
            assert (got == wanted).all()
        else:
            assert torch.equal(got, before.select(axis, number))
    assert torch.equal(output_of(network, layer, digits.images), before)


def test_means_are_those_of_all_pictures_at_once(network, digits):
    maps = output_of(network, "c3", digits.images)
    torch.testing.assert_close(mean_maps(network, digits, "c3"), maps.mean(0))
    units = output_of(network, "f6", digits.images)
    torch.testing.assert_close(mean_maps(network, digits, "f6"), units.mean(0))


def test_means_of_batches_are_weighted_by_their_size(network):
    many = load("digits").take(torch.arange(501))  # a batch of 500, and one picture
    maps = output_of(network, "c1", many.images)
    torch.testing.assert_close(mean_maps(network, many, "c1"), maps.mean(0))


def test_a_map_that_is_not_read_costs_nothing_and_one_that_is_read_does(network, digits):
    """Only map 2 of S4 is read by C5, so no digit is told from another without it."""
    with torch.no_grad():
        network.c5.weight.normal_(0, 0.1)
        network.f6.weight.normal_(0, 0.5)
        for number in range(16):
            if number != 2:
                network.c5.weight[:, number] = 0
    found = knock_out_each(network, digits, digits, layers=("s4",))
    whole = evaluate(network, digits).error_rate
    assert found.error_rate == whole
    others = found.table[found.table["map"] != 2]
    assert (others["lost"] == 0).all()
    with knocked_out(network, "s4", [2], mean_maps(network, digits, "s4")):
        scores = evaluate(network, digits).scores
    torch.testing.assert_close(scores, scores[:1].expand_as(scores))
    assert len(found.table) == 16


def test_the_most_useful_map_is_the_one_without_which_most_is_wrong(digits):
    from lessonlib.runs import network

    found = knock_out_each(network("lenet5-unembedded"), digits, digits, layers=("c1",))
    row = found.table.set_index("map").loc[found.most_useful("c1")]
    assert row["error_rate"] == found.table["error_rate"].max() > found.error_rate
    assert row["lost"] == row["error_rate"] - found.error_rate


def test_an_error_inside_leaves_the_network_whole(network, digits):
    before = evaluate(network, digits).scores
    with pytest.raises(RuntimeError, match="stop"), knocked_out(network, "c1", range(6)):
        raise RuntimeError("stop")
    assert torch.equal(evaluate(network, digits).scores, before)


def test_a_layer_that_is_not_there_is_named(network, digits):
    with pytest.raises(ValueError, match="LeNet5 has no layer 'c2'; it has c1, s2, c3"):
        mean_maps(network, digits, "c2")
    with pytest.raises(IndexError), knocked_out(network, "c1", [6]):
        network(network.prepare(digits.images))


def test_every_unit_of_a_linear_layer_is_tried(network, digits):
    few = digits.take(torch.arange(5))
    assert knock_out_each(network, few, few, layers=("f6",)).table["map"].tolist() == [*range(84)]


def test_one_number_holds_all_places(network, digits):
    with knocked_out(network, "c3", [2], 0.5):
        assert (output_of(network, "c3", digits.images)[:, 2] == 0.5).all()
