"""A node that is written as one HTML element, and the folds that are made of such nodes."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxTranslator


class tag(nodes.General, nodes.Element):  # noqa: N801 - named as docutils names its nodes
    """An HTML element: `name`, and `attributes` beside ids and classes."""


def element(name: str, *children: nodes.Node, ids: tuple[str, ...] = (), **attributes: str) -> tag:
    """An element; `classes` are given as one text, and data_kind becomes data-kind."""
    classes = attributes.pop("classes", "").split()
    named = {key.replace("_", "-"): value for key, value in attributes.items()}
    return tag("", *children, name=name, attributes=named, ids=list(ids), classes=classes)


def fold(kind: str, line: list[nodes.Node], *children: nodes.Node) -> tag:
    """A `details` that shows `line` and hides the children; it works without scripts."""
    body = element("div", *children, classes="fold-body")
    return element("details", element("summary", *line), body, classes=f"fold {kind}")


def show_or_hide(what: str) -> list[nodes.Node]:
    """The line of a fold: one word where it is closed, another where it is open."""
    return [
        element("span", nodes.Text(f"Show{what}"), classes="when-closed"),
        element("span", nodes.Text(f"Hide{what}"), classes="when-open"),
    ]


def visit_tag(translator: SphinxTranslator, node: tag) -> None:
    """Begin the element."""
    translator.body.append(translator.starttag(node, node["name"], "", **node["attributes"]))


def depart_tag(translator: SphinxTranslator, node: tag) -> None:
    """End it."""
    translator.body.append(f"</{node['name']}>")


def pass_by(translator: SphinxTranslator, node: tag) -> None:
    """Other formats get only the children."""


def setup(app: Sphinx) -> None:
    """Say how the node is written."""
    others = dict.fromkeys(("latex", "text", "man", "texinfo"), (pass_by, pass_by))
    app.add_node(tag, html=(visit_tag, depart_tag), **others)
