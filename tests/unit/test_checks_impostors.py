"""Catch the impostor: the boxes can be told apart by looking, and the check is fair."""

import itertools

import pytest
import torch
from check_examples import check
from torch import Tensor

from lessonlib.checks import TASKS, CheckFault, cases_of, dumps, judge, loads
from lessonlib.puzzles import (
    ACTIVATION_FAULTS,
    DIGIT_FAULTS,
    LENET5_FAULTS,
    LOOP_FAULTS,
    OUTPUT_FAULTS,
    SCHEDULE_FAULTS,
    STEP_FAULTS,
    TABLE_FAULTS,
    TOWER_FAULTS,
    WINDOW_FAULTS,
    LineUp,
    activation_boxes,
    digit_boxes,
    drawing,
    lenet5_boxes,
    loop_boxes,
    output_boxes,
    schedule_boxes,
    step_boxes,
    table_boxes,
    tower_boxes,
    window_boxes,
)
from lessonlib.puzzles.activation_boxes import dealt_activations
from lessonlib.puzzles.digit_boxes import dealt_digit_boxes
from lessonlib.puzzles.lenet5_boxes import dealt_lenet5s
from lessonlib.puzzles.lineup import NAMES, NONE
from lessonlib.puzzles.loop_boxes import dealt_loops
from lessonlib.puzzles.output_boxes import dealt_outputs
from lessonlib.puzzles.schedule_boxes import dealt_schedules
from lessonlib.puzzles.step_boxes import dealt_steps
from lessonlib.puzzles.table_boxes import dealt_tables
from lessonlib.puzzles.tower_boxes import dealt_towers
from lessonlib.puzzles.window_boxes import dealt_windows

KINDS = {
    "01.impostors": (DIGIT_FAULTS, dealt_digit_boxes, digit_boxes),
    "02.impostors": (WINDOW_FAULTS, dealt_windows, window_boxes),
    "03.impostors": (LENET5_FAULTS, dealt_lenet5s, lenet5_boxes),
    "06.impostors": (OUTPUT_FAULTS, dealt_outputs, output_boxes),
    "07.impostors": (STEP_FAULTS, dealt_steps, step_boxes),
    "04.impostors": (TABLE_FAULTS, dealt_tables, table_boxes),
    "05.impostors": (ACTIVATION_FAULTS, dealt_activations, activation_boxes),
    "10.impostors": (TOWER_FAULTS, dealt_towers, tower_boxes),
    "11.impostors": (LOOP_FAULTS, dealt_loops, loop_boxes),
    "12.impostors": (SCHEDULE_FAULTS, dealt_schedules, schedule_boxes),
}


def numbers(boxes: LineUp, given: Tensor, *choice: object, **options: object) -> dict[str, Tensor]:
    """What the six pictures show, for a solver without eyes."""
    return boxes(given, *choice, **options)._numbers


def most_common(values: list) -> object:
    return max(values, key=values.count)


def agreed(maps: dict[str, Tensor]) -> Tensor:
    """What most boxes show."""
    rounded = {name: str(one.round(decimals=6).tolist()) for name, one in maps.items()}
    usual = most_common(list(rounded.values()))
    return next(maps[name] for name in maps if rounded[name] == usual)


def solve_windows(boxes: LineUp) -> dict[str, str]:
    """Three experiments: a black picture of 6x7, single bright pixels, all seen by calls alone."""
    found = dict.fromkeys(NAMES, NONE)
    black = numbers(boxes, torch.zeros(6, 7))
    usual = most_common([tuple(maps.shape) for maps in black.values()])
    _, rows, columns = usual
    same = []
    for name, maps in black.items():
        if maps.shape == (2, columns, rows):
            found[name] = "rows and columns swapped"
        elif maps.shape == (2, rows - 1, columns - 1):
            found[name] = "last windows left out"
        elif maps.shape != usual:
            found[name] = "wrong stride"
        elif not maps.any():
            found[name] = "no bias"
        elif maps[0].unique().numel() > 1 or maps[1].unique().numel() > 1:
            found[name] = "padding with ones"
        else:
            same.append(name)
    seen: dict[str, list[Tensor]] = {name: [] for name in same}
    for row, column in itertools.product((2, 3), (2, 3)):  # every phase of a stride of 2
        spot = torch.zeros(6, 7)
        spot[row, column] = 9
        for name in same:
            seen[name].append(boxes(spot)._numbers[name] - black[name])
    answers = {name: torch.stack(maps) for name, maps in seen.items()}
    weight = {name: float(one[:, 0].abs().sum()) for name, one in answers.items()}
    strongest = max(weight.values())
    for name, one in answers.items():
        if weight[name] < strongest / 2:
            found[name] = "average instead of sum"
        elif torch.equal(one[:, 0], one[:, 1]):
            found[name] = "one kernel for both maps"
    rest = {n: one[:, 0] for n, one in answers.items() if found[n] == NONE}
    known = {n: one[:, 0] * (9 if "average" in found[n] else 1) for n, one in answers.items()}
    if len(rest) == 2:  # the right one agrees with the others about the first kernel, or with
        names = list(rest)  # the boxes whose maps have another size
        votes = {n: sum(torch.allclose(rest[n], other) for other in known.values()) for n in names}
        if len(set(votes.values())) == 1:
            votes = {n: vote_by_swapped(boxes, black, found, n) for n in names}
        found[min(votes, key=votes.__getitem__)] = "flipped kernel"
    return found


