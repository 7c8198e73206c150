"""Random tables of connections: as many pairs as the paper's, by a seed."""

from lessonlib.layers import C3_TABLE, TableConv2d
from lessonlib.runs.random_tables import COLUMNS, PAIRS, ROWS, random_table


def test_the_size_is_that_of_the_papers_table():
    assert (len(C3_TABLE), len(C3_TABLE[0])) == (ROWS, COLUMNS)
    assert sum(row.count("X") for row in C3_TABLE) == PAIRS


def test_random_tables_have_as_many_pairs_and_no_empty_column():
    tables = [random_table(seed) for seed in range(40)]
    assert len(set(tables)) == 40
    for table in tables:
        assert len(TableConv2d(table, 5).weight) == PAIRS  # which refuses an empty column


def test_a_seed_gives_the_same_table_everywhere():
    assert random_table(0) == random_table(0)
    assert random_table(0)[0] == "XXXXX.XXXX..X..."
