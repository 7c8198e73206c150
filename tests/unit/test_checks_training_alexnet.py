"""Chapter 12's checks: right answers pass, and each common mistake gets a hint."""

import itertools
from collections.abc import Callable

import pytest
import torch
from check_examples import check, points_and_words
from torch import Tensor, nn

from lessonlib.checks import cases_of, given
from lessonlib.puzzles import LineUp, schedule_boxes
from lessonlib.puzzles.lineup import NAMES, NONE
from lessonlib.puzzles.schedule_boxes import MOST_EPOCHS, dealt_schedules, hidden_patience
from lessonlib.training import Recipe
from lessonlib.training.schedules import follow, make_schedule

SEEDS = range(4)


# Memory


def test_memory_before_the_first_picture():
    for seed in SEEDS:
        millions, optimizer = given("12.fixed_memory", seed)
        kept = {"Adam": 2, "SGD with momentum": 1}[optimizer]
        for answer, points, words in [
            (4 * millions * (2 + kept), 1, "before the first picture"),
            (4 * millions, 0.25, "Those are the weights"),
            (8 * millions, 0.5, "What does the optimiser keep"),
            (4 * millions * (5 - kept), 0.5, "one number for each weight, or two"),
            (millions * 3, 0.5, "How many bytes") if kept == 1 else (0, 0, "Begin"),
            (1, 0, "Begin with one weight"),
            (None, 0, "still `None`"),
        ]:
            got, message = points_and_words("12.fixed_memory", answer, seed)
            assert got == points, (answer, message)
            assert words in message, (answer, message)


def test_both_optimizers_are_asked_about():
    assert {given("12.fixed_memory", seed)[1] for seed in range(20)} == {
        "Adam",
        "SGD with momentum",
    }


