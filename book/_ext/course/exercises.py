"""Links to the exercise notebooks: these are not pages of the book, so a click downloads them."""

from pathlib import Path

from address import read_address
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from course.tags import tag

FOLDER = "student/"  # below notebooks/, beside the chapters


def link_downloads(app: Sphinx, doctree: nodes.document) -> None:
    """Turn each link to a student version, which Sphinx takes for a page, into a download."""
    address = read_address(Path(app.srcdir))
    for link in list(doctree.findall(addnodes.pending_xref)):
        target = link.get("reftarget", "").removesuffix(".ipynb")
        if FOLDER not in target:
            continue
        name = f"{target[target.index(FOLDER) :]}.ipynb"
        children = [child.deepcopy() for child in link.children]
        new: list[nodes.Node] = [
            addnodes.download_reference("", "", *children, reftarget=f"/notebooks/{name}")
        ]
        if address is not None and is_in_box_or_opening(link):
            uri = address.colab(f"notebooks/{name}")
            new += [nodes.Text(", "), nodes.reference("", "in Colab", refuri=uri)]
        link.replace_self(new)


def is_in_box_or_opening(link: nodes.Node) -> bool:
    """True in an exercise's box and in a page's first paragraph, where Colab is offered."""
    paragraph = link.parent
    while not isinstance(paragraph, (nodes.paragraph, nodes.document)):
        paragraph = paragraph.parent
    above = paragraph.parent
    if isinstance(above, tag):
        return "exercise" in above["classes"]
    is_top = isinstance(above, nodes.section) and isinstance(above.parent, nodes.document)
    return is_top and paragraph is above.next_node(nodes.paragraph)


def setup(app: Sphinx) -> None:
    """Run when boxes are made, before Sphinx collects what is to be downloaded (500)."""
    app.connect("doctree-read", link_downloads, priority=400)
