"""Figures of chapter 6: distances between codes, and reliability."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from lessonlib.viz import plot_matrix, plot_reliability
from tests.unit.viz_examples import unsure

APART = np.array([[0, 12, 30], [12, 0, 41], [30, 41, 0]])


def squares(figure):
    """Strength of each square's colour, in reading order."""
    return [p.get_facecolor()[3] for p in figure.axes[0].patches if isinstance(p, Rectangle)]


def test_matrix_writes_each_number_and_name():
    figure = plot_matrix(APART, rows=("six", "eight", "two"), columns="682", note_above="pixels")
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert sorted(texts) == sorted(
        [str(n) for n in APART.ravel()] + ["six", "eight", "two", "6", "8", "2", "pixels"]
    )


def test_matrix_shades_the_largest_or_the_smallest():
    look = {"rows": "682", "columns": "682"}
    large = np.reshape(squares(plot_matrix(APART, **look)), (3, 3))
    small = np.reshape(squares(plot_matrix(APART, **look, small_is_dark=True)), (3, 3))
    assert np.argmax(large) == np.argmax(APART)
    assert large[0, 0] == 0
    assert small[0, 0] == small.max()
    assert small[1, 2] == 0


@pytest.mark.parametrize(
    ("values", "message"),
    [(APART[:2], "as named, got shape \\(2, 3\\)"), (-APART, "smallest number of -41")],
)
def test_matrix_refuses_other_shapes_and_negative_numbers(values, message):
    with pytest.raises(ValueError, match=message):
        plot_matrix(values, rows="682", columns="682")


def test_matrix_refuses_numbers_that_would_touch():
    with pytest.raises(ValueError, match="fewer columns or shorter numbers"):
        plot_matrix(np.full((1, 10), 123_456), rows="a", columns="abcdefghij")


def test_reliability_draws_each_networks_points():
    axes = plot_reliability({"LeNet-5": unsure()}).axes[0]
    _, points = axes.get_lines()  # the first says: as right as sure
    assert np.allclose(points.get_xdata(), unsure().confidence)
    assert np.allclose(points.get_ydata(), unsure().accuracy)


def test_reliability_bars_reach_over_what_fits_the_answers():
    axes = plot_reliability({"LeNet-5": unsure()}).axes[0]
    (bars,) = axes.collections
    ends = np.array([segment[:, 1] for segment in bars.get_segments()])
    assert np.allclose(ends.T, np.stack(unsure().interval))


def test_reliability_names_its_lines_below_where_no_curve_hides_them():
    figure = plot_reliability({"LeNet-5": unsure()})
    named = [text.get_text() for text in figure.legends[0].get_texts()]
    assert named == ["as right as sure", "LeNet-5"]
    assert not figure.axes[0].texts


def test_reliability_refuses_no_network():
    with pytest.raises(ValueError, match="expected 1 to 6 networks"):
        plot_reliability({})