def vote_by_swapped(boxes: LineUp, black: dict, found: dict[str, str], name: str) -> int:
    """How many of the boxes with another bias, edge or layout show the same kernel."""
    spot = torch.zeros(6, 7)
    spot[2, 2] = 9
    if numbers(boxes, spot)[name].ndim != 3:
        return 0
    votes = 0
    for moved in itertools.product((2, 3), (2, 3)):
        spot = torch.zeros(6, 7)
        spot[moved] = 9
        out = numbers(boxes, spot)
        own = (out[name] - black[name])[0]
        for other, fault in found.items():
            theirs = (out[other] - black[other])[0]
            if fault == "rows and columns swapped":
                theirs = theirs.T
            if fault == "last windows left out":
                votes += torch.allclose(own[:-1, :-1], theirs)
            elif fault in ("rows and columns swapped", "no bias", "padding with ones"):
                votes += torch.allclose(own, theirs)
    return votes


def solve_lenet5s(boxes: LineUp) -> dict[str, str]:
    """Five experiments: scores; zeros; a lying bar; a field much too strong; one map of S2."""
    found = dict.fromkeys(NAMES, NONE)
    zeros, bar = torch.zeros(32, 32), torch.zeros(32, 32)
    bar[12:16] = 1.0
    strong = torch.full((32, 32), 100.0)
    scores, blank = numbers(boxes, zeros), numbers(boxes, zeros, "c1")
    lying = numbers(boxes, bar, "c1")
    c1, s2 = numbers(boxes, strong, "c1"), numbers(boxes, strong, "s2")
    c3 = numbers(boxes, bar, "c3", only=2)
    usual_blank = agreed(blank)
    for name in NAMES:
        flat = sum(float(one.max() - one.min()) < 1e-9 for one in c3[name])
        if (scores[name] > 0).all():
            found[name] = "distances for scores"
        elif not blank[name].any():
            found[name] = "C1 without biases"
        elif float(lying[name].diff(dim=2).abs().max()) > 1e-9:
            found[name] = "rows and columns swapped"
        elif float(c1[name].abs().max()) < 1.01:
            found[name] = "plain tanh"
        elif not torch.allclose(blank[name], usual_blank):
            found[name] = "ink inverted"
        elif float(s2[name].abs().max()) > 1.73:
            found[name] = "S2 not squashed"
        elif float(s2[name].abs().max()) < 1.6:  # a sum of four reaches the ends, 1.72
            found[name] = "average for sum"
        elif flat == 0:
            found[name] = "full C3"
    return found


@pytest.mark.parametrize(
    ("boxes_of", "dealt", "solve"),
    [(window_boxes, dealt_windows, solve_windows), (lenet5_boxes, dealt_lenet5s, solve_lenet5s)],
)
def test_every_line_up_is_solved_by_looking_alone(boxes_of, dealt, solve):
    met = set()
    for number in range(60):
        assert solve(boxes_of(number)) == dealt(number), number
        met |= {*dealt(number).values()}
    assert len(met) == 9  # every fault, and the right one


