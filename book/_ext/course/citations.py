"""Citations are links to the bibliography: `[LeCun, 1998](../book/bibliography.md#lecun1998)`.

The bibliography is a plain list: docutils gives its entries a role that axe reports.
"""

from itertools import groupby

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

PAGE = "book/bibliography"
KIND = "course-citation"


def keys(env: BuildEnvironment) -> set[str]:
    """The entries of the bibliography."""
    return set(env.get_domain("cite").bibdata.data.entries)


def find_citations(app: Sphinx, doctree: nodes.document) -> None:
    """Mark each link to an entry, before MyST looks for a heading of that name."""
    for link in doctree.findall(addnodes.pending_xref):
        if link.get("refdomain") == "doc" and link["reftarget"] == PAGE and link.get("reftargetid"):
            link["refdomain"], link["reftype"] = "", KIND


def link_citation(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, content: nodes.Element
) -> nodes.reference | None:
    """The link to one entry.

    Raises:
        ExtensionError: the bibliography has no such entry.
    """
    if node["reftype"] != KIND:
        return None
    key, page = node["reftargetid"], node["refdoc"]
    if key not in keys(env):
        raise ExtensionError(
            f"{page}, line {node.line}: {content.astext()!r} cites {key!r}, which is not in "
            "book/references.bib"
        )
    uri = f"{app.builder.get_relative_uri(page, PAGE)}#{key}"
    return nodes.reference(
        "", "", *content.children, refuri=uri, internal=True, classes=["citation"]
    )


def list_citations(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn every sequence of citations into a list; links to an entry still lead there."""
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
    """Mark links as a page is read, and make the list when its references are resolved."""
    app.connect("doctree-read", find_citations)
    app.connect("missing-reference", link_citation)
    app.connect("doctree-resolved", list_citations)
