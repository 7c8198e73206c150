"""Your network in chapters 4 and 5: what one finds by looking is what the checks accept."""

import pytest
import torch
from check_examples import check

from lessonlib.checks import TASKS, cases_of, dumps, judge, loads
from lessonlib.data import load
from lessonlib.puzzles import own_rectifiers, own_table, your_rectifiers, your_table

NUMBER = 4711
LETTERS = "ABCDEF"
POINTS = {
    "04.reads": 6,
    "04.twins": 3,
    "04.removed_map": 4,
    "05.dead": 6,
    "05.weakest_layer": 4,
    "05.removed_unit": 3,
}


@pytest.fixture(scope="module")
def test_digits():
    return load("digits", train=False)


def wrong_of(picture) -> torch.Tensor:
    """Counts of wrong answers: (10, 10)."""
    return picture._numbers["counts"].clone().fill_diagonal_(0)


# What one finds by looking: only what the pictures show is used.


def table_by_maps(number: int) -> dict[str, list[int]]:
    """With one map of S2 alone, what does not read it is flat."""
    mine, picture = your_table(number), load("digits", train=False).images[3]
    reads = {letter: [] for letter in LETTERS}
    for index in range(4):
        maps = mine.c3(picture, only=index)._numbers["maps"].flatten(1)
        for letter, one in zip(LETTERS, maps, strict=True):
            if float(one.max() - one.min()) > 0.02:  # of a range of 3.4: a pattern for the eye
                reads[letter].append(index)
    return reads


def twins_by_maps(number: int) -> tuple[str, str]:
    """The two maps that look most alike over three digits."""
    mine, images = your_table(number), load("digits", train=False).images
    maps = torch.cat([mine.c3(images[n])._numbers["maps"] for n in (3, 4, 5)], 1).flatten(1)
    gaps = {(LETTERS[i], LETTERS[j]): float((maps[i] - maps[j]).abs().max())
            for i in range(6) for j in range(i)}  # fmt: skip
    return min(gaps, key=gaps.__getitem__)


def missed_map(number: int) -> tuple[int, int]:
    mine = your_table(number)
    tables = [wrong_of(mine.without(n)) for n in range(4)]
    worst = max(range(4), key=lambda n: int(tables[n].sum()))
    return worst, int(tables[worst].sum(1).argmax())


def dead_by_largest(number: int) -> dict[str, list[int]]:
    images = load("digits", train=False).images
    shown = your_rectifiers(number).largest(images)._numbers
    return {name: (one.flatten() == 0).nonzero().flatten().tolist() for name, one in shown.items()}


def weakest_by_shares(number: int) -> tuple[str, str]:
    mine, names = your_rectifiers(number), ("L1", "L2", "L3", "L4", "output")
    return tuple(
        names[int(mine.gradients(when)._numbers["percent"].argmin())] for when in ("first", "last")
    )


def missed_unit(number: int) -> int:
    mine = your_rectifiers(number)
    return max(range(16), key=lambda n: int(wrong_of(mine.without(n)).sum()))


SEEN = {
    "04.reads": table_by_maps,
    "04.twins": twins_by_maps,
    "04.removed_map": missed_map,
    "05.dead": dead_by_largest,
    "05.weakest_layer": weakest_by_shares,
    "05.removed_unit": missed_unit,
}


@pytest.mark.parametrize("task", POINTS)
def test_whoever_looks_gets_all_points(task: str):
    for number in (NUMBER, 0):
        result = check(task, SEEN[task](number), number)
        assert result.points == POINTS[task], (number, result)


def test_each_wrong_label_costs_its_points():
    for task, own in (("04.reads", 1), ("05.dead", 1.5)):
        right = SEEN[task](NUMBER)
        for name, label in right.items():
            for other in ([], [*label, next(n for n in range(16) if n not in label)]):
                other = other if task == "05.dead" else other[-1:] or [0, 1, 2, 3]
                if task == "04.reads" and other[-1] > 3:
                    continue
                result = check(task, right | {name: other}, NUMBER)
                assert result.points == POINTS[task] - own, (name, other, result)
            assert check(task, {name.lower(): tuple(label)}, NUMBER).points == own
        wrong = check(task, right | {next(iter(right)): [99]}, NUMBER)
        assert wrong.points == POINTS[task] - own
        assert "You gave [99]" in wrong.message


def test_how_the_twins_are_written_does_not_matter():
    first, second = twins_by_maps(NUMBER)
    for answer in ((second, first), [first, second], first + second, f" {second}{first} ".lower()):
        assert check("04.twins", answer, NUMBER).passed
    others = [letter for letter in LETTERS if letter not in (first, second)]
    assert check("04.twins", (first, others[0]), NUMBER).points == 0
    for answer in ("A", ("A", "A"), ("A", "G"), ("A", "B", "C"), ("A", None), 12, {"A": "B"}):
        result = check("04.twins", answer, NUMBER)
        assert (result.points, "Give two of the letters" in result.message) == (0, True), result


