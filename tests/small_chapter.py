"""A small chapter that holds every convention once, as plain JSON, for tests to read and break."""

from typing import Any

Cell = dict[str, Any]


def text(name: str, source: str, *tags: str, **course: Any) -> Cell:
    """A Markdown cell; `course` is its metadata `lessonlib`."""
    return {
        "cell_type": "markdown",
        "id": name,
        "metadata": metadata(tags, course),
        "source": source,
    }


def code(name: str, source: str, *tags: str, outputs: list | None = None, **course: Any) -> Cell:
    """A code cell, with stored outputs where they matter."""
    return {
        "cell_type": "code",
        "id": name,
        "execution_count": 1,
        "metadata": metadata(tags, course),
        "outputs": outputs or [],
        "source": source,
    }


def metadata(tags: tuple[str, ...], course: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"tags": list(tags)} if tags else {}
    return found | ({"lessonlib": course} if course else {})


def shown(kind: str, content: str) -> dict[str, Any]:
    """A stored output of one MIME type."""
    return {"output_type": "display_data", "data": {kind: content}, "metadata": {}}


def notebook(*cells: Cell) -> dict[str, Any]:
    """A notebook of these cells."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": list(cells),
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBA"
    "EAX+XDSwAAAABJRU5ErkJggg=="
)
ALT = {"mystnb": {"image": {"alt": "One pixel, all alone."}}}

CHOICE = "> **Predict.** Which layer holds most of the numbers?\n>\n> - C1\n> - C3\n> - C5"
NUMBER = "> **Predict.** How many pixels does a C3 unit see a side?\n>\n> *A number, in pixels.*"
ORDER = "> **Predict.** Put them in order, the largest first.\n>\n> 1. C1\n> 2. C3\n> 3. C5"
CHECKED = (
    "> **Exercise 3.1. Count**\n>\n> Derive the numbers of C5.\n>\n"
    "> Checked: [task 2](student/03_lenet5.ipynb)."
)
OPEN = "> **Exercise 3.2. Think**\n>\n> Why are there 120 maps?"
CLAIM = "> **You may have read.** There are five layers. [Fact check L8](../book/fact-check.md#l8)"
DEEPER = "> **Go deeper.** What S2 computes, by hand."
SAW = "**What we saw.** C5 holds 80.2 % of the numbers."


def chapter() -> dict[str, Any]:
    """A notebook that breaks no convention."""
    figure = code("figure", "draw()", "hide-input", outputs=[shown("image/png", PIXEL)])
    figure["metadata"] |= ALT
    return notebook(
        text("head", "# What does each layer compute?\n\nCount it · 10 minutes"),
        code("setup-1", "import lessonlib", "setup"),
        code("setup-2", "import torch", "setup"),
        text("core", "**In two minutes.** A network reads a digit."),
        figure,
        text("guess-choice", CHOICE),
        code(
            "shares", 'largest = "C5"\nassert largest == "C5"', "answer", "hide-input", answer="C5"
        ),
        code("saw", "say(f'...')", "answer", outputs=[shown("text/markdown", SAW)]),
        text("places", "## What does it see?\n\nA unit sees a window.\n\n" + NUMBER),
        code("sees", "size = 6 + 4 * 2\nassert size == 14\nsize", "answer", answer=14),
        text("sizes", "It was counted by [LeCun et al., 1998](../book/bibliography.md#lecun1998)."),
        text("guess-order", ORDER),
        text("ordered", "C5, then C3, then C1.", "answer"),
        text("ex-1", CHECKED),
        text("read", CLAIM),
        text("deeper", DEEPER),
        code("by-hand", "1 + 1  # by hand"),
        text("below", "### A heading below it\n\nStill folded."),
        text("back", "## Exercises\n\n" + OPEN),
        text("sources", "## Sources\n\nThe paper."),
        text("answers", "## Answers"),
        text("answer-2", "**Answer 3.2.** Nobody says."),
        code("answer-2-code", "4 * 30"),
    )
