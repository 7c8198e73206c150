"""Receptive fields and connection tables are drawn where they are."""

import numpy as np
import pytest
import torch

from lessonlib.geometry import ReceptiveField, receptive_field
from lessonlib.layers import C3_TABLE
from lessonlib.viz import (
    plot_connected_maps,
    plot_connections,
    plot_field_centres,
    plot_receptive_fields,
    plot_rings,
)
from tests.paper_tables import LENET5_C3_READS
from tests.unit.viz_examples import c3_field

PICTURE = torch.rand(1, 32, 32)


def boxes(axes):
    """Label -> left, top, right, bottom, in pixels."""
    return {
        p.get_label(): (p.get_x(), p.get_y(), p.get_x() + p.get_width(), p.get_y() + p.get_height())
        for p in axes.patches
    }


def test_the_first_c1_unit_sees_the_first_five_pixels():
    field = receptive_field([(5, 1)])
    figure = plot_receptive_fields(PICTURE, {"c1": field}, units={"c1": (0, 0)})
    assert boxes(figure.axes[0])["C1: 5×5 px"] == (-0.5, -0.5, 4.5, 4.5)


def test_units_are_row_and_column():
    figure = plot_receptive_fields(PICTURE, {"c3": c3_field()}, units={"c3": (1, 3)})
    left, top, right, bottom = boxes(figure.axes[0])["C3: 14×14 px"]
    assert (top, left) == (1 * 2 - 0.5, 3 * 2 - 0.5)
    assert (right - left, bottom - top) == (14, 14)


def test_c5_sees_the_whole_input():
    field = receptive_field([(5, 1), (2, 2), (5, 1), (2, 2), (5, 1)])
    figure = plot_receptive_fields(PICTURE, {"c5": field})
    assert boxes(figure.axes[0])["C5: 32×32 px"] == (-0.5, -0.5, 31.5, 31.5)


def test_without_a_unit_the_middle_one_is_shown():
    figure = plot_receptive_fields(PICTURE, {"s4": ReceptiveField(16, 4, 7.5)})
    assert boxes(figure.axes[0])["S4: 16×16 px"] == (7.5, 7.5, 23.5, 23.5)


def test_fields_differ_without_colour():
    fields = {"c1": receptive_field([(5, 1)]), "c3": c3_field()}
    axes = plot_receptive_fields(PICTURE, fields).axes[0]
    assert len({p.get_linestyle() for p in axes.patches}) == 2


def test_centres_of_c3_lie_in_the_20_pixel_box():
    axes = plot_field_centres(PICTURE, {"c3": (c3_field(), 10)}).axes[0]
    (dots,) = axes.get_lines()
    points = set(zip(*dots.get_data(), strict=True))
    assert len(points) == 100
    assert {x for x, _ in points} == {y for _, y in points} == set(np.arange(6.5, 25, 2))
    assert boxes(axes)["box"] == (5.5, 5.5, 25.5, 25.5)


def test_every_layer_has_a_panel_and_empty_panels_are_hidden():
    fields = {name: (c3_field(), 10) for name in ("a", "b", "c")}
    figure = plot_field_centres(PICTURE, fields, box=None)
    assert [axes.get_visible() for axes in figure.axes] == [True, True, True, False]
    assert not figure.axes[0].patches


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plot_receptive_fields(torch.ones(3, 32, 32), {}), r"got shape \(3, 32, 32\)"),
        (lambda: plot_receptive_fields(PICTURE, {}), "at least one field"),
        (
            lambda: plot_receptive_fields(PICTURE, {"c3": c3_field()}, units={"c4": (0, 0)}),
            r"units of \['c4'\] have no field",
        ),
        (lambda: plot_field_centres(PICTURE, {"c3": (c3_field(), 0)}), "'c3': .* got 0"),
    ],
)
def test_wrong_fields_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_matrix_has_a_dot_for_every_connection_of_the_paper():
    (axes,) = plot_connections(C3_TABLE).axes
    dots = {
        (int(x), int(y)) for line in axes.get_lines() for x, y in zip(*line.get_data(), strict=True)
    }
    assert dots == {(j, i) for j, maps in enumerate(LENET5_C3_READS) for i in maps}
    counts = {line.get_label(): len(line.get_xdata()) for line in axes.get_lines()}
    assert counts == {"reads 3": 18, "reads 4": 36, "reads 6": 6}
    assert len({line.get_marker() for line in axes.get_lines()}) == 3
    top, bottom = axes.get_ylim()[::-1]
    assert top < bottom  # row 0 above, as in table I


