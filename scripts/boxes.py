"""The boxes of a Markdown cell: quotes that open with a bold word, read without Sphinx.

The conventions themselves are listed in `conventions`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.dollarmath import dollarmath_plugin

FEWEST_CHOICES, FEWEST_TO_ORDER, MOST_ITEMS, LONGEST_ITEM = 2, 3, 6, 80
NUMBER = re.compile(r"A number(?:, in (?P<unit>[^.]+))?\.?")
EXERCISE = re.compile(r"Exercise (?P<number>\d+\.\d+)\. (?P<title>\S.*)")
ANSWER = re.compile(r"Answer (?P<number>\d+\.\d+)\.")
CHECKED = re.compile(r"Checked: \[[^\]]+\]\(student/\w+\.ipynb\)\.")
FACT = re.compile(r"\[Fact check (?P<id>[A-Z]+\d+)\]\(\.\./book/fact-check\.md#(?P<anchor>[^)]*)\)")
KNOWN = "**Predict.**, **Exercise 3.2. Title**, **You may have read.** or **Go deeper.**"


@dataclass(frozen=True, kw_only=True)
class Box:
    """A quote that opens with a bold word; `troubles` says what is wrong with it."""

    line: int  # of the cell, from 0
    is_last: bool  # nothing follows in the cell
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Prediction(Box):
    """**Predict.** The kind of answer is "choice", "order", "number", or "" if it is missing."""

    kind: str
    items: tuple[str, ...] = ()  # choices, or what is to be ordered, as plain text
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Exercise(Box):
    """**Exercise 3.2. Title** with its number and title, and whether a notebook checks it."""

    number: str
    title: str
    checked: bool


@dataclass(frozen=True, kw_only=True)
class Claim(Box):
    """**You may have read.** with the ids of the claims that it links to."""

    ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Deeper(Box):
    """**Go deeper.** with the line that says what follows."""

    text: str


@dataclass(frozen=True)
class Heading:
    """A heading: its level (1 for #), its text and its line in the cell, from 0."""

    level: int
    text: str
    line: int


@cache
def blocks(text: str) -> tuple[SyntaxTreeNode, ...]:
    """The blocks of a Markdown text, in order."""
    parser = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)
    return tuple(SyntaxTreeNode(parser.parse(text)).children)


def plain(node: SyntaxTreeNode) -> str:
    """A block's text without its marks, on one line."""
    if node.type in ("softbreak", "hardbreak"):
        return " "
    if not node.children:
        return node.content if node.type != "root" else ""
    return "".join(plain(child) for child in node.children)


def opening(block: SyntaxTreeNode) -> str | None:
    """The bold word that a quote or a paragraph begins with; None if there is none."""
    if block.type == "blockquote" and block.children:
        block = block.children[0]
    if block.type != "paragraph":
        return None
    first = next((node for node in block.children[0].children if plain(node)), None)
    return plain(first) if first is not None and first.type == "strong" else None


def headings(text: str) -> list[Heading]:
    """The headings of a Markdown text."""
    return [
        Heading(int(block.tag[1]), plain(block), block.map[0])
        for block in blocks(text)
        if block.type == "heading"
    ]


def answer_number(text: str) -> str | None:
    """The number of the exercise that a cell answers, such as 3.2; None for other cells."""
    first = next(iter(blocks(text)), None)
    match = ANSWER.fullmatch(opening(first) or "") if first is not None else None
    return match["number"] if match and first.type == "paragraph" else None


def boxes(text: str) -> Iterator[Box]:
    """The boxes of a Markdown text, in order; one with an unknown word is a plain `Box`."""
    found = blocks(text)
    for place, block in enumerate(found):
        word = opening(block)
        if word is None:
            continue
        is_last = place == len(found) - 1
        if block.type == "blockquote":
            source = "\n".join(text.splitlines()[slice(*block.map)])
            yield read_box(word, block, source, line=block.map[0], is_last=is_last)
        elif re.match(r"Predict|Exercise|You may have read|Go deeper", word):
            trouble = f'"**{word}**" is outside a quote: begin each of its lines with ">"'
            yield Box(line=block.map[0], is_last=is_last, troubles=(trouble,))


def read_box(word: str, quote: SyntaxTreeNode, source: str, **place: int | bool) -> Box:
    """One box, from the bold word that it opens with."""
    if word == "Predict.":
        return read_prediction(quote, place)
    if word == "You may have read.":
        return read_claim(quote, source, place)
    if word == "Go deeper.":
        return read_deeper(quote, place)
    if word.startswith("Exercise"):
        return read_exercise(word, quote, source, place)
    return Box(troubles=(f'unknown box "**{word}**": expected {KNOWN}',), **place)