@pytest.mark.parametrize("task", KINDS)
def test_one_is_right_and_five_have_different_faults(task: str):
    faults, dealt, _ = KINDS[task]
    assert len(faults) == 8
    for number in range(50):
        labels = list(dealt(number).values())
        assert list(dealt(number)) == list(NAMES)
        assert labels.count(NONE) == 1
        assert len(set(labels)) == 6
        assert set(labels) <= {*faults, NONE}
    assert len({tuple(dealt(number).values()) for number in range(50)}) == 50


@pytest.mark.parametrize("task", KINDS)
def test_each_box_has_its_points_and_a_wrong_label_has_none(task: str):
    faults, dealt, _ = KINDS[task]
    for number in range(5):
        truth = dealt(number)
        assert check(task, truth, number).points == 12
        for name, label in truth.items():
            other = next(fault for fault in faults if fault != label)
            result = check(task, truth | {name: other}, number)
            assert result.points == 10  # also where the right one is accused
            assert "5 of 6" in result.message
            missing = {key: value for key, value in truth.items() if key != name}
            for left_out in (missing, truth | {name: None}):
                result = check(task, left_out, number)
                assert result.points == 10
                assert f"Still to do: {name}" in result.message


@pytest.mark.parametrize("task", KINDS)
def test_how_a_word_is_written_does_not_matter(task: str):
    truth = KINDS[task][1](7)
    other = {f" {name.lower()} ": f"  {label.upper()} " for name, label in truth.items()}
    assert check(task, other, 7).passed
    assert check(task, {n: label.replace(" ", "_") for n, label in truth.items()}, 7).passed


@pytest.mark.parametrize("task", KINDS)
def test_what_is_no_answer_gets_a_sentence(task: str):
    faults, dealt, _ = KINDS[task]
    truth, first = dealt(3), faults[0]
    for answer, words in [
        (None, "still `None`"),
        (dict.fromkeys(NAMES), "still `None`"),
        ({}, "still `None`"),
        ([*truth.values()], "Give a dictionary with one entry per box"),
        (print, "Give a dictionary"),
        ((truth,), "a tuple of one"),
        ({"A": 3}, "Box A: give one of the listed words in quotes"),
        ({"A": "a bug"}, "Box A: the text `'a bug'` is not in the list. Copy one"),
        ({"A": first[:-1] + "x"}, f"Do you mean `{first}`?"),
        ({"G": first}, "There is no box `G`: they are called A to F"),
        ({1: first}, "There is no box `1`"),
        ({"A": first, "a": first}, "You label box A twice"),
        ({("A",): first}, "There is no box"),
    ]:
        result = check(task, answer, 3)
        assert words in result.message, answer
        assert result.points <= 2
    slip = check(task, truth | {"B": truth["B"] + "!!"}, 3)  # one slip leaves the others alone
    assert slip.points == 10


@pytest.mark.parametrize("task", KINDS)
def test_calling_every_box_right_is_no_answer(task: str):
    result = check(task, dict.fromkeys(NAMES, NONE), 3)
    assert result.points == 0
    assert "only one of them is" in result.message


@pytest.mark.parametrize("task", KINDS)
def test_a_guess_gets_about_an_eighth(task: str):
    """Expected: 1/36 + 8 (5/48)^2 = 11 % for a deal at random; any fixed answer is as good."""
    faults, dealt, _ = KINDS[task]
    guesses = [
        dict(zip(NAMES, [NONE, *faults[:5]], strict=True)),
        dict(zip(NAMES, [*faults[3:], NONE], strict=True)),
        dict.fromkeys(NAMES, faults[0]),
    ]
    for guess in guesses:
        points = [sum(dealt(n)[name] == guess[name] for name in NAMES) / 6 for n in range(400)]
        assert 0.07 < sum(points) / len(points) < 0.16


@pytest.mark.parametrize("task", KINDS)
def test_cases_and_outcomes_are_plain(task: str):
    truth = KINDS[task][1](5)
    cases = loads(dumps(cases_of(task, 5)))
    outcomes = loads(dumps(TASKS[task].run(truth, cases)))
    assert judge(task, cases, outcomes).passed


