"""Your network in chapter 4: who reads what, which maps stayed alike, which map is missed most."""

from functools import lru_cache
from typing import Any

from torch import Tensor

from lessonlib.checks.first import whole
from lessonlib.checks.labels import Labels
from lessonlib.checks.reading import STILL_NONE, describe, whole_number
from lessonlib.checks.result import AnswerError, Verdict
from lessonlib.checks.task import register
from lessonlib.checks.tasks.own_network import (
    most,
    number_pair,
    own_network_task,
    wrong_only,
)
from lessonlib.checks.tasks.your_network_help import Help
from lessonlib.puzzles import own_table


def read_maps(value: Any) -> tuple[int, ...]:
    """A list of maps of S2, in order.

    Raises:
        AnswerError: it is something else.
    """
    if type(value) not in (list, tuple):
        raise AnswerError(f"give a list of maps, such as [0, 2], not {describe(value)}.")
    numbers = sorted({whole_number(item) for item in value})
    if not set(numbers) <= set(range(own_table.IN_MAPS)):
        raise AnswerError(f"S2 has the maps 0 to {own_table.IN_MAPS - 1}. You gave {numbers}.")
    return tuple(numbers)


READS = Labels(
    names=own_table.LETTERS,
    thing="map",
    example='{"A": [0, 2], "B": [1]}',
    read=read_maps,
    hint="With one map of S2 alone, which maps of C3 are one flat colour?",
    praise="You have found the whole table.",
)


def reads(number: int, value: Any) -> Verdict:
    """Which maps of S2 each map of C3 reads."""
    right = own_table.hidden_columns(number)
    return READS(value, {letter: {column} for letter, column in right.items()})


def read_letters(value: Any) -> tuple[str, ...]:
    """Two letters, in order: a pair of them, or a text of two.

    Raises:
        AnswerError: it is something else.
    """
    if value is None:
        raise AnswerError(STILL_NONE)
    given = list(value.strip()) if type(value) is str else value
    if type(given) in (list, tuple) and all(item is None for item in given):
        raise AnswerError(STILL_NONE)
    letters = given if type(given) in (list, tuple) else []
    letters = [one.strip().upper() if type(one) is str else one for one in letters]
    names = tuple(own_table.LETTERS)
    if len(letters) != 2 or not all(one in names for one in letters) or letters[0] == letters[1]:
        raise AnswerError(
            f'Give two of the letters {names[0]} to {names[-1]}, such as `("A", "B")`. You gave '
            f"{describe(value)}."
        )
    return tuple(sorted(letters))


def twins(number: int, value: Any) -> Verdict:
    """The two maps of C3 that are still alike."""
    given = read_letters(value)
    columns = own_table.hidden_columns(number)
    if columns[given[0]] == columns[given[1]]:
        return Verdict(1.0, "These two are still alike, whatever they are shown.")
    said = f"You answered {given[0]} and {given[1]}."
    return Verdict(0.0, f"{said} Lay these two maps side by side, for several pictures.")


@lru_cache(maxsize=64)
def without_each(number: int) -> list[Tensor]:
    """Counts of the wrong answers without each map of S2: (10, 10) for each."""
    network = own_table.trained_table(number)
    layer = network.network.s2
    return [wrong_only(network.confusions((layer, n))) for n in range(own_table.IN_MAPS)]


def costly_maps(number: int) -> set[int]:
    """Maps of S2 without which most digits go wrong, or nearly most."""
    wrong = Tensor([float(counts.sum()) for counts in without_each(number)]).double()
    return most(wrong, base=len(own_table.trained_table(number).answers.mistakes))


def removed_map(number: int, value: Any) -> Verdict:
    """The map whose removal costs most, and the digit that then goes wrong most: half for each."""
    index, digit = number_pair(value, own_table.IN_MAPS, 10)
    right_map = index in costly_maps(number)
    wrong = without_each(number)[index].sum(1).double()
    right_digit = right_map and digit in most(wrong)
    message = [
        "Map: right." if right_map else f"Map: more digits go wrong without another than {index}.",
        "Digit: right."
        if right_digit
        else "Digit: take that map away, and compare the rows without the diagonal.",
    ]
    return Verdict((right_map + right_digit) / 2, " ".join(message))


HELP = {
    "04.reads": Help(
        hints=(
            "A map of C3 that does not read a map of S2 cannot change with it. How does it look "
            "when no other map goes on?",
            "Show one picture four times, with each map of S2 alone. Four pictures are enough for "
            "the whole table.",
            "With one map of S2 alone, the maps of C3 that read it have a pattern. The others "
            "hold their bias, squashed, at every place. Write down the letters that have a "
            "pattern, map by map, and then turn the list around.",
        ),
        reasoning=(
            "Where the table has no kernel, a map of S2 has no effect at all, so C3's map is the "
            "same everywhere. That is exact, unlike a weight that is only small, and so four "
            "pictures are enough."
        ),
    ),
    "04.twins": Help(
        hints=(
            "All six maps began with the same numbers. What can have made them different?",
            "Show several pictures to `mine.c3(...)`. Two maps look the same for each of them, "
            "whatever the picture.",
            "Learning changes each kernel by what its map reads and by what the layer above asks "
            "of the map. If both are the same for two maps, nothing can set them apart. Which two "
            "read the same?",
        ),
        reasoning=(
            "Two maps with the same start and the same inputs get the same gradients, so each step "
            "moves them alike. Only another table column, or another start, makes two maps differ. "
            "With weights drawn at random a full table would do as well: what it takes is that "
            "something breaks the symmetry."
        ),
    ),
    "04.removed_map": Help(
        hints=(
            "How can you tell what a part is good for? Look at what goes wrong without it.",
            "The title of `mine.without(...)` says how many test digits are wrong. There are only "
            "four maps to try.",
            "Stay with the table of the map that costs most. For each row, add up the counts that "
            "are not on the diagonal: which digit is most often read as something else?",
        ),
        reasoning=(
            "A map of S2 matters by what the maps of C3 make of it, not only by how many of them "
            "read it. Compare your counts with your table: the map that is read most need not be "
            "the one that is missed most."
        ),
    ),
}

for _id, _points, _judge, _commit in (
    ("04.reads", 6, reads, READS.commit),
    ("04.twins", 3, twins, whole(read_letters)),
    (
        "04.removed_map",
        4,
        removed_map,
        whole(lambda value: number_pair(value, own_table.IN_MAPS, 10)),
    ),
):
    register(own_network_task(_id, _points, _judge, _commit, HELP[_id]))
