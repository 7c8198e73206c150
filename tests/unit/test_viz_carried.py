"""A network carries a picture: its stacks show what it computes."""

import numpy as np
import pytest
import torch

from lessonlib.models import LeNet5, LeNetClassic, LeNetModern, layer_table
from lessonlib.training import new_network
from lessonlib.viz import plot_network, trace
from lessonlib.viz.carried_layers import arrangement
from tests.unit.viz_examples import normal

DIGIT = (255 * torch.rand(1, 28, 28, generator=torch.Generator().manual_seed(0))).to(torch.uint8)

# LeCun et al. 1998, fig. 2.
SHAPES = {
    "input": (1, 32, 32),
    "c1": (6, 28, 28),
    "s2": (6, 14, 14),
    "c3": (16, 10, 10),
    "s4": (16, 5, 5),
    "c5": (120,),
    "f6": (84,),
    "output": (10,),
}


def test_a_trace_has_the_states_of_all_layers():
    states = trace(new_network(LeNet5, 0), DIGIT)
    assert {name: tuple(state.shape) for name, state in states.items()} == SHAPES


def test_a_state_is_what_the_next_layer_reads():
    network = new_network(LeNet5, 0)
    states = trace(network, DIGIT)
    field = network.prepare(DIGIT[None])
    assert torch.equal(states["input"], field[0])
    assert torch.equal(states["c1"], network.squash(network.c1(field))[0])
    assert torch.equal(states["s2"][None], network.squash(network.s2(states["c1"][None])))
    assert torch.equal(states["output"], network(field)[0])


@pytest.mark.parametrize("network", [LeNet5, LeNetClassic, LeNetModern])
def test_every_layer_that_is_drawn_has_its_states(network):
    model = new_network(network, 0)
    figure = plot_network(layer_table(model), maps=trace(model, DIGIT))
    figure.draw_without_rendering()


def test_a_trace_leaves_the_network_as_it_was():
    network = new_network(LeNetModern, 0).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    trace(network, DIGIT)
    assert network.training
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
    assert all(parameter.grad is None for parameter in network.parameters())


@pytest.mark.parametrize("image", [DIGIT, DIGIT[0], DIGIT[None]])
def test_a_picture_may_have_its_channel_and_batch_or_not(image):
    assert trace(new_network(LeNet5, 0), image)["input"].shape == (1, 32, 32)


def test_several_pictures_are_refused():
    with pytest.raises(ValueError, match=r"expected one picture .* got \(2, 1, 28, 28\)"):
        trace(LeNet5(), DIGIT.expand(2, 1, 28, 28))


def images_of(figure):
    return [np.asarray(image.get_array()) for image in figure.axes[0].images]


def test_each_map_is_drawn_as_it_was_computed():
    network = new_network(LeNet5, 0)
    states = trace(network, DIGIT)
    shown = images_of(plot_network(layer_table(network), maps=states))
    maps = [one for name in ("input", "c1", "s2", "c3", "s4") for one in states[name].numpy()]
    for one in maps:
        assert any(np.array_equal(one, image) for image in shown)
    f6 = states["f6"].reshape(12, 7).numpy()
    assert any(np.array_equal(f6, image) for image in shown)


def test_maps_keep_one_scale():
    network = new_network(LeNet5, 0)
    figure = plot_network(layer_table(network), maps=trace(network, DIGIT))
    sides = {}
    for image in figure.axes[0].images:
        left, right = image.get_extent()[:2]
        sides.setdefault(np.asarray(image.get_array()).shape, set()).add(round(right - left, 6))
    pixel = sides[32, 32].pop() / 32
    for side in (28, 14, 10, 5):
        assert list(sides[side, side]) == pytest.approx([side * pixel], abs=1e-5)


def test_the_winner_is_framed_and_bold():
    network = new_network(LeNet5, 0)
    states = trace(network, DIGIT)
    figure = plot_network(layer_table(network), maps=states)
    winner = int(states["output"].argmax())
    framed = [p.get_label() for p in figure.axes[0].patches if "winner" in str(p.get_label())]
    assert framed == [f"winner {winner}"]
    digits = [t for t in figure.axes[0].texts if t.get_text() in map(str, range(10))]
    assert [t.get_text() for t in digits if t.get_weight() == "bold"] == [str(winner)]


def test_the_wide_form_is_one_row():
    network = new_network(LeNet5, 0)
    table, states = layer_table(network), trace(network, DIGIT)
    heights = []
    for wide in (False, True):
        figure = plot_network(table, maps=states, wide=wide)
        places = [t.get_position()[1] for t in figure.axes[0].texts if t.get_text() in ("C1", "F6")]
        heights.append(len(set(places)))
    assert heights == [2, 1]


@pytest.mark.parametrize(
    ("count", "shape"), [(84, (12, 7)), (120, (15, 8)), (10, (5, 2)), (97, (10, 10)), (1, (1, 1))]
)
def test_units_stand_like_the_pixels_of_a_letter(count, shape):
    assert arrangement(count) == shape


def test_only_a_network_with_states_is_drawn_wide():
    with pytest.raises(ValueError, match="wide=True needs maps"):
        plot_network(layer_table(LeNet5()), wide=True)


def test_states_that_do_not_fit_are_refused():
    table, states = layer_table(LeNet5()), trace(LeNet5(), normal(1, 32, 32))
    with pytest.raises(ValueError, match=r"layer 'c3' has no states .*viz\.trace"):
        plot_network(table, maps={k: v for k, v in states.items() if k != "c3"})
    with pytest.raises(ValueError, match=r"'c1': expected states \(6, 28, 28\), got \(5, 28, 28\)"):
        plot_network(table, maps=states | {"c1": states["c1"][:5]})
