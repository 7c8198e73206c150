"""Histories, curves and bars show the numbers they were given."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from lessonlib.viz import plot_bars, plot_curves, plot_dots, plot_history
from tests.unit.viz_examples import history


def lines(axes):
    return {line.get_label(): line for line in axes.get_lines()}


def names(figure):
    """The names at the ends of lines, from the figure's own texts."""
    return sorted(text.get_text() for text in figure.texts)


def test_history_shows_loss_and_error_in_percent():
    table = history()
    loss, error = plot_history(SimpleNamespace(table=table)).axes
    assert np.array_equal(lines(loss)["train"].get_ydata(), table["train_loss"])
    assert np.allclose(lines(error)["test"].get_ydata(), 100 * table["test_error"])
    assert np.array_equal(lines(error)["test"].get_xdata(), table["epoch"])
    assert (loss.get_ylabel(), error.get_ylabel(), error.get_xlabel()) == (
        "train loss, log scale",
        "test error (%), log scale",
        "epoch",
    )


def test_training_and_test_differ_without_colour():
    table = history().assign(train_error=0.01)
    _, error = plot_history(table).axes
    train, test = lines(error)["train"], lines(error)["test"]
    assert train.get_linestyle() != test.get_linestyle()
    assert train.get_markerfacecolor() != test.get_markerfacecolor()


def test_a_panel_is_logarithmic_where_that_helps():
    loss, error = plot_history(history(epochs=3)).axes  # loss falls 9-fold, error 3-fold
    assert (loss.get_yscale(), error.get_yscale()) == ("log", "linear")
    zero = history().assign(test_error=[0.5, 0.1, 0.01, 0.0, 0.0, 0.0])
    assert plot_history(zero).axes[1].get_yscale() == "linear"


def test_histories_are_compared_by_colour_and_marker():
    figure = plot_history({"one": history(), "two": history(3)})
    drawn = lines(figure.axes[0])
    assert set(drawn) == {"one, train", "two, train"}
    assert drawn["one, train"].get_color() != drawn["two, train"].get_color()
    assert drawn["one, train"].get_marker() != drawn["two, train"].get_marker()
    assert names(figure) == ["one, test", "one, train", "two, test", "two, train"]


def test_one_epoch_and_no_test_set_are_drawn():
    table = history(1).drop(columns="test_error")
    figure = plot_history(table)
    assert len(figure.axes) == 1
    figure.draw_without_rendering()


def test_two_lines_are_named_at_their_ends_and_one_by_the_axis():
    assert names(plot_history(history())) == []
    figure = plot_history(history().assign(train_error=0.01))
    assert names(figure) == ["test", "train"]
    assert figure.axes[0].get_ylabel() == "train loss, log scale"
    assert figure.axes[1].get_ylabel() == "error (%), log scale"


def test_names_stand_at_the_height_of_their_ends():
    curves = {"high": [1, 9], "low": [2, 0], "middle": [3, 5]}
    figure = plot_curves([0, 1], curves, xlabel="x", ylabel="y")
    heights = {text.get_text(): text.get_position()[1] for text in figure.texts}
    assert heights["high"] > heights["middle"] > heights["low"]
    assert figure.legends == []


def test_names_that_do_not_fit_become_a_legend_and_the_axes_keep_their_height():
    many = {f"curve {i} with a longer name": [i, i + 1] for i in range(9)}
    figure = plot_curves([0, 1], many, xlabel="x", ylabel="y")
    few = plot_curves([0, 1], {"one": [0, 1]}, xlabel="x", ylabel="y")
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == list(many)
    tall, usual = (f.axes[0].get_position().height * f.get_figheight() for f in (figure, few))
    assert tall == pytest.approx(usual, rel=0.1)


def test_curves_that_end_in_one_place_are_named_below_if_asked():
    ends = {"j = 2": [1, 0], "j = 5": [1, 0]}
    figure = plot_curves([0, 1], ends, xlabel="distance", ylabel="push", legend=True)
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == list(ends)
    assert names(figure) == []


def test_one_curve_has_neither_name_nor_legend():
    figure = plot_curves([0, 1], {"only": [1, 2]}, xlabel="x", ylabel="y")
    assert (names(figure), figure.legends) == ([], [])


