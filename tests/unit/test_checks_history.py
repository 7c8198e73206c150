"""Chapter 1: the order of events, three systems, the box, three sets, and six boxes of digits."""

import pytest
import torch
from check_examples import check
from torch import Tensor

from lessonlib.checks import TASKS, ask, cases_of
from lessonlib.checks.tasks.digit_sets import box_of, measured
from lessonlib.checks.tasks.history import POOL, SENTENCES, SYSTEMS
from lessonlib.data import load, timeline
from lessonlib.puzzles import LineUp, digit_boxes
from lessonlib.puzzles.digit_boxes import dealt_digit_boxes
from lessonlib.puzzles.lineup import NAMES, NONE

SEEDS = range(12)
ONE_HAND = 1_850  # below it: mean distance between the pictures of a label that one person wrote


def right_order(seed: int) -> list[str]:
    (events,) = cases_of("01.order_events", seed)[0].inputs
    dates = timeline().set_index("short")["date"]
    return [letter for letter, _ in sorted(events, key=lambda event: dates[event[1]])]


def test_events_of_the_pool_have_years_of_their_own():
    years = timeline().set_index("short").loc[list(POOL), "year"]
    assert years.is_unique
    assert years.is_monotonic_increasing


@pytest.mark.parametrize("seed", SEEDS)
def test_the_right_order_is_taken_in_each_form(seed: int):
    order = right_order(seed)
    for answer in (order, tuple(order), "".join(order), ", ".join(order).lower()):
        assert check("01.order_events", answer, seed).passed
    assert order not in (list("ABCDE"), list("EDCBA"))


def test_an_order_with_two_neighbours_exchanged_keeps_half():
    order = right_order(3)
    nearly = [order[1], order[0], *order[2:]]
    assert check("01.order_events", nearly, 3).points == 1
    assert "backwards" in check("01.order_events", order[::-1], 3).message
    far = [order[2], order[1], order[0], order[4], order[3]]
    result = check("01.order_events", far, 3)
    assert result.points == 0
    assert "4 of the ten pairs" in result.message


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "still `None`"),
        ("ABCD", "Give 5 values"),
        ("AABCD", "each of the letters"),
        ([1, 2, 3, 4, 5], "each of the letters"),
        (7, "Give 5 values"),
    ],
)
def test_what_is_no_order_gets_a_sentence(answer, words):
    result = check("01.order_events", answer, 3)
    assert result.points == 0
    assert words in result.message


def test_the_question_names_no_year():
    assert not any(year in ask("01.order_events", 4) for year in ("19", "20"))


@pytest.mark.parametrize("seed", SEEDS)
def test_sentences_are_about_all_three_and_known_by_their_words(seed: int):
    (sentences,) = cases_of("01.which_system", seed)[0].inputs
    truth = {letter: SENTENCES[words] for letter, words in sentences}
    assert set(truth.values()) == set(SYSTEMS)
    assert check("01.which_system", truth, seed).passed
    letter, about = next(iter(truth.items()))
    other = next(name for name in SYSTEMS if name != about)
    wrong = check("01.which_system", truth | {letter: other}, seed)
    assert wrong.points == pytest.approx(1.5)
    assert "3 of 4" in wrong.message


# The box


def ink_box(picture: Tensor) -> tuple[int, int]:
    rows, columns = (picture.amax(side).nonzero().flatten() for side in (1, 0))
    return int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1


def test_the_box_of_a_stroke_is_counted_by_hand():
    picture = torch.zeros(9, 9, dtype=torch.uint8)
    picture[2, 3], picture[5, 4] = 255, 1
    assert box_of(picture).tolist() == [4, 2]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_right_box_is_taken(seed: int):
    assert check("01.ink_box", ink_box, seed).passed
    assert check("01.ink_box", lambda picture: list(ink_box(picture)), seed).passed


@pytest.mark.parametrize(
    ("function", "points", "words"),
    [
        (lambda p: ink_box(p)[::-1], 0.75, "which comes first"),
        (lambda p: tuple(side - 1 for side in ink_box(p)), 0.5, "row 3 to row 4"),
        (lambda p: (int((p.amax(1) > 0).sum()), int((p.amax(0) > 0).sum())), 0.5, "has none"),
        (lambda p: tuple(p.shape), 0.0, "size of the picture"),
    ],
)
def test_mistakes_about_the_box_are_known(function, points, words):
    result = check("01.ink_box", function, 1)
    assert result.points == pytest.approx(points)
    assert words in result.message


