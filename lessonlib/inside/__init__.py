"""What a trained network does, measured: its kernels, its maps, its errors, rows of digits."""

from lessonlib.inside.errors import Gathered, confusions, gather_by_writer, sorted_mistakes
from lessonlib.inside.gabor import GaborFit, fit_gabor, other_kernels
from lessonlib.inside.knockout import Knockouts, knock_out_each, knocked_out, mean_maps
from lessonlib.inside.rows import (
    Reading,
    RowReader,
    RowScore,
    fit_reader,
    mistakes,
    score_reader,
)

__all__ = [
    "GaborFit",
    "Gathered",
    "Knockouts",
    "Reading",
    "RowReader",
    "RowScore",
    "confusions",
    "fit_gabor",
    "fit_reader",
    "gather_by_writer",
    "knock_out_each",
    "knocked_out",
    "mean_maps",
    "mistakes",
    "other_kernels",
    "score_reader",
    "sorted_mistakes",
]
