"""Chapter 4: tables of connections as learners write and count them."""

import random
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from lessonlib.checks.function import EXACT, Function
from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake
from lessonlib.checks.reading import as_scalar
from lessonlib.checks.runners import as_function
from lessonlib.checks.table_reading import as_matrix, as_strings, read_table
from lessonlib.checks.task import Task, register
from lessonlib.layers import TableConv2d
from lessonlib.layers.table_conv import C3_TABLE


def neighbours(maps: int, column: int, count: int) -> set[int]:
    """So many input maps from number `column` on, going on at 0 after the last."""
    return {(column + step) % maps for step in range(count)}


def rule_columns(maps: int) -> list[set[int]]:
    """The maps that each column reads: columns 0 to 11 and 15 of table I, where there are six.

    Three neighbours for each first map, four for each first map, and all.
    """
    threes, fours = ([neighbours(maps, c, n) for c in range(maps)] for n in (3, 4))
    return [*threes, *fours, set(range(maps))]


def _of(columns: Callable[[int], Sequence[set[int]]]) -> Callable[[int], Tensor]:
    """A function that makes the matrix of other columns."""
    return lambda maps: as_matrix(columns(maps), maps)


def _each(change: Callable[[set[int], int], set[int]]) -> Callable[[int], Tensor]:
    """The rule's columns, each of them changed."""
    return _of(lambda maps: [change(column, maps) for column in rule_columns(maps)])


def _cut(maps: int) -> list[set[int]]:
    ends = [(c, n) for n in (3, 4) for c in range(maps)]
    return [*({*range(c, min(c + n, maps))} for c, n in ends), set(range(maps))]


def _only_inside(maps: int) -> list[set[int]]:
    ends = [(c, n) for n in (3, 4) for c in range(maps - n + 1)]
    return [*({*range(c, c + n)} for c, n in ends), set(range(maps))]


def _groups(*order: int) -> Callable[[int], Tensor]:
    """The three groups of columns (0: threes, 1: fours, 2: all) in another order."""

    def columns(maps: int) -> list[set[int]]:
        every = rule_columns(maps)
        groups = [every[:maps], every[maps:-1], every[-1:]]
        return [column for n in order for column in groups[n]]

    return _of(columns)


_RIGHT = _of(rule_columns)
_TABLE_I = read_table(list(C3_TABLE))
BUILD_MISTAKES = (
    Mistake(lambda maps: _RIGHT(maps).T, "Nearly: is it one string per input map, or per output "
            "map?", 0.75),
    Mistake(_of(_cut), "Nearly: column 4 of table I reads three maps, too. Which comes after the "
            "last?", 0.5),
    Mistake(_of(_only_inside), "Nearly: how many columns with three maps has table I, and where "
            "do the last of them go on?", 0.5),
    Mistake(_groups(0, 1), "Nearly: which column of table I reads everything?", 0.75),
    Mistake(_groups(0, 2), "Do the columns after the first group read three maps as well?", 0.25),
    Mistake(_groups(1, 2), "And the columns that read three maps?", 0.25),
    Mistake(_groups(1, 0, 2), "Nearly: which group of columns comes first in table I?", 0.5),
    Mistake(_groups(2, 0, 1), "Nearly: where in table I is the column that reads all?", 0.5),
    Mistake(_each(lambda column, maps: {(row + 1) % maps for row in column}),
            "Nearly: which maps does column 0 of table I read?", 0.5),
    Mistake(_each(lambda column, maps: {(row - 1) % maps for row in column}),
            "Nearly: is column 0 of table I centred on map 0?", 0.5),
    Mistake(lambda maps: 1 - _RIGHT(maps), "Nearly: what does an `X` say?", 0.5),
    Mistake(lambda maps: _TABLE_I, "That is table I, for every number of maps. Which of its "
            "columns follow the rule, and how does the rule go on with more maps?", 0.25),
)  # fmt: skip


def _shape_hint(given: tuple[int, ...], right: tuple[int, ...]) -> str:
    if given[0] != right[0]:
        return f"There are {right[0]} input maps, and a table has one string for each."
    return "Count the columns of each group: how many read three maps, four, and all?"


BUILD = Function(
    form="build_table(maps)",
    right=_RIGHT,
    mistakes=BUILD_MISTAKES,
    praise="With six maps it gives columns 0 to 11 and 15 of table I.",
    read=lambda value, case: read_table(value),
    shape_hint=_shape_hint,
    tolerance=EXACT,
)


