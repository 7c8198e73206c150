"""Panels share their scale; sums are counted where they lie."""

import numpy as np
import pytest
import torch

from lessonlib.viz import plot_panels, plot_sums

PANELS = {"tanh": {"small": [1, 1e-8], "large": [1, 2]}, "relu": {"small": [3, 4], "large": [5, 6]}}


def panels(**changes):
    options = {"xlabel": "layer", "ylabel": "gradient"} | changes
    return plot_panels(options.pop("x", [1, 2]), options.pop("panels", PANELS), **options)


def test_every_curve_is_in_its_panel():
    figure = panels(title="Found")
    tanh, relu = figure.axes
    assert [axes.get_title(loc="left") for axes in (tanh, relu)] == ["tanh", "relu"]
    for axes, curves in ((tanh, PANELS["tanh"]), (relu, PANELS["relu"])):
        drawn = {line.get_label(): list(line.get_ydata()) for line in axes.get_lines()}
        assert drawn == curves
    assert tanh.get_ylim() == relu.get_ylim()
    assert len(figure.legends) == 1


def test_many_powers_of_ten_have_few_ticks():
    axes = panels(ylog=True).axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert len(labels) <= 6
    assert "1" in labels
    assert any(label.startswith("1e−") for label in labels)


def test_an_odd_panel_leaves_a_place_empty():
    figure = panels(panels={name: {"one": [1, 2]} for name in "abc"})
    assert [axes.get_xlabel() for axes in figure.axes] == ["", "layer", "layer"]
    assert not figure.legends


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"panels": {}}, "at least one panel"),
        ({"x": [1, 2, 3]}, "tanh, small over 3 places"),
        (
            {"panels": {"a": {"one": [1, 2]}, "b": {"two": [1, 2]}}},
            "curves .'one'. in panel 'b'",
        ),
        ({"panels": {"a": {"one": [1, 0]}}, "ylog": True}, "a, one above 0 .* got 0"),
        ({"panels": {"a": {"one": [1, float("nan")]}}}, "finite numbers"),
    ],
)
def test_panels_that_cannot_be_drawn_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        panels(**changes)


def test_the_curve_is_the_activations_own():
    curve = plot_sums(torch.tanh, {"C1": [0.0]}).axes[0].get_lines()[0]
    np.testing.assert_allclose(curve.get_ydata(), np.tanh(curve.get_xdata()))


def test_sums_are_counted_where_they_lie_and_those_beyond_in_the_outermost_bars():
    figure = plot_sums(torch.tanh, {"C1": [0.01] * 4 + [99.0] * 2}, limits=(-3, 3), marked=(1,))
    values = figure.axes[1].patches[0].get_data().values
    assert values[30] == 1
    assert values[-1] == 0.5
    assert values.sum() == 1.5
    assert figure.axes[1].get_ylabel() == "C1"


@pytest.mark.parametrize(("sums", "limits"), [({}, (-1, 1)), ({"C1": [0.0]}, (1, -1))])
def test_sums_that_cannot_be_drawn_are_refused(sums, limits):
    with pytest.raises(ValueError, match="at least one layer and low < high"):
        plot_sums(torch.tanh, sums, limits=limits)
