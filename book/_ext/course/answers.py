"""Worked answers: at the end of a notebook, on the page folded into the box of their exercise."""

import re

from docutils import nodes
from sphinx.application import Sphinx

from course.chapters import facts
from course.quotes import bold_opening
from course.tags import fold, show_or_hide

SECTION = "Answers"
OPENING = re.compile(r"Answer (\d+)\.(\d+)\.")


def place_answers(app: Sphinx, doctree: nodes.document) -> None:
    """Move each answer to its exercise, and remove the section of answers."""
    if facts(app.env) is None:
        return
    boxes = {node["ids"][0]: node for node in doctree.findall(nodes.Element) if node.get("ids")}
    for section in list(doctree.findall(nodes.section)):
        title = next(iter(section.children), None)
        if title is None or title.astext() != SECTION:
            continue
        for number, found in answers(section).items():
            first = found[0]
            del first.children[0]  # "Answer 3.2.", which the fold says
            boxes[f"exercise-{number}"] += fold("worked", show_or_hide(" the answer"), *found)
        section.parent.remove(section)


def answers(section: nodes.section) -> dict[str, list[nodes.Node]]:
    """What follows each "Answer 3.2.", by number (3-2)."""
    found: dict[str, list[nodes.Node]] = {}
    number = None
    for node in section.children:
        match = OPENING.fullmatch(bold_opening(node)) if isinstance(node, nodes.Element) else None
        number = f"{match[1]}-{match[2]}" if match else number
        if number is not None:
            found.setdefault(number, []).append(node)
    return found


def setup(app: Sphinx) -> None:
    """Run when the boxes are made, before headings are collected."""
    app.connect("doctree-read", place_answers, priority=320)
