"""Networks are drawn to scale."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.patches import Polygon, Rectangle

from lessonlib.models import LayerRow, LayerTable, LeNetModern, layer_table
from lessonlib.viz import plot_network, plot_networks
from lessonlib.viz.network_cells import cells_of
from tests.unit.viz_examples import alexnet_table, lenet5_table


def sheets(figure, layer):
    """Width and height, in points, of the sheets drawn of a layer's maps."""
    return [
        (p.get_width(), p.get_height())
        for p in figure.axes[0].patches
        if isinstance(p, Rectangle) and str(p.get_label()).startswith(f"{layer} map ")
    ]


def area(figure, layer):
    """Area, in square points, of a layer's column of units."""
    (block,) = (p for p in figure.axes[0].patches if p.get_label() == f"{layer} units")
    assert isinstance(block, Polygon)
    x, y = block.get_xy()[:-1].T
    return 0.5 * abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))


def words(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def ruler(figure):
    """Pixels that the ruler stands for, and its length in points."""
    (line,) = (line for line in figure.axes[0].lines if line.get_label().startswith("ruler"))
    return int(line.get_label().split()[1]), np.ptp(line.get_xdata())


# LeCun et al. 1998, fig. 2: maps and side of each layer of maps.
LENET5_SIDES = [("input", 1, 32), ("c1", 6, 28), ("s2", 6, 14), ("c3", 16, 10), ("s4", 16, 5)]


def test_sides_are_proportional_to_pixels():
    figure = plot_network(lenet5_table())
    pixels, points = ruler(figure)
    for layer, maps, side in LENET5_SIDES:
        drawn = sheets(figure, layer)
        assert len(drawn) == maps
        expected = side * points / pixels
        assert np.allclose(drawn, expected), layer


def test_axes_show_points_as_points():
    figure = plot_network(lenet5_table())
    (axes,) = figure.axes
    width, height = figure.get_size_inches() * 72
    assert axes.get_position().bounds == (0, 0, 1, 1)
    assert axes.get_xlim() == pytest.approx((0, width))
    assert axes.get_ylim() == pytest.approx((height, 0))


@pytest.mark.parametrize(("layer", "units"), [("c5", 120), ("f6", 84), ("output", 10)])
def test_a_unit_is_a_square_of_one_pixel(layer, units):
    figure = plot_network(lenet5_table())
    pixels, points = ruler(figure)
    assert area(figure, layer) == pytest.approx(units * (points / pixels) ** 2)


def test_several_networks_share_one_scale():
    figure = plot_networks({"LeNet-5": lenet5_table(), "AlexNet": alexnet_table()})
    pixels, points = ruler(figure)
    one = points / pixels
    assert np.allclose(sheets(figure, "c1"), 28 * one)
    assert np.allclose(sheets(figure, "conv1"), 55 * one)
    assert {round(side / one) for side, _ in sheets(figure, "input")} == {32, 224}
    assert area(figure, "fc6") == pytest.approx(4096 * one**2)
    assert "LeNet-5: 60,000 parameters" in words(figure)
    assert "AlexNet: 60,965,224 parameters" in words(figure)


def test_depth_is_proportional_to_maps():
    figure = plot_network(alexnet_table())
    depth = {}
    for layer in ("conv1", "conv3"):
        lefts = [
            p.get_x() for p in figure.axes[0].patches if str(p.get_label()).startswith(f"{layer} m")
        ]
        depth[layer] = np.ptp(lefts)
    assert depth["conv3"] / depth["conv1"] == pytest.approx((384 - 1) / (96 - 1))


def test_labels_say_size_and_parameters():
    shown = words(plot_network(lenet5_table(), title="A title"))
    assert shown[0] == "A title"
    for text in ("C1", "6@28×28", "156 parameters", "1,516", "120 units", "48,120", "10,164", "0"):
        assert text in shown


def test_layers_that_only_rescale_are_counted_with_the_layer_before():
    table = layer_table(LeNetModern())
    cells = cells_of(table)
    drawn = [cell.name for cell in cells]
    assert drawn == ["input", "c1", "s2", "c3", "s4", "c5", "f6", "output"]
    assert sum(cell.parameters or 0 for cell in cells) == table.parameters
    norm = next(row for row in table if row.name == "norm1")
    assert cells[1].parameters == table["c1"].parameters + norm.parameters


def test_a_picture_takes_the_place_of_the_input():
    picture = np.eye(32)
    figure = plot_network(lenet5_table(), image=picture)
    (shown,) = figure.axes[0].images
    left, right, bottom, top = shown.get_extent()
    assert (right - left, bottom - top) == pytest.approx(sheets(figure, "input")[0])
    assert np.array_equal(shown.get_array(), picture)


def test_wide_maps_keep_their_shape():
    table = LayerTable([LayerRow("c1", "Conv2d", (6, 28, 92), 156, 0, 0)], (1, 32, 96))
    figure = plot_network(table)
    (width, height), *_ = sheets(figure, "c1")
    assert width / height == pytest.approx(92 / 28)


def test_tables_that_cannot_be_drawn_are_refused():
    with pytest.raises(ValueError, match="at least one row, got none"):
        plot_network(LayerTable([], (1, 32, 32)))
    flat = LayerTable([LayerRow("c1", "Conv2d", (6, 28), 156, 0, 0)], (1, 32, 32))
    with pytest.raises(ValueError, match=r"layer 'c1': expected a shape .* got \(6, 28\)"):
        plot_network(flat)
    with pytest.raises(ValueError, match="at least one network"):
        plot_networks({})
    with pytest.raises(ValueError, match=r"expected an image \(H, W\), got shape \(1, 32, 32\)"):
        plot_network(lenet5_table(), image=np.zeros((1, 32, 32)))


def test_colours_of_kinds_differ():
    cells = cells_of(lenet5_table())
    colors = {mpl.colors.to_hex(cell.color) for cell in cells}
    assert len(colors) == len({cell.family for cell in cells}) == 5
