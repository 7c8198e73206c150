"""The bibliography as a plain list; docutils gives its entries a role that axe reports."""

from itertools import groupby

from docutils import nodes
from sphinx.application import Sphinx


def list_citations(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn every run of citations into a list; links to an entry still lead there."""
    parents = {citation.parent for citation in doctree.findall(nodes.citation)}
    for parent in parents:
        children = []
        for is_citation, group in groupby(parent, lambda node: isinstance(node, nodes.citation)):
            run = list(group)
            children += [make_list(run)] if is_citation else run
        parent.children = []
        parent.extend(children)


def make_list(citations: list[nodes.citation]) -> nodes.bullet_list:
    """The entries, without their labels, as items that keep the anchors."""
    found = nodes.bullet_list(classes=["bibliography"])
    for citation in citations:
        text = [child for child in citation.children if not isinstance(child, nodes.label)]
        found += nodes.list_item("", *text, ids=citation["ids"])
    return found


def setup(app: Sphinx) -> None:
    """Run on every page when its references have been resolved."""
    app.connect("doctree-resolved", list_citations)