@pytest.mark.parametrize("task", KINDS)
def test_the_boxes_tell_nothing_but_their_letters(task: str):
    faults, _, boxes_of = KINDS[task]
    boxes = boxes_of(3)
    said = repr(boxes)
    said += "".join(f"{name} {getattr(boxes, name)!r}" for name in type(boxes).__slots__)
    shapes = ((5, 5), (32, 32), (6, 5, 5), (3,), (84,), (3, 10, 10))
    for given in [*((torch.zeros(shape),) for shape in shapes), ([1.0], [1.0]), ([50.0],), (1,)]:
        try:
            shown = boxes(*given)
        except (ValueError, TypeError):
            continue
        said += repr(shown)
        assert shown._repr_png_().startswith(b"\x89PNG")
    assert not any(fault.lower() in said.lower() for fault in faults)


def test_a_window_says_what_it_takes():
    box = window_boxes(3)
    for given, words in [
        (torch.zeros(2, 5), r"3 to 7 rows .* got a shape of \(2, 5\)"),
        (torch.zeros(1, 5, 5), r"got a shape of \(1, 5, 5\)"),
        (torch.zeros(8, 8), "3 to 7 rows"),
        ("picture", "got no numbers"),
        (None, "got no numbers"),
        ([[1, 2, 3], [4, 5]], "got no numbers"),
        (torch.full((4, 4), 1000.0), "pixels from -99 to 99"),
        (torch.full((4, 4), float("nan")), "pixels from -99 to 99"),
    ]:
        with pytest.raises(ValueError, match=words):
            box(given)
    lists = box([[0, 1, 0]] * 4)._numbers["A"]
    assert torch.equal(lists, box(torch.tensor([[0, 1, 0]] * 4))._numbers["A"])


def test_a_lenet5_says_what_it_takes():
    box, field = lenet5_boxes(3), torch.zeros(1, 1, 32, 32)
    for given, choice, options, words in [
        (torch.zeros(1, 1, 28, 28), (), {}, r"one field at a time.*got \(1, 1, 28, 28\)"),
        (torch.zeros(2, 1, 32, 32), (), {}, "one field at a time"),
        (field.to(torch.uint8), (), {}, "prepared field of floats.*got uint8"),
        ([[0.0]], (), {}, "got list"),
        (field + 5000, (), {}, "values from -1,000 to 1,000"),
        (field, ("c2",), {}, "layers c1, s2, c3, s4, scores, got 'c2'"),
        (field, ("c3",), {"only": 6}, "0 to 5, got 6"),
        (field, ("c3",), {"only": "a"}, "0 to 5"),
    ]:
        with pytest.raises(ValueError, match=words):
            box(given, *choice, **options)
    assert box(field, "C1")._numbers["A"].shape == (6, 28, 28)


def test_the_boxes_follow_from_the_number():
    for _, _, boxes_of in KINDS.values():
        for wrong in (None, "7", -1, 2.5, True):
            with pytest.raises(ValueError, match="your number has to be a whole number"):
                boxes_of(wrong)
    state = torch.get_rng_state()
    one, again = (numbers(lenet5_boxes(8), torch.zeros(32, 32)) for _ in range(2))
    other = numbers(lenet5_boxes(9), torch.zeros(32, 32))
    assert all(torch.equal(one[name], again[name]) for name in NAMES)
    assert not any(torch.equal(one[name], other[name]) for name in NAMES)
    assert torch.equal(state, torch.get_rng_state())
    torch.set_default_dtype(torch.float64)
    try:
        wide = numbers(lenet5_boxes(8), torch.zeros(32, 32))
    finally:
        torch.set_default_dtype(torch.float32)
    assert all(torch.equal(one[name], wide[name]) for name in NAMES)


def test_a_fault_of_the_check_is_no_answer_of_the_learner(monkeypatch: pytest.MonkeyPatch):
    broken = TASKS["02.impostors"]
    monkeypatch.setitem(TASKS, "02.impostors", type(broken)(
        broken.id, broken.points, broken.cases, lambda cases, outcomes: 1 / 0))  # fmt: skip
    with pytest.raises(CheckFault):
        check("02.impostors", dict.fromkeys(NAMES, NONE))


def test_what_is_shown_comes_in_another_order_each_time():
    orders = {tuple(drawing.mixed(NAMES)) for _ in range(20)}
    assert len(orders) > 10
    assert all(sorted(order) == list(NAMES) for order in orders)
    spot = torch.zeros(4, 4)
    spot[1, 2] = 1
    boxes = window_boxes(3)
    assert len({boxes(spot)._repr_png_() for _ in range(3)}) == 3
    assert len({boxes(spot)._numbers["A"].numpy().tobytes() for _ in range(3)}) == 1