def read_prediction(quote: SyntaxTreeNode, place: dict) -> Prediction:
    """A prediction with its kind of answer."""
    last, question = quote.children[-1], plain(quote)
    troubles = []
    if question.count("?") > 1:
        troubles.append("a prediction asks one thing, but this one has several question marks")
    if last.type in ("bullet_list", "ordered_list"):
        kind = "choice" if last.type == "bullet_list" else "order"
        items = tuple(plain(item).strip() for item in last.children)
        troubles += item_troubles(kind, items, last)
        return Prediction(kind=kind, items=items, troubles=tuple(troubles), **place)
    match = NUMBER.fullmatch(plain(last)) if is_italic(last) else None
    if match is not None:
        unit = match["unit"] or ""
        return Prediction(kind="number", unit=unit, troubles=tuple(troubles), **place)
    troubles.append(
        "a prediction has no kind of answer: end it with a bullet list (choose one), "
        'a numbered list (put in order) or "*A number, in percent.*"'
    )
    return Prediction(kind="", troubles=tuple(troubles), **place)


def is_italic(block: SyntaxTreeNode) -> bool:
    """True for a paragraph that is in italics as a whole."""
    return block.type == "paragraph" and [node.type for node in block.children[0].children] == [
        "em"
    ]


def item_troubles(kind: str, items: tuple[str, ...], block: SyntaxTreeNode) -> Iterator[str]:
    """What is wrong with the list in a prediction."""
    fewest = FEWEST_CHOICES if kind == "choice" else FEWEST_TO_ORDER
    if not fewest <= len(items) <= MOST_ITEMS:
        yield f"expected {fewest} to {MOST_ITEMS} items to {kind}, got {len(items)}"
    if len(set(items)) < len(items):
        yield "two items of a prediction are equal"
    if any(len(item.children) != 1 for item in block.children):
        yield "each item of a prediction is one line of text"
    for item in items:
        if len(item) > LONGEST_ITEM:
            yield f'an item has more than {LONGEST_ITEM} characters: "{item}"'
    if any(node.type == "math_inline" for node in block.walk()):
        yield "the items of a prediction are repeated as text, so they cannot hold maths"


def read_exercise(word: str, quote: SyntaxTreeNode, source: str, place: dict) -> Exercise:
    """An exercise: its number, its title, and whether it is checked."""
    match = EXERCISE.fullmatch(word)
    last = re.sub(r"^>\s?", "", source.rstrip().splitlines()[-1])
    checked = CHECKED.fullmatch(last.strip()) is not None
    troubles = []
    if match is None:
        troubles.append(f'expected "**Exercise 3.2. Title**", got "**{word}**"')
    if plain(quote.children[0]).strip() != word:
        troubles.append("the first paragraph of an exercise is its bold title alone")
    if len(quote.children) < 2:
        troubles.append("an exercise has no text below its title")
    if not checked and "Checked:" in plain(quote):
        troubles.append(
            "an exercise's last paragraph is exactly "
            '"Checked: [task 2](student/03_lenet5.ipynb).", on one line'
        )
    number, title = (match["number"], match["title"]) if match else ("", word)
    return Exercise(number=number, title=title, checked=checked, troubles=tuple(troubles), **place)


def read_claim(quote: SyntaxTreeNode, source: str, place: dict) -> Claim:
    """What a reader may have read, and where it is checked."""
    found = list(FACT.finditer(source))
    troubles = [
        f"the anchor of {match['id']} is #{match['id'].lower()}, not #{match['anchor']}"
        for match in found
        if match["anchor"] != match["id"].lower()
    ]
    if not found:
        troubles.append(
            '"You may have read" ends with its claim: [Fact check L8](../book/fact-check.md#l8)'
        )
    if len(quote.children) != 1:
        troubles.append('"You may have read" is one paragraph')
    return Claim(ids=tuple(match["id"] for match in found), troubles=tuple(troubles), **place)


def read_deeper(quote: SyntaxTreeNode, place: dict) -> Deeper:
    """The line that says what is folded."""
    text = plain(quote.children[0]).removeprefix("Go deeper.").strip()
    troubles = []
    if len(quote.children) != 1 or not text:
        troubles.append('"Go deeper" says in one paragraph what follows')
    if any(node.type == "link" for node in quote.walk()):
        troubles.append('the line of "Go deeper" is clicked as a whole, so it holds no link')
    return Deeper(text=text, troubles=tuple(troubles), **place)