def edges(figure):
    return {
        line.get_label(): line for line in figure.axes[0].get_lines() if " to " in line.get_label()
    }


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([], r"rows of one length, at least 1, got lengths \[\]"),
        (["X.", "X"], r"got lengths \[1, 2\]"),
        (["Xo", "X."], r"only 'X' and '\.' in the table, got \['o'\]"),
    ],
)
@pytest.mark.parametrize("draw", [plot_connections, plot_connected_maps])
def test_wrong_tables_are_refused(draw, table, message):
    with pytest.raises(ValueError, match=message):
        draw(table)


@pytest.mark.parametrize("j", range(16))
def test_a_map_is_connected_with_the_papers(j):
    drawn = edges(plot_connected_maps(C3_TABLE, reader=j))
    assert set(drawn) == {f"{i} to {j}" for i in LENET5_C3_READS[j]}


def test_an_input_map_is_connected_with_its_readers():
    drawn = edges(plot_connected_maps(C3_TABLE, read=2))
    assert set(drawn) == {f"2 to {j}" for j, maps in enumerate(LENET5_C3_READS) if 2 in maps}


def test_all_maps_share_their_colours():
    inputs, outputs = np.zeros((6, 14, 14)), np.full((16, 10, 10), 0.5)
    inputs[3, 0, 0] = -2
    (axes,) = plot_connected_maps(C3_TABLE, inputs, outputs).axes
    assert len(axes.get_images()) == 22
    assert {image.get_clim() for image in axes.get_images()} == {(-2, 2)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"reader": 16}, "reader to be a map 0 to 15, got 16"),
        ({"read": 6}, "read to be a map 0 to 5, got 6"),
        ({"inputs": np.zeros((5, 2, 2))}, "inputs: 6 maps, as the table has, got 5"),
    ],
)
def test_connected_maps_that_are_not_there_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        plot_connected_maps(C3_TABLE, **arguments)


def ring_parts(figure):
    """Labels of the filled and of the empty maps, and of the lines between the latter."""
    (axes,) = figure.axes
    maps = [patch for patch in axes.patches if str(patch.get_label()).startswith("map ")]
    filled = [patch.get_label() for patch in maps if patch.get_facecolor()[3] > 0]
    empty = [patch.get_label() for patch in maps if patch.get_facecolor()[3] == 0]
    return filled, empty, [line.get_label() for line in axes.get_lines()]


@pytest.mark.parametrize("j", [12, 13, 14])
def test_a_ring_fills_what_the_papers_column_reads(j):
    filled, empty, lines = ring_parts(plot_rings({f"column {j}": LENET5_C3_READS[j]}, 6))
    left_out = sorted(set(range(6)) - set(LENET5_C3_READS[j]))
    assert filled == [f"map {i}" for i in sorted(LENET5_C3_READS[j])]
    assert empty == [f"map {i}" for i in left_out]
    assert lines == ["{} and {}".format(*left_out)]


def test_rings_wrap_into_rows():
    one, four = (plot_rings({str(i): [0] for i in range(n)}, 3) for n in (1, 4))
    assert four.get_figheight() > one.get_figheight() + 1


@pytest.mark.parametrize(
    ("reads", "size", "message"),
    [
        ({}, 6, "got 0 rings of 6"),
        ({"a": [0]}, 1, "2 to 8 maps, got 1 rings of 1"),
        ({"a": [6]}, 6, r"maps 0 to 5 in 'a', got \[6\]"),
    ],
)
def test_wrong_rings_are_refused(reads, size, message):
    with pytest.raises(ValueError, match=message):
        plot_rings(reads, size)
