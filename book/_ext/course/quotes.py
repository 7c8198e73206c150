"""Quotes that open with a bold word become boxes: predictions, exercises, claims."""

import json
from typing import Any

from boxes import Exercise
from docutils import nodes
from sphinx.application import Sphinx

from course.chapters import facts
from course.tags import element, tag


def make_boxes(app: Sphinx, doctree: nodes.document) -> None:
    """Replace the quotes of a chapter, which `chapters` has read in the same order."""
    kept = facts(app.env)
    if kept is None:
        return
    predictions, exercises = iter(kept["predictions"]), iter(kept["exercises"])
    for quote in list(doctree.findall(nodes.block_quote)):
        word = bold_opening(quote)
        if word == "Predict.":
            quote.replace_self(prediction_box(quote, next(predictions)))
        elif word.startswith("Exercise "):
            quote.replace_self(exercise_box(quote, next(exercises)))
        elif word == "You may have read.":
            quote.replace_self(element("div", *titled(quote), classes="box may-have-read"))


def bold_opening(node: nodes.Element) -> str:
    """The bold word that a quote or a paragraph in a section begins with, or ""."""
    first = node.children[0] if isinstance(node, nodes.block_quote) and node.children else node
    if not isinstance(first, nodes.paragraph) or not isinstance(node.parent, nodes.section):
        return ""
    while first.children and not first.children[0].astext():  # MyST writes an empty text there
        del first.children[0]
    strong = first.children[0] if first.children else None
    return strong.astext() if isinstance(strong, nodes.strong) else ""


def titled(quote: nodes.block_quote) -> list[nodes.Node]:
    """The children of a box, with its bold word marked as its title."""
    quote.children[0].children[0]["classes"].append("box-title")
    return list(quote.children)


def prediction_box(quote: nodes.block_quote, known: dict[str, Any]) -> tag:
    """A question and what to choose from, as predict.js needs it."""
    *question, last = titled(quote)
    data = {"data_kind": known["kind"]}
    if "answer" in known:
        data["data_answer"] = json.dumps(known["answer"])
    if known["kind"] == "number":
        data |= {"data_unit": known["unit"], "data_within": str(known.get("within", 0))}
        last["classes"].append("asked-for")
    else:
        last = items(last)
    box = element("div", *question, last, classes="box predict", **data)
    box["ids"] = [f"predict-{known['id']}"]
    return box


def items(found: nodes.Element) -> tag:
    """The list of a prediction; each item carries its plain text."""
    rows = [
        element("li", *item.children[0].children, data_value=item.astext().strip())
        for item in found.children
    ]
    name = "ul" if isinstance(found, nodes.bullet_list) else "ol"
    return element(name, *rows, classes="choices", role="list")


def exercise_box(quote: nodes.block_quote, exercise: Exercise) -> tag:
    """An exercise with an address of its own: #exercise-3-2."""
    box = element("div", *titled(quote), classes="box exercise")
    box["ids"] = [f"exercise-{exercise.number.replace('.', '-')}"]
    return box


def setup(app: Sphinx) -> None:
    """Run before worked answers are put into the boxes."""
    app.connect("doctree-read", make_boxes, priority=300)