def test_half_a_pair_gets_half():
    index, digit = missed_map(NUMBER)
    calm = int(wrong_of(your_table(NUMBER).without(index)).sum(1).argmin())
    assert check("04.removed_map", (index, calm), NUMBER).points == 2
    least = min(range(4), key=lambda n: int(wrong_of(your_table(NUMBER).without(n)).sum()))
    assert check("04.removed_map", (least, digit), NUMBER).points == 0
    first, last = weakest_by_shares(NUMBER)
    assert check("05.weakest_layer", (first, "L1"), NUMBER).points == 2
    assert check("05.weakest_layer", ("l1", last.lower()), NUMBER).points == 2
    assert check("05.weakest_layer", ("L9", last), NUMBER).points == 0


def test_one_unit_is_right_and_few_others_are():
    points = [check("05.removed_unit", n, NUMBER).points for n in range(16)]
    assert 1 <= sum(p == 3 for p in points) <= 4
    assert set(points) <= {0, 3}


@pytest.mark.parametrize("task", POINTS)
def test_what_is_no_answer_gets_a_sentence_and_no_points(task: str):
    for answer in (None, "many", print, 2.5, -1, {"Z": 1}, {}, [None] * 2, (1,), torch.zeros(2, 2)):
        result = check(task, answer, NUMBER)
        assert result.points == 0, answer
        assert result.message[0].isupper()
        assert result.message.rstrip()[-1] in ".?"
    assert "still `None`" in check(task, None, NUMBER).message


@pytest.mark.parametrize("task", POINTS)
def test_cases_and_outcomes_are_plain(task: str):
    cases = loads(dumps(cases_of(task, NUMBER)))
    outcomes = loads(dumps(TASKS[task].run(SEEN[task](NUMBER), cases)))
    assert judge(task, cases, outcomes).passed


def test_all_maps_begin_alike_and_the_table_alone_sets_them_apart():
    table = own_table.hidden_table(NUMBER)
    fresh = own_table.AlikeAtFirst(("X" * 6,) * 4)
    images = fresh.prepare(load("digits", train=False).images[:5])
    with torch.no_grad():
        assert fresh.maps(images).diff(dim=1).abs().max() < 1e-6
        trained = own_table.trained_table(NUMBER).network.maps(images)
    columns = list(zip(*table, strict=True))
    for i in range(6):
        for j in range(i):
            gap = float((trained[:, i] - trained[:, j]).abs().max())
            assert (gap < 1e-4) == (columns[i] == columns[j]), (i, j, gap)


def test_every_hidden_table_can_be_told():
    for number in range(100):
        columns = list(own_table.hidden_columns(number).values())
        assert len(set(columns)) == 5
        assert all(1 <= len(column) <= 3 for column in columns)
        assert all(sum(r in column for column in columns) >= 2 for r in range(4))


def test_the_dead_stay_dead_and_every_layer_has_some():
    for number in range(100):
        assert all(2 <= len(dead) <= 5 for dead in own_rectifiers.planned_dead(number).values())
    found = dead_by_largest(NUMBER)
    for name, planned in own_rectifiers.planned_dead(NUMBER).items():
        assert set(planned) <= set(found[name])
        assert len(found[name]) < 12


def test_taking_a_dead_unit_away_changes_nothing():
    mine = your_rectifiers(NUMBER)
    usual = mine.confusions()._numbers["counts"]
    index = own_rectifiers.planned_dead(NUMBER)["L4"][0]
    assert torch.equal(mine.without(index)._numbers["counts"], usual)


def test_a_network_says_what_it_takes(test_digits):
    table, stack = your_table(NUMBER), your_rectifiers(NUMBER)
    for call, words in [
        (lambda: table.c3(test_digits.images[0], only=4), "S2's maps, 0 to 3, got 4"),
        (lambda: table.c3("3"), "28x28 bytes.*got str"),
        (lambda: table.without(4), "S2 has the maps 0 to 3, got 4"),
        (lambda: stack.largest(torch.zeros(2, 1, 28, 28)), "got float32"),
        (lambda: stack.largest(test_digits.images[:0]), "got uint8"),
        (lambda: stack.largest([1]), "got list"),
        (lambda: stack.gradients("now"), 'the "first" or the "last" weights, got \'now\''),
        (lambda: stack.without(16), "rectifiers 0 to 15, got 16"),
        (lambda: stack.without(True), "got True"),
    ]:
        with pytest.raises(ValueError, match=words):
            call()
    for wrong in (None, "7", -1, True):
        for own in (your_table, your_rectifiers):
            with pytest.raises(ValueError, match="your number has to be a whole number"):
                own(wrong)


def test_pictures_are_pictures_and_say_nothing_else(test_digits):
    table, stack = your_table(NUMBER), your_rectifiers(NUMBER)
    for shown in (
        table.c3(test_digits.images[0]),
        table.c3(test_digits.images[0], only=1),
        stack.largest(test_digits.images[:2]),
        stack.gradients("first"),
    ):
        assert shown._repr_png_().startswith(b"\x89PNG")
        assert repr(shown).startswith("A picture: ")
    assert not hasattr(table, "__dict__")
    assert not hasattr(stack, "__dict__")