def test_history_is_not_changed():
    table = history()
    before = table.copy()
    plot_history(table)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    "nothing", [history(0), history().drop(columns="epoch"), [1, 2], SimpleNamespace(table=None)]
)
def test_histories_without_epochs_are_refused(nothing):
    with pytest.raises(ValueError, match="a column `epoch` and at least one row"):
        plot_history(nothing)


def test_histories_without_losses_are_refused():
    with pytest.raises(ValueError, match="with losses or errors, got none"):
        plot_history(history()[["epoch", "seconds"]])
    with pytest.raises(ValueError, match="with losses or errors, got none"):
        plot_history({})


def test_runs_are_a_mean_and_dots_of_its_colour():
    runs = np.array([[1.0, 2.0], [3.0, 6.0]])
    (axes,) = plot_curves([10, 20], {"net": runs}, xlabel="x", ylabel="y").axes
    mean, *dots = axes.get_lines()
    assert np.array_equal(mean.get_ydata(), [2, 4])
    assert np.array_equal([line.get_ydata() for line in dots], runs)
    assert {line.get_linestyle() for line in dots} == {"None"}
    assert {line.get_color() for line in dots} == {mean.get_color()}


def test_runs_over_many_places_are_thin_lines():
    (axes,) = plot_curves(range(50), {"net": np.ones((3, 50))}, xlabel="x", ylabel="y").axes
    mean, *runs = axes.get_lines()
    assert [line.get_linestyle() for line in runs] == ["-"] * 3
    assert all(line.get_linewidth() < mean.get_linewidth() for line in runs)


def test_whole_places_have_whole_ticks():
    (axes,) = plot_curves(range(4), {"a": [0.5, 1, 2, 3]}, xlabel="shift (px)", ylabel="y").axes
    assert all(float(tick).is_integer() for tick in axes.get_xticks())
    sizes = plot_curves([100, 400, 1600], {"a": [3, 2, 1]}, xlabel="n", ylabel="y", xlog=True)
    assert list(sizes.axes[0].get_xticks()) == [100, 400, 1600]


def test_curves_differ_without_colour():
    curves = {str(i): [i, i + 1] for i in range(6)}
    (axes,) = plot_curves([0, 1], curves, xlabel="x", ylabel="y").axes
    looks = {(line.get_linestyle(), line.get_marker()) for line in axes.get_lines()}
    assert len(looks) == 6


def test_axes_are_logarithmic_where_told():
    (axes,) = plot_curves(
        [1, 10], {"a": [1, 9]}, xlabel="pictures", ylabel="error (%)", title="T", xlog=True
    ).axes
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "linear")
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("pictures, log scale", "error (%)")


@pytest.mark.parametrize(
    ("x", "curves", "log", "message"),
    [
        ([1, 2], {}, False, "at least one curve"),
        ([1, 2], {"a": [1, 2, 3]}, False, r"expected a over 2 places, got shape \(1, 3\)"),
        ([[1, 2]], {"a": [1, 2]}, False, r"expected x \(P,\), got shape \(1, 2\)"),
        ([1, 2], {"a": [0, 2]}, True, "expected a above 0 on a logarithmic axis, got 0"),
        ([1, 2], {"a": [np.inf, 2]}, False, "finite numbers"),
    ],
)
def test_wrong_curves_are_refused(x, curves, log, message):
    with pytest.raises(ValueError, match=message):
        plot_curves(x, curves, xlabel="x", ylabel="y", ylog=log)