# The sets


def test_embedded_digits_fit_into_twenty_pixels():
    rows = measured(0)
    assert rows["MNIST"][0] == pytest.approx(100 * 20 / 28)
    assert rows["LeNet-5's fields"][0] == pytest.approx(100 * 20 / 32)
    assert rows["zip codes"][1] == pytest.approx(100 * 1194 / 7291)  # Hastie et al. 2009


@pytest.mark.parametrize("seed", SEEDS)
def test_sets_are_known_by_their_words(seed: int):
    names, digit = cases_of("01.which_set", seed)[0].inputs
    shares = measured(digit)
    assert abs(shares["zip codes"][1] - shares["MNIST"][1]) > 0.5  # percent: it can be seen
    truth = dict(names)
    assert check("01.which_set", truth, seed).passed
    swapped = truth | {"A": truth["B"], "B": truth["A"]}
    assert check("01.which_set", swapped, seed).points == 1


# The boxes of digits


def numbers(boxes: LineUp, view: object) -> dict[str, Tensor]:
    """What the six pictures show, for a solver without eyes."""
    return boxes(view)._numbers


def means() -> Tensor:
    digits = load("digits", train=False)
    return torch.stack(
        [digits.images[digits.labels == d, 0].float().mean(0) for d in range(10)]
    )  # (10, 28, 28)


def solve(boxes: LineUp) -> dict[str, str]:
    """The counts, the mean, and all ten digits of each box."""
    counts, mean = numbers(boxes, "counts"), numbers(boxes, "mean")
    shown = [numbers(boxes, digit) for digit in range(10)]
    found, own, spread, fits = dict.fromkeys(NAMES, NONE), means(), {}, {}
    places = torch.arange(28.0)
    for name in NAMES:
        sheet = torch.stack([digit[name] for digit in shown])  # (10, 9, 28, 28)
        filled = sheet[sheet.amax((2, 3)) > 0]
        middle = float((mean[name][0].sum(0) * places).sum() / mean[name].sum())
        sides = torch.tensor([ink_box(picture) for picture in filled]).double()
        row = sheet.flatten(2)
        spread[name] = float(torch.cdist(row, row).mean())
        fits[name] = [float((row.mean(1) * one.flatten(1)).sum()) / float(row.mean(1).norm())
                      for one in (own, own.flip(-1))]  # fmt: skip
        if counts[name].min() <= 2:
            found[name] = "one digit rare"
        elif ((filled == 0) | (filled == 255)).all():
            found[name] = "no grey"
        elif sides[:, 1].median() == 20 and sides[:, 1].min() == 20:
            found[name] = "stretched"
        elif middle > 15.5:
            found[name] = "off the middle"
        elif sides.max() > 21:
            found[name] = "too large"
        elif fits[name][1] > fits[name][0]:
            found[name] = "mirrored"
    rest = [name for name in NAMES if found[name] == NONE]
    return found | _by_spread(rest, spread)


def _by_spread(rest: list[str], spread: dict[str, float]) -> dict[str, str]:
    """One hand varies least. Of two that are left, one is right, and wrong labels vary more."""
    found = {name: "one hand" for name in rest if spread[name] < ONE_HAND}
    left = [name for name in rest if name not in found]
    if len(left) == 2:
        found[max(left, key=spread.__getitem__)] = "wrong labels"
    return found


def test_every_box_of_digits_is_told_by_looking_alone():
    met = set()
    for number in range(24):
        truth, found = dealt_digit_boxes(number), solve(digit_boxes(number))
        wrong = [name for name in NAMES if truth[name] != found[name]]
        assert not wrong, (number, truth, found)
        met |= {*truth.values()}
    assert len(met) == 9


def test_a_box_says_what_it_shows():
    boxes = digit_boxes(2)
    for view in (10, -1, True, "median", torch.zeros(28, 28), None):
        with pytest.raises(ValueError, match="a box shows a digit from 0 to 9"):
            boxes(view)
    assert boxes("mean")._numbers["A"].shape == (1, 28, 28)
    assert boxes(4)._numbers["A"].shape == (9, 28, 28)


def test_tasks_add_up_as_the_notebook_says():
    points = {name: task.points for name, task in TASKS.items() if name.startswith("01.")}
    assert sum(points.values()) == 20
    assert points["01.impostors"] / sum(points.values()) >= 0.6
