"""The head of a chapter: marks the line of facts below its title, so that it is set small."""

from docutils import nodes
from sphinx.application import Sphinx

from course.numbering import chapter_of


def mark_facts(app: Sphinx, doctree: nodes.document) -> None:
    """Give the paragraph after a chapter's title a class."""
    title = next(doctree.findall(nodes.title), None)
    if title is None or chapter_of(app.env.docname) is None:
        return
    following = title.next_node(siblings=True, descend=False)
    if isinstance(following, nodes.paragraph):
        following["classes"].append("facts")


def setup(app: Sphinx) -> None:
    """Run on every page that has been read."""
    app.connect("doctree-read", mark_facts)
