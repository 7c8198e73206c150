"""Redrawn digits: a part of the table of `scripts/read_table.py`, small enough for every run."""

import numpy as np
import pandas as pd
import pytest
import torch
from read_table import (
    LIGHTS,
    THICKNESSES,
    by_cell,
    digits_to_redraw,
    in_words,
    own_error,
    own_rejected,
    read_redrawn,
    ways_to_draw,
)
from redrawn_digits import PAPER, Drawing, _with_open_loops, pen_paths, photographed, thinned

from lessonlib.data.lean import slant

WORST_CELL = 0.9  # right, at least: the goal of the whole table, as is the next
POINTS = 0.01  # of error, at most, above the digits themselves


@pytest.fixture(scope="module")
def digits():
    return digits_to_redraw(20)


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


@pytest.fixture(scope="module")
def hard():
    """90 of the 500 digits, drawn in four ways, and what is hard in them.

    Those that lean most are drawn leaning farther, and others with the thinnest and thickest pen.
    """
    digits = digits_to_redraw()
    order = np.argsort([slant(image > 127) for image in digits.images[:, 0].numpy()])
    spread = np.arange(15) * len(digits) // 15
    chosen = np.concatenate([order[:30], order[-30:], spread, spread])
    ways = [(0.08, 110, -0.3)] * 30 + [(0.08, 110, 0.3)] * 30
    ways += [(0.04, 48, 0.0)] * 15 + [(0.18, 240, 0.0)] * 15
    drawings = [(i, Drawing(*way, LIGHTS[i % 3], 7_000 + i)) for i, way in enumerate(ways)]
    digits = digits.take(torch.from_numpy(chosen))
    return digits, read_redrawn(digits, drawings)


def test_the_tables_goals_are_met_where_it_is_hard(hard):
    digits, table = hard
    assert 1 - table["step"].mean() <= own_error(digits) + POINTS
    assert by_cell(table)["step"].min() >= WORST_CELL


def test_without_the_step_redrawn_digits_are_not_read(hard):
    _, table = hard
    assert table["shrunk"].mean() < 0.3
    assert table["inverted"].mean() < 0.4


def test_a_filled_loop_is_drawn_open_and_a_crossing_stays_whole():
    rows, columns = np.indices((80, 80)) - 40
    bars = (abs(rows) < 4) | (abs(columns) < 4)
    assert (_with_open_loops(bars) == bars).all()
    blot = (rows + 12) ** 2 + columns**2 < 14**2
    stem = (abs(columns - 10) < 4) & (rows > -12) & (rows < 30)
    opened = _with_open_loops(blot | stem)
    assert not opened[28, 40]
    assert opened[60, 50]
    assert blot.sum() > 2 * (blot & ~opened).sum() > 0


def test_the_table_in_words(hard):
    digits, table = hard
    words = in_words(table, digits)
    assert words.startswith("90 digits, each in 4 ways (90 pictures)")
    assert f"{100 * own_rejected(digits):.1f} % are none of these" in words
    for name in ("all", "thickness 0.04", "size 240", "slant -0.3", "light shadow"):
        assert f"| {name} | " in words