def build_cases(seed: int) -> list[Case]:
    """Six maps, as table I has, and two other numbers."""
    others = random.Random(seed).sample([5, 7, 8, 9, 10], 2)
    return [Case(f"{maps} maps", (maps,)) for maps in (6, *others)]


# The parameters of any table


def _counted(count: Callable[[Tensor, int], float]) -> Callable[[Sequence[str], int], Tensor]:
    return lambda table, side: torch.tensor(float(count(read_table(list(table)), side)),
                                            dtype=torch.float64)  # fmt: skip


def _right_count(table: Sequence[str], side: int) -> Tensor:
    layer = TableConv2d(table, side)
    return torch.tensor(float(sum(p.numel() for p in layer.parameters())), dtype=torch.float64)


COUNT = Function(
    form="table_parameters(table, side)",
    right=_right_count,
    mistakes=[
        Mistake(_counted(lambda t, k: t.numel() * k**2 + t.shape[1]), "Nearly: does each output "
                "map read every input map?", 0.5),
        Mistake(_counted(lambda t, k: t.sum() * k**2), "Nearly: what else does an output map "
                "train, besides its kernels?", 0.5),
        Mistake(_counted(lambda t, k: t.sum() * (k**2 + 1)), "Nearly: how many biases does an "
                "output map have that reads four maps?", 0.5),
        Mistake(_counted(lambda t, k: t.sum() * k**2 + 1), "Nearly: do all output maps share one "
                "bias?", 0.5),
        Mistake(_counted(lambda t, k: t.sum() * k**2 + t.shape[0]), "Nearly: is it the rows of "
                "the table that have a bias, or its columns?", 0.5),
        Mistake(_counted(lambda t, k: t.sum() * k + t.shape[1]), "Nearly: how many weights has a "
                "kernel of this side?", 0.5),
        Mistake(_counted(lambda t, k: t.sum()), "Those are the connections of maps. What does "
                "each of them cost?", 0.25),
        Mistake(_counted(lambda t, k: (t.numel() - t.sum()) * k**2 + t.shape[1]), "You count the "
                "dots. What does an `X` say?", 0.25),
    ],
    praise="One kernel for each X, and one bias for each column.",
    read=lambda value, case: as_scalar(value),
    tolerance=EXACT,
)  # fmt: skip


def count_cases(seed: int) -> list[Case]:
    """Tables of several shapes in which every output map reads something; the last is table I."""
    draw = random.Random(seed)
    cases = []
    for _ in range(3):
        maps = draw.randint(3, 6)
        columns = [
            set(draw.sample(range(maps), draw.randint(1, maps - 1)))
            for _ in range(maps + draw.randint(2, 6))
        ]
        table, side = as_strings(as_matrix(columns, maps)), draw.choice([2, 3, 4, 7])
        cases.append(Case(f"a table of {maps} rows, kernel {side}x{side}", (table, side)))
    return [*cases, Case("table I", (list(C3_TABLE), 5))]


register(
    Task(
        "04.build_table",
        points=4,
        cases=build_cases,
        run=as_function(),
        judge=BUILD,
        hints=(
            "Write down which maps columns 0 to 5 of table I read, column by column. What happens "
            "at column 4?",
            "Each column of the first two groups begins with the map that has the column's place "
            "in its group, and goes on from there. After the last map comes the first one again, "
            "and `%` counts like that.",
            "First make a list of sets, one per column. A row is then the string that has, for "
            "each column, an `X` where the set holds the row's number and a `.` where it does not.",
        ),
        reasoning=(
            "For each first map there is one column with three neighbours and one with four, in a "
            "ring, so every map below is read equally often. The last column reads all. Columns "
            "12 to 14 of table I do not follow from this rule; there, something was chosen."
        ),
    )
)
register(
    Task(
        "04.table_parameters",
        points=2,
        cases=count_cases,
        run=as_function(),
        judge=COUNT,
        hints=(
            "What does one `X` cost, and what does an output map cost that reads only one map?",
            "An `X` stands for one kernel, so count them: a string has a method `count`. What an "
            "output map has only once does not depend on how many maps it reads.",
            "Kernels times weights per kernel, plus one bias for each output map. The output maps "
            "are the columns, so their number is the length of a row.",
        ),
        reasoning=(
            "The layer keeps one kernel for each X and one bias for each column, and nothing for a "
            "dot. Where the X are makes no difference to the count."
        ),
    )
)
