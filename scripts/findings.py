"""Findings, "**What we saw.** ...": sentences with at most two numbers and no printed list.

Only what a reader takes as a value is counted. Not counted are names (C5, LeNet-5), sizes (32x32),
whole numbers below ten without a unit (a 4 and a 9, two of 3), the text of links and code.
"37 of 2,000" and "97.1 ± 0.3" are one number each.
"""

import re
from collections.abc import Iterator

OPENING = "**What we saw.**"
MOST_NUMBERS = 2
NOT_VALUES = (
    r"`[^`]*`",
    r"\[[^\]]*\]\([^)]*\)",  # links, citations among them
    r"\d+(?:\s?[x×]\s?\d+)+",  # sizes
    r"\b[A-Za-z]\w*(?:-\d+)?\b",  # words and names
)
VALUE = r"[-−+]?(?:\d[\d,]*\.?\d*|\.\d+)"
PAIR = re.compile(rf"({VALUE})\s?(?:of|±|out of)\s?{VALUE}")
PERCENT = r"\s?%"


def findings(text: str) -> Iterator[str]:
    """The paragraphs of a Markdown text that say what was seen."""
    for paragraph in re.split(r"\n\s*\n", text):
        if paragraph.lstrip().startswith(OPENING):
            yield paragraph.strip().removeprefix(OPENING)


def numbers(sentence: str) -> list[str]:
    """The values in a sentence, by the rule above."""
    for pattern in NOT_VALUES[:3]:
        sentence = re.sub(pattern, " ", sentence)
    sentence = PAIR.sub(r"\1", sentence)
    sentence = re.sub(NOT_VALUES[3], " ", sentence)
    found = re.findall(rf"(?<![\w-])({VALUE})({PERCENT})?", sentence)
    return [
        number.rstrip(".,")
        for number, percent in found
        if percent or len(number.rstrip(".,").lstrip("-−+")) > 1
    ]


def finding_problems(text: str) -> Iterator[str]:
    """What is wrong with the findings in a Markdown text."""
    for sentence in findings(text):
        if re.search(r"\[\s*[-−\d]", sentence):
            yield "a finding prints a list of numbers: put them into a table or a figure"
        found = numbers(sentence)
        if len(found) > MOST_NUMBERS:
            yield (
                f"a finding has at most {MOST_NUMBERS} numbers, got {len(found)} "
                f"({', '.join(found)}): put them into a table or a figure"
            )
