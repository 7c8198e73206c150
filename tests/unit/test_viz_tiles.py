"""Pictures, kernels and maps: shared limits, nothing changed, words that match."""

import numpy as np
import pytest
import torch

from lessonlib.viz import plot_activations, plot_images, plot_kernels, plot_maps


def panes(figure):
    return [image for image in figure.axes[0].images if image.get_label() != "key"]


def limits(figure):
    return {pane.get_clim() for pane in panes(figure)}


def words(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_images_share_their_limits():
    images = np.stack([np.full((4, 4), value) for value in (-0.1, 0.5, 1.175)])
    figure = plot_images(images)
    assert len(panes(figure)) == 3
    assert limits(figure) == {(-0.1, 1.175)}
    assert {pane.get_interpolation() for pane in panes(figure)} == {"none"}


def test_uint8_images_have_the_limits_of_their_type():
    dark = torch.full((2, 1, 4, 4), 7, dtype=torch.uint8)
    assert limits(plot_images(dark)) == {(0, 255)}


def test_given_limits_are_taken():
    assert limits(plot_images(np.zeros((2, 4, 4)), limits=(-1, 2))) == {(-1, 2)}


def test_colour_images_keep_their_channels():
    images = torch.zeros(1, 3, 4, 4, dtype=torch.uint8)
    images[0, 1] = 255
    (pane,) = panes(plot_images(images))
    assert pane.get_array().shape == (4, 4, 3)
    assert np.array_equal(pane.get_array()[0, 0], [0, 1, 0])


def test_words_stand_with_their_images():
    figure = plot_images(np.ones((2, 4, 4)), torch.tensor([3, 8]), titles=["first", "second"])
    assert words(figure) == ["first", "second", "3", "8"]
    above, below = figure.axes[0].texts[0], figure.axes[0].texts[2]
    left, right, bottom, top = panes(figure)[0].get_extent()
    assert above.get_position()[1] < top < bottom < below.get_position()[1]
    assert above.get_position()[0] == below.get_position()[0] == (left + right) / 2


def test_long_words_are_not_cut():
    figure = plot_images(np.ones((6, 4, 4)), ["an unusually long label"] * 6)
    assert set(words(figure)) == {"an unusually long label"}


def test_columns_are_as_told():
    figure = plot_images(np.ones((6, 4, 4)), columns=3)
    assert len({pane.get_extent()[0] for pane in panes(figure)}) == 3
    assert len({pane.get_extent()[3] for pane in panes(figure)}) == 2


@pytest.mark.parametrize("extreme", [-7.0, 7.0])
@pytest.mark.parametrize("inputs", [1, 6])
def test_kernels_share_one_scale_centred_on_zero(inputs, extreme):
    weight = torch.randn(4, inputs, 5, 5)
    weight[0, 0, 0, 0] = extreme
    figure = plot_kernels(weight)
    assert len(panes(figure)) == 4 * inputs
    assert limits(figure) == {(-7, 7)}
    assert {pane.get_cmap().name for pane in panes(figure)} == {"RdBu_r"}
    (key,) = (image for image in figure.axes[0].images if image.get_label() == "key")
    assert key.get_clim() == (-7, 7)
    assert words(figure)[-4:-1] == ["\N{MINUS SIGN}7", "0", "7"]


def test_table_of_kernels_has_inputs_down_and_outputs_across():
    weight = torch.arange(6.0).reshape(2, 3, 1, 1).expand(2, 3, 2, 2)
    shown = [float(pane.get_array()[0, 0]) for pane in panes(plot_kernels(weight))]
    assert shown == [0, 3, 1, 4, 2, 5]


def test_kernels_that_need_gradients_are_drawn_and_left_alone():
    weight = torch.nn.Parameter(torch.randn(2, 1, 3, 3))
    before = weight.detach().clone()
    plot_kernels(weight)
    assert torch.equal(weight, before)
    assert weight.requires_grad


def test_colour_kernels_show_zero_as_mid_grey():
    weight = torch.zeros(1, 3, 2, 2)
    weight[0, 0, 0, 0], weight[0, 2, 1, 1] = 2.0, -2.0
    (pane,) = panes(plot_kernels(weight, colors=True))
    assert np.array_equal(pane.get_array()[0, 1], [0.5, 0.5, 0.5])
    assert np.array_equal(pane.get_array()[0, 0], [1, 0.5, 0.5])
    assert np.array_equal(pane.get_array()[1, 1], [0.5, 0.5, 0])


def test_maps_share_their_limits():
    maps = torch.stack([torch.zeros(4, 4), torch.ones(4, 4), torch.full((4, 4), -2.0)])
    figure = plot_maps(maps.unsqueeze(0))
    assert limits(figure) == {(-2, 1)}
    assert words(figure)[:3] == ["0", "1", "2"]


def test_limits_are_shared_within_a_layer_and_not_between_layers():
    layers = {"c1": torch.randn(6, 8, 8), "s2": 10 * torch.randn(6, 4, 4)}
    figure = plot_activations(layers)
    shown = [pane.get_clim() for pane in panes(figure)]
    for part, maps in ((shown[:6], layers["c1"]), (shown[6:], layers["s2"])):
        assert set(part) == {(float(maps.min()), float(maps.max()))}
    keys = [image for image in figure.axes[0].images if image.get_label() == "key"]
    assert [key.get_clim() for key in keys] == [shown[0], shown[6]]
    assert "C1: 6 maps of 8×8" in words(figure)


def test_all_layers_take_given_limits():
    layers = {"c1": torch.randn(6, 8, 8), "f6": torch.randn(84)}
    assert limits(plot_activations(layers, limits=(-1.7, 1.7))) == {(-1.7, 1.7)}


@pytest.mark.parametrize("shape", [(84,), (1, 84), (84, 1, 1), (1, 84, 1, 1), (1, 1, 1, 84)])
def test_units_are_a_strip_in_order(shape):
    values = torch.arange(84.0)
    figure = plot_activations({"f6": values.reshape(shape)})
    (strip,) = panes(figure)
    shown = np.asarray(strip.get_array()).ravel()
    assert np.array_equal(shown[:84], values)
    assert "F6: 84 units" in words(figure)


@pytest.mark.parametrize("draw", [plot_images, plot_kernels, plot_maps])
def test_inputs_are_not_changed(draw):
    array = np.random.default_rng(0).normal(size=(1, 3, 5, 5))
    before = array.copy()
    array.flags.writeable = False
    draw(array)
    assert np.array_equal(array, before)


def test_drawing_keeps_its_own_copy_of_maps():
    maps = torch.zeros(2, 4, 4)
    figure = plot_maps(maps, limits=(0, 1))
    maps += 1
    assert not np.asarray(panes(figure)[0].get_array()).any()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plot_images(np.ones((4, 4))), r"images \(N, H, W\).* got shape \(4, 4\)"),
        (lambda: plot_images(np.ones((2, 2, 4, 4))), r"got shape \(2, 2, 4, 4\); channels come"),
        (lambda: plot_images(np.ones((0, 4, 4))), r"got shape \(0, 4, 4\)"),
        (lambda: plot_images(np.full((1, 4, 4), np.nan)), "finite numbers"),
        (lambda: plot_images(np.ones((2, 4, 4)), [1]), "expected 2 labels, .* got 1"),
        (lambda: plot_images(np.ones((2, 4, 4)), titles="abc"), "expected 2 titles, .* got 3"),
        (lambda: plot_images(np.ones((2, 4, 4)), limits=(1, 1)), "low < high"),
        (lambda: plot_images(np.ones((2, 4, 4)), columns=0), "expected columns >= 1, got 0"),
        (lambda: plot_kernels(np.ones((6, 5, 5))), r"kernels \(out, in, k, k\), got shape"),
        (lambda: plot_kernels(np.ones((6, 1, 5, 5)), limit=0), "expected limit > 0, got 0"),
        (lambda: plot_kernels(np.ones((6, 1, 5, 5)), colors=True), r"\(out, 3, k, k\)"),
        (lambda: plot_maps(np.ones((2, 6, 5, 5))), "take one, such as"),
        (lambda: plot_maps(np.ones(6)), "use plot_activations"),
        (lambda: plot_activations({}), "at least one layer"),
        (lambda: plot_activations({"c1": np.ones((2, 6, 5, 5))}), "c1: .* take one"),
    ],
)
def test_wrong_shapes_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
