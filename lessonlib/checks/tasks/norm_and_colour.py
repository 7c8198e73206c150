"""Chapter 11: response normalisation and the change of colours, as AlexNet's paper prints them."""

import math
from collections.abc import Callable, Iterable

import torch
from torch import Tensor

from lessonlib.checks.function import Function
from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake
from lessonlib.checks.runners import as_function
from lessonlib.checks.task import Task, register
from lessonlib.checks.tasks.gradients import uniform
from lessonlib.checks.tasks.shared_kernel import signed
from lessonlib.layers import CrossMapNorm

# Response normalisation


def normalised(maps: Tensor, towers: int, size: int, k: float, alpha: float, beta: float) -> Tensor:
    """(C, H, W), each value divided as in Krizhevsky et al. 2012, sec. 3.3."""
    return CrossMapNorm(alpha, towers=towers, size=size, k=k, beta=beta)(maps[None])[0]


def _divided(
    window: Callable[[int, int, int], Iterable[int]],
    power: Callable[..., Tensor] = lambda sums, size, k, alpha, beta: (k + alpha * sums) ** -beta,
) -> Callable[..., Tensor]:
    """A mistake: which maps are summed, of a map, the maps of a tower and the size; what follows.

    `power` makes the factor from the sum of the squares and from size, k, alpha and beta.
    """

    def function(
        maps: Tensor, towers: int, size: int, k: float, alpha: float, beta: float
    ) -> Tensor:
        squares, each, rows = maps.double().square(), len(maps) // towers, []
        for i in range(len(maps)):
            first = i // each * each
            chosen = [first + j for j in window(i - first, each, size)]
            sums = squares[chosen].sum(0)
            rows.append(maps[i].double() * power(sums, size, k, alpha, beta))
        return torch.stack(rows)

    return function


