"""Chapter 5: the variance of what a layer computes, from its first weights."""

import random

from lessonlib.checks.outcome import Case
from lessonlib.checks.question import Mistake, Question, number_judge
from lessonlib.checks.task import Task, register

_BOUNDS = (0.05, 0.08, 0.1, 0.15, 0.2)


def layer_cases(seed: int) -> list[Case]:
    """Inputs of a unit, the bound of its weights, and the mean square of an input."""
    draw, is_clear = random.Random(seed), False
    while not is_clear:  # the variance, its root, and that for inputs of 1 have to be apart
        inputs, bound = draw.choice([40, 60, 90, 150, 240]), draw.choice(_BOUNDS)
        square = draw.choice([0.2, 0.3, 0.4, 0.6])
        root = (inputs * bound**2 / 3 * square) ** 0.5
        is_clear = abs(root - 1) > 0.1 and abs(root / square - 1) > 0.1
    return [Case(f"{inputs} inputs", (inputs, bound, square))]


def ask_layer(case: Case) -> str:
    """The unit whose variance is asked."""
    inputs, bound, square = case.inputs
    return (
        f"A unit has {inputs} inputs. The mean of each input's square is {square:g}. The unit's "
        f"weights are drawn evenly from -{bound:g} to {bound:g}, each by itself, and its bias is "
        f"0. Over all draws of the weights, what **variance** has the unit's sum?"
    )


def layer_question(inputs: int, bound: float, square: float) -> Question:
    """The variance of the sum."""
    weight = bound**2 / 3
    right = inputs * weight * square
    return Question(
        right=right,
        mistakes=[
            Mistake(right**0.5, "That is how far the sum strays, its standard deviation. The "
                    "question asks for the variance.", 0.5),
            Mistake(3 * right, "Is a weight always as large as its bound? How large is its square "
                    "on average?", 0.5),
            Mistake(4 * right, "How wide is the range that a weight is drawn from? The variance of "
                    "an even draw is a twelfth of the width's square.", 0.5),
            Mistake(right / 4, "How wide is the range that a weight is drawn from? Count from one "
                    "end to the other.", 0.5),
            Mistake(weight * square, "That is one input's part. How many are added?", 0.5),
            Mistake(inputs * weight, "That holds for inputs whose squares are 1 on average.", 0.5),
            Mistake(inputs * weight * square**2, "Is the square of the inputs squared again?", 0.5),
            Mistake(inputs**2 * weight * square, "Do the variances of independent parts grow "
                    "with the square of their number?", 0.25),
            Mistake(inputs * bound / 3 * square, "The square of a weight counts, not its size."),
        ],
        praise="The parts are independent, so their variances add.",
        hint="Begin with one weight: what is the mean of its square? Then one product, then the "
        "sum.",
    )  # fmt: skip


def stack_cases(seed: int) -> list[Case]:
    """Inputs of each unit, the bound of the weights, and how many layers."""
    draw = random.Random(seed)
    inputs, layers = draw.choice([25, 50, 100, 200]), draw.randint(3, 6)
    gain = draw.choice([0.4, 0.5, 0.7, 1.4, 1.8])
    return [Case(f"{layers} layers", (inputs, round((3 * gain / inputs) ** 0.5, 3), layers))]


def ask_stack(case: Case) -> str:
    """The stack whose factor is asked."""
    inputs, bound, layers = case.inputs
    return (
        f"A stack of {layers} layers squashes nothing. Every unit has {inputs} inputs, a bias of "
        f"0, and weights drawn evenly from -{bound:g} to {bound:g}. By what **factor** does the "
        f"variance change from the inputs to the last layer?"
    )


def stack_question(inputs: int, bound: float, layers: int) -> Question:
    """The factor."""
    gain = inputs * bound**2 / 3
    return Question(
        right=gain**layers,
        mistakes=[
            Mistake(gain, "That is one layer. What does the next one multiply by?", 0.5),
            Mistake(gain * layers, "Do factors add from layer to layer?", 0.25),
            Mistake(gain ** (layers / 2), "That is the standard deviation's factor. The question "
                    "asks for the variance's.", 0.5),
            Mistake(gain ** (layers - 1), "Count the layers again: does the first change "
                    "nothing?", 0.5),
            Mistake(gain ** (layers + 1), "Count the layers again.", 0.5),
            Mistake((3 * gain) ** layers, "Is a weight always as large as its bound?", 0.5),
            Mistake((bound**2 / 3) ** layers, "How many inputs does a unit add up?"),
            Mistake((4 * gain) ** layers, "The variance of an even draw is a twelfth of the "
                    "width's square. How wide is this range?", 0.5),
            Mistake(1 / gain**layers, "Which way round: the last layer's variance, compared with "
                    "the inputs'?", 0.5),
        ],
        praise="Every layer multiplies by the same factor.",
        hint="By which factor does a single layer change the variance? And the next one?",
    )  # fmt: skip


register(
    Task(
        "05.layer_variance",
        points=2,
        cases=layer_cases,
        judge=number_judge(layer_question),
        ask=ask_layer,
        hints=(
            "Begin with a single weight. Its mean is 0. What is the mean of its square, if it is "
            "drawn evenly between minus a bound and the bound?",
            "The mean of a weight's square is a third of the bound's square. A product of a weight "
            "and an input has the product of both mean squares.",
            "The sum adds one such product for each input. Because the weights are drawn each by "
            "itself, the variances of the products add.",
        ),
        reasoning=(
            "A weight's mean is 0, so the variance of a product is the mean of its square: a "
            "third of the bound's square, times the input's. All inputs together give that many "
            "times as much, and that is why a bound must shrink as the inputs grow."
        ),
    )
)
register(
    Task(
        "05.stack_variance",
        points=2,
        cases=stack_cases,
        judge=number_judge(stack_question),
        ask=ask_stack,
        hints=(
            "Work out one layer first: by which factor does its variance differ from that of its "
            "inputs?",
            "What leaves one layer are the inputs of the next, and all layers are drawn alike.",
            "The factor of one layer is the number of inputs times a third of the bound's square. "
            "The next layer multiplies by it again, and so on for each layer.",
        ),
        reasoning=(
            "Equal layers multiply by equal factors, so the signal grows or shrinks like a power. "
            "Only a factor of 1 keeps it, and even a small departure from 1 tells in a deep stack."
        ),
    )
)
