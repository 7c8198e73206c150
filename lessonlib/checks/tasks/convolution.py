"""Chapter 2: units that do not move with the picture, counted on a digit."""

import torch
from torch import Tensor
from torch.nn import functional as F

from lessonlib.checks.outcome import Case, Outcome
from lessonlib.checks.question import Mistake, Question, judge_part
from lessonlib.checks.reading import items
from lessonlib.checks.result import Verdict
from lessonlib.checks.task import Task, register
from lessonlib.data import load


def cases(seed: int) -> list[Case]:
    """A digit on white paper (1, 1, R, 28), a kernel (1, 1, k, k), and the padding (k - 1) / 2.

    The digit leaves the outer columns empty, so that it does not come in again on the other side.
    All numbers are whole.
    """
    draw = torch.Generator().manual_seed(seed)
    images = load("digits", train=False).images
    rows, padding, first = (
        int(torch.randint(low, high, (), generator=draw))
        for low, high in ((16, 28), (1, 4), (0, len(images)))
    )
    is_clear = (images[:, :, :, [0, -1]] == 0).flatten(1).all(1).roll(-first)
    place = (first + int(is_clear.int().argmax())) % len(images)
    side = 2 * padding + 1
    paper = 255 - images[place : place + 1, :, -rows:].double()
    kernel = torch.arange(1, side**2 + 1, dtype=torch.float64).reshape(1, 1, side, side)
    return [Case(f"{rows} rows and a kernel of {side}x{side}", (paper, kernel, padding))]


def ask(case: Case) -> str:
    """What is to be counted."""
    paper, kernel, padding = case.inputs
    rows, columns = paper.shape[-2:]
    side = kernel.shape[-1]
    return (
        f"Your digit is on white paper of {rows} rows and {columns} columns. Your layer has a "
        f"kernel of {side}x{side} and a padding of {padding}, so its maps are as large as the "
        f"paper: {rows} rows of {columns - 1} pairs."
    )


def judge(cases: list[Case], outcomes: list[Outcome]) -> Verdict:
    """Judge the counts after one layer (1 of 3 points) and after two (2 of 3).

    Raises:
        AnswerError: the answer is no pair.
    """
    pair = items(outcomes[0].value, 2, "`(10, 20)`")
    first, second = (
        judge_part(value, question(n, *cases[0].inputs)) for n, value in enumerate(pair, start=1)
    )
    message = f"One layer: {first.message} Two layers: {second.message}"
    return Verdict((first.share + 2 * second.share) / 3, message)


def question(layers: int, paper: Tensor, kernel: Tensor, padding: int) -> Question:
    """The count after so many layers, and those that mistakes lead to."""
    before, after = _maps(layers, paper, kernel, padding)
    rows, columns = before.shape[-2:]
    right, other = (_differ(*_maps(n, paper, kernel, padding)) for n in (layers, 3 - layers))
    rolled = int((torch.roll(before, 1, -1) != after).sum())
    back = int((before[..., 1:] != after[..., :-1]).sum())
    less = _differ(*_maps(layers, paper, kernel, padding - 1))
    return Question(
        right=right,
        mistakes=[
            Mistake(other, "That is the count after another number of layers."),
            Mistake(rolled, "Has the first column of the new map a partner in the old one?", 0.5),
            Mistake(right // rows, "Those are columns. How many units is that?", 0.5),
            Mistake(right // 2, "Look at both edges of the map.", 0.5),
            Mistake(rows * (columns - 1) - right, "Those are the units that agree.", 0.5),
            Mistake(0, "Is the padding there, and do you compare maps and not pictures?"),
            Mistake(less, "Is your map as large as the paper?"),
            Mistake(int((before != after).sum()), "Has each unit its partner one column on?"),
            Mistake(back, "In which direction did the digit move?"),
        ],
        praise="right.",
        hint="Compare column 0 of the old map with column 1 of the new one, and so on.",
        counts=True,
    )


def _maps(layers: int, paper: Tensor, kernel: Tensor, padding: int) -> tuple[Tensor, Tensor]:
    """The maps of the digit, and of the digit moved right by a pixel."""
    both = torch.cat([paper, torch.roll(paper, 1, -1)])
    for _ in range(layers):
        both = F.conv2d(both, kernel, padding=padding)
    return both[0], both[1]


def _differ(before: Tensor, after: Tensor) -> int:
    return int((before[..., :-1] != after[..., 1:]).sum())


register(
    Task(
        "02.moved_units",
        points=3,
        cases=cases,
        judge=judge,
        ask=ask,
        hints=(
            "The digit has moved by one pixel to the right. To which column of the old map should "
            "column 1 of the new map be equal?",
            "Each row has one pair fewer than it has columns: the first column of the new map and "
            "the last one of the old map have no partner. Leave these two out, lay the rest on "
            "top of each other, and count where they differ.",
            "For two layers, send both maps, the old one and the new one, through the same layer "
            "a second time. Compare only then, in the same way, and expect no simple relation "
            "before you have looked.",
        ),
        reasoning=(
            "All numbers are whole, so a unit that only moves along is equal to the last bit, and "
            "whatever differs really differs. Where these units lie, and why a second layer makes "
            "more of them, is what task 4 asks."
        ),
    )
)
