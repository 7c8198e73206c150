"""Chapter 4's checks: right answers pass, and each common mistake gets a hint."""

from collections.abc import Callable

import numpy as np
import paper_tables
import pytest
import torch
from check_examples import check, points_and_words

from lessonlib.checks import TASKS, cases_of, given
from lessonlib.checks.tasks import printed_table, zipnet_counts
from lessonlib.layers import C3_TABLE

SEEDS = range(4)


# H1 and H2


def test_the_counts_of_1989():
    """LeCun et al. 1989: 1,068 and 2,592 parameters."""
    assert zipnet_counts.h1_question(12, 8, 5).right == 1_068
    assert zipnet_counts.h2_question(12, 4, 5, below=12, reads=8).right == 2_592


def h1(maps: int, units: int, window: int) -> dict[str, int]:
    return {
        "right": maps * (window**2 + units**2),
        "one bias a map": maps * (window**2 + 1),
        "no bias": maps * window**2,
        "no sharing": maps * units**2 * (window**2 + 1),
        "one map": window**2 + units**2,
    }


def h2(maps: int, units: int, window: int, below: int, reads: int) -> dict[str, int]:
    return {
        "right": maps * (reads * window**2 + units**2),
        "all read": maps * (below * window**2 + units**2),
        "one bias a map": maps * (reads * window**2 + 1),
        "one map below": maps * (window**2 + units**2),
        "no bias": maps * reads * window**2,
    }


@pytest.mark.parametrize(("task", "count"), [("04.h1_parameters", h1), ("04.h2_parameters", h2)])
def test_parameters_of_a_layer_of_1989(task: str, count: Callable[..., dict[str, int]]):
    said = {"one bias a map": "one bias", "all read": "read all maps", "no bias": "every weight"}
    for seed in SEEDS:
        answers = count(*given(task, seed))
        for name, answer in answers.items():
            points, message = points_and_words(task, answer, seed)
            assert (points == 2) == (name == "right"), (name, message)
            assert said.get(name, "") in message
            assert str(answers["right"]) not in message or name == "right"
    for value in (1_068, 2_592, None, "12", (1, 2)):
        assert check(task, value).points == 0


# The table from its rule


def columns(maps: int) -> list[list[int]]:
    ring = [*range(maps)] * 2
    return [ring[c : c + n] for n in (3, 4) for c in range(maps)] + [ring[:maps]]


def in_strings(maps: int) -> list[str]:
    return ["".join("X" if r in c else "." for c in columns(maps)) for r in range(maps)]


def in_numbers(maps: int) -> list[list[int]]:
    return [[int(r in c) for c in columns(maps)] for r in range(maps)]


FORMS = {
    "strings": in_strings,
    "a tuple": lambda n: tuple(in_strings(n)),
    "one text": lambda n: "\n".join(in_strings(n)),
    "small letters": lambda n: [row.lower() for row in in_strings(n)],
    "lists of marks": lambda n: [list(row) for row in in_strings(n)],
    "blanks": lambda n: [" ".join(row) for row in in_strings(n)],
    "numbers": in_numbers,
    "a tensor": lambda n: torch.tensor(in_numbers(n)),
    "truth values": lambda n: torch.tensor(in_numbers(n)) > 0,
    "an array": lambda n: np.array(in_numbers(n)),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_table_from_its_rule_is_right_in_every_form(form: str):
    for seed in SEEDS:
        points, message = points_and_words("04.build_table", FORMS[form], seed)
        assert points == 4, message


def test_the_rule_gives_thirteen_columns_of_table_one():
    kept = [*range(12), 15]
    paper = [paper_tables.LENET5_C3_READS[column] for column in kept]
    assert [sorted(reads) for reads in columns(6)] == paper


def of(make: Callable[[int], list]) -> Callable[[int], list[str]]:
    return lambda n: ["".join("X" if r in c else "." for c in make(n)) for r in range(n)]


BUILD_MISTAKES = {
    "one string per output map": (
        lambda n: ["".join("X" if r in c else "." for r in range(n)) for c in columns(n)],
        3,
        "per input map",
    ),
    "cut at the edge": (
        of(lambda n: [range(c, min(c + k, n)) for k in (3, 4) for c in range(n)] + [range(n)]),
        2,
        "column 4",
    ),
    "inside only": (
        of(lambda n: [range(c, c + k) for k in (3, 4) for c in range(n - k + 1)] + [range(n)]),
        2,
        "how many columns with three maps",
    ),
    "without the last": (of(lambda n: columns(n)[:-1]), 3, "reads everything"),
    "threes alone": (of(lambda n: [*columns(n)[:n], range(n)]), 1, "three maps as well"),
    "fours first": (
        of(lambda n: columns(n)[n:-1] + columns(n)[:n] + columns(n)[-1:]),
        2,
        "comes first",
    ),
    "begun at 1": (
        of(lambda n: [[(r + 1) % n for r in c] for c in columns(n)]),
        2,
        "column 0 of table I read",
    ),
    "centred": (of(lambda n: [[(r - 1) % n for r in c] for c in columns(n)]), 2, "centred"),
    "turned around": (
        lambda n: [r.translate({88: ".", 46: "X"}) for r in in_strings(n)],
        2,
        "what does an `X` say",
    ),
    "table I": (lambda n: list(C3_TABLE), 1, "That is table I"),
    "six maps alone": (lambda n: in_strings(6), 2, "5 input maps"),
    "nothing": (lambda n: ["." * (2 * n + 1)] * n, 0, "by hand"),
}


@pytest.mark.parametrize("name", BUILD_MISTAKES)
def test_a_mistake_in_the_table_gets_a_hint(name: str):
    answer, points, hint = BUILD_MISTAKES[name]
    for seed in SEEDS:
        got, message = points_and_words("04.build_table", answer, seed)
        assert got == points, message
        if name != "six maps alone":  # its message names the learner's own numbers of maps
            assert hint in message


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda n: None, "returns `None`"),
        (lambda n: [{0, 1}], "one string of `X` and `.`"),
        (lambda n: ["X.", "X"], "all of one length"),
        (lambda n: ["XY"] * n, "one string of `X` and `.`"),
        (lambda n: [[0, 2]] * n, "one string of `X` and `.`"),
        (lambda n: 7, "one string of `X` and `.`"),
        (lambda: [], "cannot be called"),
        (C3_TABLE, "Give the function `build_table(maps)` itself"),
        (None, "still `None`"),
    ],
)
def test_what_is_no_table_gets_a_sentence(answer: object, words: str):
    result = check("04.build_table", answer)
    assert (result.points, words in result.message) == (0, True), result


