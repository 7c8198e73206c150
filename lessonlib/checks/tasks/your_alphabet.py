"""Chapter 6: which code each digit got in the learner's own network, and what it would reject."""

from typing import Any

from lessonlib.checks.labels import Labels, number_below
from lessonlib.checks.result import Verdict
from lessonlib.checks.task import register
from lessonlib.checks.tasks.own_network import first_number, one_number, own_network_task
from lessonlib.checks.tasks.your_network_help import Help
from lessonlib.puzzles.own_alphabet import hidden_alphabet, nearest_penalties
from lessonlib.puzzles.trained import SHOWN

NEARLY = 2.0  # of a squared distance: another machine may round differently

ALPHABET = Labels(
    names="0123456789",
    thing="digit",
    example='{"0": 7, "1": 3}',
    read=number_below(10),
    hint="Show the network several clear digits of that kind: as which printed digit does F6 come "
    "out?",
    praise="You read the whole alphabet.",
)


def alphabet(number: int, value: Any) -> Verdict:
    """Which digit's code each digit got."""
    right = hidden_alphabet(number)
    return ALPHABET(value, {str(digit): {code} for digit, code in right.items()})


def stranger(number: int, value: Any) -> Verdict:
    """Which of the twelve pictures is farthest from the code that is nearest to it."""
    nearest = nearest_penalties(number)
    right = set((nearest >= nearest.max() - NEARLY).nonzero().flatten().tolist())
    hint = (
        "Another one is farther away. For each picture only the smallest of its ten penalties says "
        "how far it is from all codes."
    )
    return one_number(value, SHOWN, right, hint, "No code is near to that one.")


register(
    own_network_task(
        "06.alphabet",
        10,
        alphabet,
        ALPHABET.commit,
        Help(
            hints=(
                "F6 is drawn as 7 by 12 units. Which printed digit does it look like, whatever "
                "the handwritten one was?",
                "Find some clear test digits of each kind with the help of `test.labels`, and show "
                "them to `mine.f6(...)`. Where one of them is hard to read, another may be clear.",
                "Every code belongs to one digit. So when nine digits are read, the rare one has "
                "the code that is left over, and two digits that seem to have the same code need "
                "a second look.",
            ),
            reasoning=(
                "Training pulls F6 to whatever code the digit was given, so the network writes a "
                "printed digit, and it learns to write another one just as well. To the network "
                "the codes are ten patterns that differ enough; that they look like their digits "
                "matters to whoever reads them."
            ),
        ),
    )
)
register(
    own_network_task(
        "06.stranger",
        4,
        stranger,
        first_number(SHOWN),
        Help(
            hints=(
                "A layer of distances can say that no code is near. In which of its ten numbers "
                "does that show?",
                "The network answers the digit with the smallest penalty. A rule that rejects "
                "looks at that one number: the larger it is, the sooner it rejects.",
                "Show all twelve in a loop with `display(...)`, write down the smallest of the ten "
                "penalties each time, and take the picture for which it is largest.",
            ),
            reasoning=(
                "Whoever is far from the nearest code is far from all. Look at the others, too: "
                "some pictures that are no digits lie nearer to a code than some digits do, so a "
                "bound that rejects all of the first rejects some of the second."
            ),
        ),
    )
)