def test_bars_are_as_long_as_their_counts_and_say_them():
    figure = plot_bars({"c1": 156, "c5": 48_120, "output": 0}, xlabel="parameters")
    (axes,) = figure.axes
    assert [bar.get_width() for bar in axes.patches] == [156, 48_120, 0]
    assert [text.get_text() for text in axes.texts] == ["156", "48,120", "0"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["c1", "c5", "output"]


def test_logarithmic_bars_start_at_one_and_end_at_their_counts():
    counts = {"few": {"a": 0, "b": 1}, "many": {"a": 10, "b": 1000}}
    (axes,) = plot_bars(counts, xlabel="count", log=True).axes
    assert axes.get_xlim()[0] == 1
    assert [bar.get_x() + bar.get_width() for bar in axes.patches] == [1, 1, 10, 1000]
    assert {bar.get_hatch() for bar in axes.patches} == {"", "///"}


def test_a_bar_of_several_runs_is_their_mean_with_a_dot_for_each():
    (axes,) = plot_bars({"LeNet": [6.0, 8.0], "MLP": [9.0, 9.5]}, xlabel="error (%)").axes
    assert [bar.get_width() for bar in axes.patches] == [7.0, 9.25]
    assert [list(line.get_xdata()) for line in axes.get_lines()] == [[6.0, 8.0], [9.0, 9.5]]
    assert [text.get_text() for text in axes.texts] == ["7", "9.25"]


def test_series_of_runs_have_a_colour_each():
    counts = {
        "LeNet": {"in order": [7, 6], "shuffled": [21, 27]},
        "MLP": {"in order": 9, "shuffled": 9},
    }
    (axes,) = plot_bars(counts, xlabel="error (%)").axes
    colors = [bar.get_facecolor() for bar in axes.patches]
    assert colors[0] == colors[1] != colors[2] == colors[3]


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({}, "at least one count"),
        ({"a": -1}, r"counts of 0 or more .* got \{'a': -1\}"),
        ({"a": float("nan")}, "counts of 0 or more"),
        ({"s": {"a": 1}, "t": {"b": 1}}, r"expected the names \['a'\] in series 't', got \['b'\]"),
        ({str(i): {"a": 1} for i in range(5)}, "1 to 4 series"),
        ({f"seed {i}": {"a": 1} for i in range(3)}, "networks or methods.* they become dots"),
        ({"a": [1, -2]}, "counts of 0 or more"),
        ({"a": []}, "counts of 0 or more"),
    ],
)
def test_wrong_counts_are_refused(counts, message):
    with pytest.raises(ValueError, match=message):
        plot_bars(counts, xlabel="count")


def test_dots_show_every_run_and_the_mean():
    runs = {"as printed": [1.1, 0.9, 1.15], "full": [1.0]}
    (axes,) = plot_dots(runs, xlabel="error (%)").axes
    drawn = {"_mean": [], "_runs": []}
    for line in axes.get_lines():
        drawn[line.get_label()].append(list(line.get_xdata()))
    assert drawn["_runs"] == [[0.9, 1.1, 1.15], [1.0]]
    assert [means[0] for means in drawn["_mean"]] == pytest.approx([1.05, 1.0])
    assert [text.get_text() for text in axes.texts] == ["1.05", "1.00", "mean"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == list(runs)
    low, high = axes.get_xlim()
    assert 0.8 < low < 0.9
    assert 1.15 < high < 1.25


def test_a_mean_just_below_0_has_no_sign():
    (axes,) = plot_dots({"as it is": [-0.02, 0.01]}, xlabel="points", decimals=1).axes
    assert axes.texts[0].get_text() == "0.0"


def test_no_dot_hides_another():
    (axes,) = plot_dots({"full": [1.02, 1.14, 1.02, 1.021]}, xlabel="error (%)").axes
    (dots,) = [line for line in axes.get_lines() if line.get_label() == "_runs"]
    places = list(zip(*dots.get_data(), strict=True))
    assert len(set(places)) == len(places)
    heights = dots.get_ydata()
    assert len(set(heights[:3])) == 3
    assert heights[3] == 0


def test_one_run_alone_is_drawn():
    (axes,) = plot_dots({"full": 0}, xlabel="error (%)").axes
    low, high = axes.get_xlim()
    assert low < 0 < high


@pytest.mark.parametrize(
    ("runs", "message"),
    [
        ({}, "at least one name"),
        ({"a": []}, r"a: \(R,\) runs"),
        ({"a": [1, np.nan]}, "finite numbers"),
    ],
)
def test_wrong_runs_are_refused(runs, message):
    with pytest.raises(ValueError, match=message):
        plot_dots(runs, xlabel="error (%)")