def _own(i: int, each: int, size: int) -> range:
    """The maps of the formula, as far as the tower has them."""
    return range(max(0, i - size // 2), min(each, i + size // 2 + 1))


def _across(maps: Tensor, towers: int, *numbers: float) -> Tensor:
    return normalised(maps, 1, *numbers)


NORM_MISTAKES = (
    Mistake(_across, "Nearly. Look at the maps at the border of two towers: which neighbours are "
            "on the same GPU?", 0.5),
    Mistake(_divided(_own, lambda s, n, k, a, b: (k + a / n * s) ** -b), "That is PyTorch's "
            "formula, and the released source's. Does the printed one divide alpha?", 0.5),
    Mistake(_divided(lambda i, each, n: [j % each for j in range(i - n // 2, i + n // 2 + 1)]),
            "Nearly. Your first map has the last one as a neighbour: what does Python do with an "
            "index below 0?", 0.5),
    Mistake(_divided(lambda i, each, n: range(max(0, i - n), min(each, i + n + 1))), "Nearly. How "
            "many maps are summed in the middle of a tower: `size` of them?", 0.5),
    Mistake(_divided(lambda i, each, n: range(max(0, i - n // 2), min(each, i + n // 2))),
            "Nearly. Is the last neighbour among your maps? A `range` ends before its end.", 0.5),
    Mistake(_divided(lambda i, each, n: [j for j in _own(i, each, n) if j != i]), "Nearly. Is a "
            "map among its own neighbours in the formula?", 0.5),
    Mistake(_divided(_own, lambda s, n, k, a, b: (k + a * s) ** b), "Nearly. Does the formula "
            "divide or multiply?", 0.5),
    Mistake(_divided(_own, lambda s, n, k, a, b: 1 / (k + a * s)), "Nearly. What does beta do?",
            0.5),
    Mistake(_divided(_own, lambda s, n, k, a, b: 1 / (k + a * s**b)), "Nearly. What does the "
            "exponent beta belong to?", 0.5),
    Mistake(_divided(_own, lambda s, n, k, a, b: (1 + a * s) ** -b), "Nearly: where is k?", 0.5),
    Mistake(_divided(_own, lambda s, n, k, a, b: (k + s) ** -b), "Nearly: where is alpha?", 0.5),
)  # fmt: skip


def _without_square(
    maps: Tensor, towers: int, size: int, k: float, alpha: float, beta: float
) -> Tensor:
    """The size of each response is summed in place of its square."""
    roots = maps.double().abs().sqrt()
    factor = normalised(roots, towers, size, k, alpha, beta) / roots
    return maps.double() * factor


NORM = Function(
    form="response_norm(maps, towers, size, k, alpha, beta)",
    right=normalised,
    mistakes=(*NORM_MISTAKES, Mistake(_without_square, "Nearly. What is summed: the responses, or "
                                      "their squares?", 0.5)),
    praise="The same numbers as the library's, at the edges of a tower too.",
    shape_hint=lambda given, right: "One value for each that came in.",
    rule="The task is to write the normalisation yourself, without PyTorch's.",
    keeps_inputs=True,
)  # fmt: skip


def norm_cases(seed: int) -> list[Case]:
    """Maps of one tower, of two, and of two that are narrower than the window."""
    draw = torch.Generator().manual_seed(seed)
    cases = []
    for towers, each, size, height, width in ((2, 5, 5, 2, 3), (1, 7, 3, 3, 2), (2, 2, 5, 1, 2)):
        count = towers * each
        maps = 3 * signed(draw, count * height * width).reshape(count, height, width)
        k, alpha, beta = (
            round(low + uniform(draw, 1).item() * span, 2)
            for low, span in ((1.5, 1.0), (0.1, 0.2), (0.6, 0.3))
        )
        text = (
            f"{count} maps, towers={towers}, size={size}, k={k:g}, alpha={alpha:g}, beta={beta:g}"
        )
        cases.append(Case(text, (maps, towers, size, k, alpha, beta)))
    return cases


# Colours


def recoloured(picture: Tensor, values: Tensor, columns: Tensor, draws: Tensor) -> Tensor:
    """(3, H, W), with the sum of Krizhevsky et al. 2012, sec. 4.1, added to each pixel."""
    return picture + (columns @ (draws * values))[:, None, None]


def _adding(
    change: Callable[[Tensor, Tensor, Tensor], Tensor],
) -> Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]:
    """The picture with another colour added: `change` of eigenvalues, eigenvectors and draws."""
    return lambda picture, *given: picture + change(*given)[:, None, None]


COLOUR_MISTAKES = (
    Mistake(_adding(lambda v, p, a: p.T @ (a * v)), "Nearly. The eigenvectors are the columns: "
            "which of your numbers is the red of the first one?", 0.5),
    Mistake(_adding(lambda v, p, a: p @ (a * v.sqrt())), "Those are the standard deviations, which "
            "the released source seems to take. What does the paper print?", 0.5),
    Mistake(_adding(lambda v, p, a: p @ a), "Nearly: where are the eigenvalues?", 0.5),
    Mistake(_adding(lambda v, p, a: p @ v), "Nearly: where are the draws?", 0.5),
    Mistake(_adding(lambda v, p, a: p @ (0.1 * a * v)), "Nearly. The draws are drawn already: is "
            "there anything to multiply them by again?", 0.5),
    Mistake(_adding(lambda v, p, a: -(p @ (a * v))), "Nearly. Is the colour added or taken away?",
            0.5),
    Mistake(_adding(lambda v, p, a: p[:, 0] * a[0] * v[0]), "That is the first direction. There "
            "are three.", 0.5),
    Mistake(_adding(lambda v, p, a: p.sum(1) * a * v), "Nearly. Each draw belongs to one "
            "eigenvector with its red, its green and its blue. Add three such colours.", 0.25),
    Mistake(lambda x, v, p, a: x * (1 + (p @ (a * v)))[:, None, None], "Is the picture multiplied, "
            "or is something added to it?", 0.25),
    Mistake(lambda x, *given: recoloured(x, *given).clamp(0, 1), "Nearly. The task asks to leave "
            "what goes beyond 0 and 1.", 0.75),
)  # fmt: skip


COLOUR = Function(
    form="pca_colour(picture, values, vectors, draws)",
    right=recoloured,
    mistakes=COLOUR_MISTAKES,
    praise="The same colour is added to all pixels, and it is the printed one.",
    shape_hint=lambda given, right: "A picture of the same height and width, in three colours.",
    keeps_inputs=True,
)


def colour_cases(seed: int) -> list[Case]:
    """Pictures with directions that are at right angles, and draws large enough to show."""
    draw = torch.Generator().manual_seed(seed)
    cases, usual = [], torch.tensor([0.9, 0.35, 0.12], dtype=torch.float64)
    for height, width in ((2, 4), (3, 3)):
        picture = uniform(draw, 3 * height * width).reshape(3, height, width)
        values = usual * (0.8 + 0.4 * uniform(draw, 3))
        text = f"a picture of {height}x{width}"
        cases.append(Case(text, (picture, values, _turned(draw), 0.5 * signed(draw, 3))))
    return cases


def _turned(draw: torch.Generator) -> Tensor:
    """(3, 3): red, green and blue, turned about two axes; columns of length 1."""
    a, b = (0.3 + 0.9 * uniform(draw, 2)).tolist()
    cos, sin = math.cos, math.sin
    first = torch.tensor([[cos(a), -sin(a), 0], [sin(a), cos(a), 0], [0, 0, 1]])
    second = torch.tensor([[1, 0, 0], [0, cos(b), -sin(b)], [0, sin(b), cos(b)]])
    return first.double() @ second.double()


register(
    Task(
        "11.response_norm",
        points=2,
        cases=norm_cases,
        run=as_function(excluded=("local_response_norm",)),
        judge=NORM,
        hints=(
            "Begin with one map and one tower: which maps are summed for it, and which of them do "
            "not exist?",
            "A loop over the towers, and in it one over the tower's maps. The neighbours go from "
            "half a window below to half a window above, but not beyond the tower.",
            "Sum the squares of these maps at the same place, multiply by alpha, add k, raise to "
            "the power beta, and divide the map by that. `torch.stack` makes one tensor of a list "
            "of maps.",
        ),
        reasoning=(
            "A strong response makes its neighbours smaller, so that maps compete. The formula "
            "does not look across the towers, since the other half of the maps was on another GPU. "
            "Who copies the paper's alpha into a library that divides it gets a weaker effect."
        ),
    )
)
register(
    Task(
        "11.pca_colour",
        points=2,
        cases=colour_cases,
        run=as_function(),
        judge=COLOUR,
        hints=(
            "How many numbers are added to one pixel, and are they the same for all pixels?",
            "Each eigenvector is a colour. It is multiplied by its eigenvalue and by its draw, and "
            "the three colours are added.",
            "A matrix times a column of three numbers adds its columns, each times one of the "
            "numbers. `[:, None, None]` makes three numbers fit all pixels.",
        ),
        reasoning=(
            "The colours of photographs vary most along light and dark, so the first direction "
            "mostly changes the brightness of the whole picture, and the pattern stays. What is "
            "added is the same everywhere, as the colour of the light is."
        ),
    )
)
