"""The line of years: dots to scale, words in order."""

import numpy as np
import pytest

from lessonlib.viz import plot_timeline
from lessonlib.viz.style import LINE_COLORS

YEARS = [1958, 1986, 1989, 1989, 1996]
WORDS = ["one", "two", "three", "four", "five"]


def dots(figure):
    """Each event's dot, by its heights in the figure."""
    return [line for line in figure.axes[0].get_lines() if line.get_label().isdigit()]


def test_dots_are_at_their_years_to_scale():
    heights = [dot.get_ydata()[0] for dot in dots(plot_timeline(YEARS, WORDS))]
    per_year = np.diff(heights)[[0, 1, 3]] / np.diff(YEARS)[[0, 1, 3]]
    assert np.allclose(per_year, per_year[0])
    assert per_year[0] > 0
    assert heights[2] == heights[3]


def test_words_are_in_order_and_apart_beside_their_year():
    texts = {text.get_text(): text for text in plot_timeline(YEARS, WORDS).axes[0].texts}
    heights = [texts[word].get_position()[1] for word in WORDS]
    assert min(np.diff(heights)) >= 16
    assert texts["1958"].get_position()[1] == heights[0]


def test_many_events_in_the_last_year_stay_in_the_figure():
    figure = plot_timeline([1950, *[1999] * 8], [f"event {i}" for i in range(9)])
    lowest = max(text.get_position()[1] for text in figure.axes[0].texts)
    assert lowest < figure.get_figheight() * 72


def test_marked_events_are_bold_and_filled_in_another_colour():
    figure = plot_timeline(YEARS, WORDS, marked=[2])
    bold = [t.get_text() for t in figure.axes[0].texts if t.get_weight() == "bold"]
    assert bold == ["1989", "three"]
    filled = [dot.get_markerfacecolor() == LINE_COLORS["vermillion"] for dot in dots(figure)]
    assert filled == [False, False, True, False, False]


@pytest.mark.parametrize(
    ("years", "words", "marked", "message"),
    [
        ([1958], ["one"], [], "at least two years"),
        ([1958, 1989], ["one"], [], "got 2 and 1"),
        ([1989, 1958], ["one", "two"], [], "years in order"),
        ([1989, 1989], ["one", "two"], [], "not all the same"),
        ([1958, 1989], ["one", "two"], [2], "places 0 to 1"),
    ],
)
def test_what_makes_no_line_is_refused(years, words, marked, message):
    with pytest.raises(ValueError, match=message):
        plot_timeline(years, words, marked=marked)
