"""Your network: hints and reasoning of the tasks on a network of the learner's own.

They hold for every number: no hint names a digit, a map or a letter of one network.
"""

from typing import NamedTuple


class Help(NamedTuple):
    """What helps with a task: see `Task.hints` and `Task.reasoning`."""

    hints: tuple[str, ...]
    reasoning: str


HELP = {
    "00.letters": Help(
        hints=(
            "Red is where ink speaks for a digit. Which digits have ink just there, and none "
            "where it is blue?",
            "What cannot be read off the weights can be asked: show the network a clear digit, "
            "and look which letter gets the largest probability.",
            "Find one clear test digit of each kind with the help of `test.labels`, and show each "
            "to `mine.answer(...)`. Where two letters compete, try some more digits of that kind.",
        ),
        reasoning=(
            "A sum is large where ink meets red and small where it meets blue, so a clear digit "
            "makes its own sum the largest. Ten digits name ten letters, however hard the weights "
            "are to read."
        ),
    ),
    "00.rarest": Help(
        hints=(
            "A network hardly learns what it hardly sees. How would that show in its answers?",
            "In the table each row holds the test digits of one kind, and its place on the "
            "diagonal counts the right answers.",
            "Compare, row by row, the number on the diagonal with the rest of the row. For which "
            "digit does the network most often answer something else?",
        ),
        reasoning=(
            "Each picture pulls the sum of its own digit up and all other sums down. The rare "
            "digit's sum is seldom pulled up, so it wins less often than it should: much of its "
            "row lies beside the diagonal, and its column is thin."
        ),
    ),
    "00.confused": Help(
        hints=(
            "The diagonal of the table counts right answers. What do all other places count?",
            "Rows are what the network was shown, and columns are what it answered.",
            "Look for the largest number that is not on the diagonal. Its row comes first in your "
            "pair, and its column second.",
        ),
        reasoning=(
            "Each place beside the diagonal counts one mistake in one direction. Nothing makes "
            "the two directions equal: a digit that was rare in training is often taken for "
            "others, and others are seldom taken for it."
        ),
    ),
    "00.worst_digit": Help(
        hints=(
            "The loss of a picture looks at one number of the answer. Which one is it?",
            "You know the letters by now. So you can read, for each of the twelve digits, how "
            "much probability its own letter gets.",
            "Go through the digits 0 to 11 with `mine.answer(...)` and write down the probability "
            "of the right letter each time. Many answers may be wrong, but for which digit does "
            "the right letter get least?",
        ),
        reasoning=(
            "The loss is minus the logarithm of the probability of the right digit, so it is "
            "largest where that probability is smallest, however the rest is shared out. Being "
            "confidently wrong costs most."
        ),
    ),
    "02.whose_map": Help(
        hints=(
            "What does a layer make of a picture that is black but for a single bright pixel?",
            "Show such a picture, with the pixel far from the border. Where the map is not even, "
            "it holds a patch as large as the kernel.",
            "Compare each patch with each kernel, and remember from chapter 2 how a kernel comes "
            "out. The even ground around the patch is the map's bias and has nothing to do with "
            "the kernel.",
        ),
        reasoning=(
            "The bright pixel meets every weight of a kernel once, but from the other side: the "
            "unit below and to the right of it sees it through the kernel's upper left. So the "
            "map shows the kernel turned around, on a ground that is the bias."
        ),
    ),
    "02.removed_map": Help(
        hints=(
            "How can you tell what a part is good for? Look at what goes wrong without it.",
            "The title of `mine.without(...)` says how many test digits are wrong. There are only "
            "six maps to try.",
            "Stay with the table of the map that costs most. For each column, add up the counts "
            "that are not on the diagonal: which wrong answer is given most, over all digits?",
        ),
        reasoning=(
            "A map is worth what is lost without it, whatever its pictures look like. The network "
            "was not trained again, so this says what it relies on, not how well five maps could "
            "do."
        ),
    ),
    "03.read_f6": Help(
        hints=(
            "Each code is +1 where there is ink and -1 where there is none. How would F6 look if "
            "it met a code exactly?",
            "Draw the ten codes, as chapter 3 does, and lay them beside the six pictures. Where "
            "is the ink?",
            "Take the two or three codes that look nearest, and compare place by place: each "
            "place where code and picture differ strongly adds much to the squared distance. The "
            "network answers the code with the smallest one, even where the digit was another.",
        ),
        reasoning=(
            "The output measures squared distances from F6 to the ten codes, and the smallest "
            "wins. To the eye that is the code whose ink lies at the same places, so F6 can be "
            "read like a printed digit. What you read is the network's answer, which need not be "
            "the right one."
        ),
    ),
    "03.turned_maps": Help(
        hints=(
            "A coefficient above 0 keeps the order of values: what was larger stays larger. What "
            "does one below 0 do?",
            "Take a picture with clear strokes, and look at one place of a map: where C1 is "
            "higher than around it, is S2 higher or lower than around it?",
            "Do not trust the colour alone, because the bias moves a whole map up or down. "
            "Compare two places of the same map, one high and one low in C1, and see which of "
            "them is higher in S2.",
        ),
        reasoning=(
            "S2 adds, multiplies by the coefficient, adds the bias and squashes. The bias moves "
            "all values alike and the squashing keeps their order, so only a negative coefficient "
            "can turn high and low around."
        ),
    ),
    "03.removed_map": Help(
        hints=(
            "How can you tell what a part is good for? Look at what goes wrong without it.",
            "The title of `mine.without(...)` says how many test digits are wrong. Sixteen maps "
            "are few enough to try them all.",
            "Show all sixteen tables in a loop with `display(...)`, write down the count in each "
            "title, and compare.",
        ),
        reasoning=(
            "A map is worth what is lost without it, whatever it looks like. The network was not "
            "trained again, so this says what it relies on, not how well the other fifteen could "
            "do."
        ),
    ),
}