def test_the_batch_that_fits():
    for seed in SEEDS:
        free, fixed, each = given("12.batch_that_fits", seed)
        most = max(n for n in range(500) if fixed + n * each <= free)
        for answer, points, words in [
            (most, 1, "One picture more would not fit"),
            (most + 1, 0.5, "Does the last one still fit"),
            (free // each, 0.25, "Is all of it free"),
            (free - fixed, 0.25, "How many does one take"),
            (most + 0.5, 0, "whole"),
            (None, 0, "still `None`"),
        ]:
            got, message = points_and_words("12.batch_that_fits", answer, seed)
            assert got == points, (answer, message)
            assert words in message, (answer, message)


# The update as printed


def as_printed(w: Tensor, v: Tensor, g: Tensor, rate: float, momentum: float, decay: float):
    steps = [
        momentum * before - decay * rate * weight - rate * slope
        for weight, before, slope in zip(w.tolist(), v.tolist(), g.tolist(), strict=True)
    ]
    return [weight + step for weight, step in zip(w.tolist(), steps, strict=True)], steps


def stepping(change: Callable) -> Callable:
    def update(w, v, g, rate, momentum, decay):
        step = change(w, v, g, rate, momentum, decay)
        return w + step, step

    return update


def pytorch(w, v, g, rate, momentum, decay):
    step = momentum * v + g + decay * w
    return w - rate * step, step


def changes_its_inputs(w, v, g, rate, momentum, decay):
    v.mul_(momentum).sub_(rate * (g + decay * w))
    return w.add_(v), v


UPDATES = {
    "printed": (as_printed, 2, "those of the paper"),
    "pytorch": (pytorch, 1, "That is PyTorch's rule"),
    "uphill": (
        stepping(lambda w, v, g, e, m, d: m * v + e * (g + d * w)), 1, "which way does decay pull",
    ),
    "decay pushes": (
        stepping(lambda w, v, g, e, m, d: m * v - e * (g - d * w)), 1, "does decay pull",
    ),
    "decay without rate": (
        stepping(lambda w, v, g, e, m, d: m * v - e * g - d * w), 1, "as strong at any rate",
    ),
    "no decay": (stepping(lambda w, v, g, e, m, d: m * v - e * g), 1, "what does the decay do"),
    "no momentum": (stepping(lambda w, v, g, e, m, d: -e * (g + d * w)), 1, "step before this one"),
    "all damped": (
        stepping(lambda w, v, g, e, m, d: m * (v - e * (g + d * w))), 1, "multiplied by the mom",
    ),
    "mean of steps": (
        stepping(lambda w, v, g, e, m, d: m * v - (1 - m) * e * (g + d * w)), 1, "smaller because",
    ),
    "swapped": (lambda *a: as_printed(*a)[::-1], 1.5, "which of the two comes first"),
    "old step": (
        lambda w, v, *a: (w + v, as_printed(w, v, *a)[1]), 1, "the old one or the new one",
    ),
    "in place": (changes_its_inputs, 1.5, "changes the tensors"),
    "weights alone": (lambda *a: as_printed(*a)[0], 0, "should return a pair"),
    "another shape": (lambda w, *a: (w[:1], w), 0, "weights have the shape"),
    "raises": (lambda *a: 1 / 0, 0, "ZeroDivisionError"),
    "None": (None, 0, "still `None`"),
}  # fmt: skip


@pytest.mark.parametrize("name", UPDATES)
def test_an_update_and_its_mistakes(name: str):
    answer, points, words = UPDATES[name]
    for seed in SEEDS:
        got, message = points_and_words("12.update", answer, seed)
        assert got == points, message
        assert words in message


def walks(slope: float, high: float, low: float, before: int, after: int) -> tuple[float, float]:
    """Where a weight ends by the printed rule and by PyTorch's, in plain numbers."""
    w, v, u, b = 0.0, 0.0, 0.0, 0.0
    for rate in [high] * before + [low] * after:
        v = 0.9 * v - rate * slope
        b = 0.9 * b + slope
        w, u = w + v, u - rate * b
    return w, u


def test_after_a_drop():
    for seed in SEEDS:
        inputs = given("12.after_drop", seed)
        printed, pytorch_end = walks(*inputs)
        at_once = walks(*inputs[:4], 1)
        right = abs(printed - pytorch_end)
        for answer, points, words in [
            (right, 2, "carries its speed"),
            (float(f"{right:.3g}"), 2, "carries its speed"),
            (-right, 1.5, "never below 0"),
            (abs(at_once[0] - at_once[1]), 1, "one step after the drop"),
            (abs(printed), 0.5, "Where is the other"),
            (abs(pytorch_end), 0.5, "Where is the other"),
            (0, 0, "And after that"),
            (None, 0, "still `None`"),
        ]:
            got, message = points_and_words("12.after_drop", answer, seed)
            assert got == points, (answer, message)
            assert words in message, (answer, message)


# Ten views


def views(images: Tensor, size: int) -> Tensor:
    cut = []
    for mirror in (False, True):
        whole = images.flip(-1) if mirror else images
        rows, columns = whole.shape[-2] - size, whole.shape[-1] - size
        for y, x in [(0, 0), (0, columns), (rows, 0), (rows, columns), (rows // 2, columns // 2)]:
            if mirror:
                x = columns - x
            cut.append(whole[..., y : y + size, x : x + size])
    return torch.stack(cut)


def late_middle(images: Tensor, size: int) -> Tensor:
    made = views(images, size)
    y, x = ((side - size) // 2 + 1 for side in images.shape[-2:])
    made[4] = images[..., y : y + size, x : x + size]
    made[9] = made[4].flip(-1)
    return made


VIEWS = {
    "right": (views, 2, "where they should be"),
    "upside down": (
        lambda i, s: torch.cat([views(i, s)[:5], views(i, s)[:5].flip(-2)]), 1, "on their heads",
    ),
    "turned": (
        lambda i, s: torch.cat([views(i, s)[:5], views(i, s)[:5].flip(-1, -2)]), 1, "half a turn",
    ),
    "not mirrored": (lambda i, s: torch.cat([views(i, s)[:5]] * 2), 1, "last five mirrored"),
    "in pairs": (
        lambda i, s: views(i, s).unflatten(0, (2, 5)).transpose(0, 1).flatten(0, 1), 1.5,
        "all five come first",
    ),
    "down first": (
        lambda i, s: views(i, s)[[0, 2, 1, 3, 4, 5, 7, 6, 8, 9]], 1.5, "top right, or below",
    ),
    "middle first": (
        lambda i, s: views(i, s)[[4, 0, 1, 2, 3, 9, 5, 6, 7, 8]], 1.5, "in which order",
    ),
    "late middle": (late_middle, 1.5, "look at your middle"),
    "five": (lambda i, s: views(i, s)[:5], 0, "Where are the mirror images"),
    "one": (lambda i, s: views(i, s)[0], 0, "How many views"),
    "pictures first": (lambda i, s: views(i, s).transpose(0, 1), 0, "The views come first"),
    "None": (None, 0, "still `None`"),
}  # fmt: skip


@pytest.mark.parametrize("name", VIEWS)
def test_views_and_their_mistakes(name: str):
    answer, points, words = VIEWS[name]
    for seed in SEEDS:
        got, message = points_and_words("12.ten_views", answer, seed)
        assert got == points, message
        assert words in message


def test_no_picture_of_the_views_is_like_its_mirror_image():
    for case in cases_of("12.ten_views", 3):
        images, _ = case.inputs
        assert not torch.equal(images, images.flip(-1))


# Six schedules

CHAPTERS = [80, 70, 60, 61, 60, 60, 62, 61, 55, 50, 50, 51, 50, 52, 50, *[49] * 7]


def of_pytorch(errors: list[float], patience: int) -> list[float]:
    recipe = Recipe(epochs=1, lr=1.0, schedule="plateau", patience=patience)
    optimizer = torch.optim.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    schedule, rates = make_schedule(optimizer, recipe, 1), [1.0]
    for error in errors:
        follow(schedule, {"validation_error": error})
        rates.append(schedule.get_last_lr()[0])
    return rates


def rates(boxes: LineUp, errors: list[float]) -> dict[str, list[float]]:
    """What the six panels show, for a solver without eyes."""
    return {name: out.tolist() for name, out in boxes(errors)._numbers.items()}


@pytest.mark.parametrize("number", range(12))
def test_the_right_box_is_the_schedule_of_fit(number: int):
    right = next(name for name, label in dealt_schedules(number).items() if label == NONE)
    draw = torch.Generator().manual_seed(number)
    for _ in range(10):
        steps = torch.randint(-3, 3, (MOST_EPOCHS,), generator=draw)
        errors = (60 + steps.cumsum(0)).clamp(0, 100).tolist()
        shown = rates(schedule_boxes(number), errors)[right]
        assert shown == pytest.approx(of_pytorch(errors, hidden_patience(number)))


def solve(boxes: LineUp) -> dict[str, str]:
    """Four experiments, all seen: how often, when and how far each box cuts."""
    found = dict.fromkeys(NAMES, NONE)

    def cuts(errors: list[float]) -> dict[str, list[int]]:
        shown = rates(boxes, [float(error) for error in errors])
        return {
            name: [place for place, (a, b) in enumerate(itertools.pairwise(out)) if b < a]
            for name, out in shown.items()
        }

    lows = {name: min(out) for name, out in rates(boxes, [50.0] * 40).items()}
    flat = cuts([50] * 40)
    firsts = sorted(at[0] for at in flat.values() if at)
    patience = firsts[2]  # one box may be early
    for name, at in flat.items():
        if not at:
            found[name] = "equal is enough"
        elif at[0] < patience:
            found[name] = "impatient"
        elif len(at) > 3:
            found[name] = "never stops"
        elif lows[name] > 0.01:
            found[name] = "halves"
        elif at[1] == at[0] + 1:
            found[name] = "counts on"
    back = cuts([50, 40, *range(90, 90 - patience - 2, -1)])
    every = cuts([value for n in range(9) for value in (90 - 5 * n, 91 - 5 * n)])
    worse = cuts([50] * (patience + 1) + [90] * patience)
    for name in (name for name, label in found.items() if label == NONE):
        if not back[name]:
            found[name] = "looks one back"
        elif every[name]:
            found[name] = "counts all"
        elif len(worse[name]) == 1:
            found[name] = "forgets"
    return found


def test_every_line_up_of_schedules_is_solved_by_looking_alone():
    met = set()
    for number in range(60):
        assert solve(schedule_boxes(number)) == dealt_schedules(number), number
        met |= {*dealt_schedules(number).values()}
    assert len(met) == 9


def test_the_chapters_errors_do_not_tell_all():
    """Most errors hide most faults: the learner has to choose."""
    shown = rates(schedule_boxes(1), CHAPTERS[:6])
    assert len({str(out) for out in shown.values()}) < 5


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        ([], "1 to 40 epochs.*got no numbers"),
        ([50] * 41, r"got a shape of \(41,\)"),
        ("errors", "got no numbers"),
        ([101], "from 0 to 100"),
        ([float("nan")], "from 0 to 100"),
    ],
)
def test_a_schedule_says_what_it_takes(errors: object, words: str):
    with pytest.raises(ValueError, match=words):
        schedule_boxes(3)(errors)


def test_suspects_give_their_points():
    assert check("12.impostors", dealt_schedules(4), 4).points == 12