# Parameters of any table


def counted(count: Callable[[int, int, int, int], float]) -> Callable:
    """A function of the number of X, the rows, the columns, and the side."""
    return lambda t, side: count("".join(t).count("X"), len(t), len(t[0]), side)


COUNTS = {
    "right": (lambda x, r, c, k: x * k * k + c, 2, "bias for each column"),
    "full": (lambda x, r, c, k: r * c * k * k + c, 1, "read every input map"),
    "no bias": (lambda x, r, c, k: x * k * k, 1, "besides its kernels"),
    "a bias per kernel": (lambda x, r, c, k: x * (k * k + 1), 1, "how many biases"),
    "one bias": (lambda x, r, c, k: x * k * k + 1, 1, "share one"),
    "a bias per row": (lambda x, r, c, k: x * k * k + r, 1, "rows of the table"),
    "side not squared": (lambda x, r, c, k: x * k + c, 1, "kernel of this side"),
    "kernels": (lambda x, r, c, k: x, 0.5, "connections of maps"),
    "1,516": (lambda x, r, c, k: 1_516, 1, "Right for table I"),
    "nonsense": (lambda x, r, c, k: 5, 0, "not the number expected"),
}


@pytest.mark.parametrize("name", COUNTS)
def test_parameters_of_any_table(name: str):
    count, points, words = COUNTS[name]
    for seed in SEEDS:
        got, message = points_and_words("04.table_parameters", counted(count), seed)
        assert got == points, message
        assert words in message


def test_the_last_table_is_the_papers():
    *_, (table, side) = (case.inputs for case in cases_of("04.table_parameters", 3))
    reads = [[r for r, row in enumerate(table) if row[c] == "X"] for c in range(16)]
    assert reads == paper_tables.LENET5_C3_READS
    assert counted(COUNTS["right"][0])(table, side) == 1_516


# The printed table


def found(table: list[str]) -> tuple[int, list[int]]:
    """The wrong column, and what it should read."""
    maps = len(table)
    for place, reads in enumerate(columns(maps)):
        if sorted(reads) != [r for r in range(maps) if table[r][place] == "X"]:
            return place, sorted(reads)
    raise AssertionError("no column is wrong")


def test_the_misprint_is_found_and_each_half_has_its_points():
    kinds = set()
    for seed in range(30):
        (table,) = given("04.printed_table", seed)
        place, reads = found(table)
        printed = [r for r in range(len(table)) if table[r][place] == "X"]
        kinds.add(len(printed) - len(reads))
        for answer, points in [
            ((place, reads), 3),
            ([place, tuple(reversed(reads))], 3),
            ((float(place), torch.tensor(reads)), 3),
            ((place, printed), 1),
            ((place, None), 1),
            ((place, "012"), 1),
            ((place, [99]), 1),
            ((place - 1, reads), 0),
            ((place + 1, reads), 0),
            ((999, reads), 0),
        ]:
            assert check("04.printed_table", answer, seed).points == points, (seed, answer)
    assert kinds == {-1, 0, 1}  # missing, moved and extra


def test_one_column_is_misprinted():
    for seed in range(60):
        (table,) = given("04.printed_table", seed)
        maps, wrong, _, _ = printed_table.misprint(seed)
        right = in_strings(maps)
        differ = {
            c for r in range(maps) for c in range(len(table[0])) if table[r][c] != right[r][c]
        }
        assert differ == {wrong}


def test_a_misprint_that_is_no_pair_gets_a_sentence():
    for answer in (None, 3, "3", (3,), {3: [1]}, print, (None, None), ([0], 3)):
        result = check("04.printed_table", answer)
        assert result.points == 0
        assert result.message[0].isupper()
    place, _ = found(given("04.printed_table", 0)[0])
    assert "count from 0" in check("04.printed_table", (place + 1, [1])).message


def test_points():
    points = {"h1_parameters": 2, "h2_parameters": 2, "build_table": 4, "table_parameters": 2}
    points |= {"printed_table": 3, "impostors": 12, "reads": 6, "twins": 3, "removed_map": 4}
    assert {t.id: t.points for t in TASKS.values() if t.id.startswith("04")} == {
        f"04.{name}": n for name, n in points.items()
    }
