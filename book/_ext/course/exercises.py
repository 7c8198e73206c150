"""Links to the exercise notebooks: these are no pages of the book, so a click downloads them."""

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

FOLDER = "student/"  # beside the chapters


def link_downloads(app: Sphinx, doctree: nodes.document) -> None:
    """Turn each link to a student version, which Sphinx takes for a page, into a download."""
    for link in list(doctree.findall(addnodes.pending_xref)):
        target = link.get("reftarget", "").removesuffix(".ipynb")
        if FOLDER in target:
            name = target[target.index(FOLDER) :]
            children = [child.deepcopy() for child in link.children]
            download = addnodes.download_reference("", "", *children, reftarget=f"{name}.ipynb")
            link.replace_self(download)


def setup(app: Sphinx) -> None:
    """Run before Sphinx collects what is to be downloaded (its priority is 500)."""
    app.connect("doctree-read", link_downloads, priority=400)
