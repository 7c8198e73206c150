"""Redrawn digits: a part of the table of `scripts/read_table.py`, small enough for every run."""

import numpy as np
import pandas as pd
import pytest
from read_table import (
    LIGHTS,
    THICKNESSES,
    by_cell,
    digits_to_redraw,
    in_words,
    own_error,
    read_redrawn,
    ways_to_draw,
)
from redrawn_digits import PAPER, Drawing, pen_paths, photographed, thinned


@pytest.fixture(scope="module")
def digits():
    return digits_to_redraw(20)


@pytest.fixture(scope="module")
def table(digits):
    """Each of 20 digits in two or three of the 36 ways."""
    return read_redrawn(digits, ways_to_draw(20)[::13])


def test_thinning_leaves_lines_of_one_pixel_that_hang_together():
    bar = np.zeros((1, 20, 40), bool)
    bar[0, 7:12, 5:35] = True
    thin = thinned(bar)
    assert thin.sum(1).max() == 1
    assert thin[0, 9].sum() >= 24
    assert not thin[~bar].any()


def test_a_pen_path_has_one_as_its_longer_side(digits):
    for path in pen_paths(digits.images[:4, 0].numpy()):
        assert np.ptp(path.points, 0).max() == pytest.approx(1)
        assert set(path.joined.ravel()) == set(range(len(path.points)))


def test_a_seed_gives_the_same_photograph_and_another_another(digits):
    (path,) = pen_paths(digits.images[:1, 0].numpy())
    drawing = Drawing(0.1, 110, 0.2, "shadow", 3)
    assert photographed(path, drawing) == photographed(path, drawing)
    assert photographed(path, drawing) != photographed(path, Drawing(0.1, 110, 0.2, "shadow", 4))


def test_every_way_is_drawn_in_every_light():
    ways = ways_to_draw(30)
    assert len(ways) == 36 * 30
    assert len({drawing.seed for _, drawing in ways}) == len(ways)
    lights = pd.Series([drawing.light for _, drawing in ways]).value_counts()
    assert set(lights.index) == set(LIGHTS)
    assert lights.nunique() == 1
    assert {drawing.thickness for _, drawing in ways} == set(THICKNESSES)
    assert PAPER == (400, 600)


def test_redrawn_digits_are_read_and_without_the_step_they_are_not(table):
    assert len(table) == 56
    assert table["step"].mean() > 0.9
    assert table["shrunk"].mean() < 0.3
    assert table["inverted"].mean() < 0.4


def test_the_table_in_words(table, digits):
    words = in_words(table, own_error(digits))
    assert words.startswith("20 digits, each in ")
    for name in ("all", "thickness 0.04", "size 240", "slant -0.3", "light shadow"):
        assert f"| {name} | " in words
    assert len(by_cell(table)) <= 36
