"""The fact-check page: `articles` lists the articles, `claims` makes a card of every claim.

Each card has the claim's id as its anchor, so that a chapter can link to fact-check.md#l8, and
leads to the cells that show what is right.
"""

from pathlib import Path

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from course import claims
from course.numbering import chapter_of

STYLE = "claims.css"


class Articles(SphinxDirective):
    """The articles by letter, with what they are and when they were published."""

    def run(self) -> list[nodes.Node]:
        """One line per article."""
        articles, _ = claims.read(Path(self.env.app.srcdir))
        self.env.note_dependency(claims.FILE)
        found = nodes.bullet_list(classes=["articles"])
        for letter, article in articles.items():
            year = f", {article.year}" if article.year else ""
            text = f"**{letter}**, *{article.title}*: {article.kind}{year}"
            found += nodes.list_item("", paragraph(self, text))
        return [found]


class Claims(SphinxDirective):
    """A card for every claim, in the order of their ids."""

    def run(self) -> list[nodes.Node]:
        """The cards."""
        root = Path(self.env.app.srcdir)
        _, rows = claims.read(root)
        cells = claims.read_cells(root)
        self.env.note_dependency(claims.FILE)
        for notebook in sorted({cell.notebook for cell in cells}):
            self.env.note_dependency(notebook)
        return [self.card(row, claims.showing(row, cells)) for row in rows]

    def card(self, row: claims.Row, cells: list[claims.Cell]) -> nodes.container:
        """The card of one claim."""
        verdict = row.verdict.replace(" ", "-")
        card = nodes.container(classes=["claim", f"verdict-{verdict}"], names=[row.anchor])
        self.state.document.note_explicit_target(card, card)  # gives it its id
        head = paragraph(self, row.claim, classes=["claim-text"])
        head.insert(0, [nodes.reference(row.id, row.id, refid=row.anchor), nodes.Text(" ")])
        facts = {
            "Verdict": paragraph(self, row.verdict.capitalize(), classes=["verdict"]),
            "What is right": paragraph(self, row.right),
            "Where it stands": paragraph(self, places(row.where)),
            "Source": paragraph(self, places(row.source)),
            "Shown in": self.links(cells),
        }
        facts_list = nodes.definition_list(classes=["claim-facts"])
        for name, fact in facts.items():
            facts_list += nodes.definition_list_item(
                "", nodes.term("", name), nodes.definition("", fact)
            )
        card += [head, facts_list]
        return card

    def links(self, cells: list[claims.Cell]) -> nodes.paragraph:
        """Links to the cells, by chapter and section."""
        titles = chapter_titles(Path(self.env.app.srcdir))
        found = nodes.paragraph()
        for count, cell in enumerate(cells):
            document = cell.notebook.removesuffix(".ipynb")
            here = self.env.app.builder.get_relative_uri(self.env.docname, document)
            title = f"{titles.get(Path(document).name, document)}: {cell.section}"
            found += [nodes.Text("; ")] if count else []
            found += nodes.reference("", title, refuri=f"{here}#{cell.id}", internal=True)
        return found


def paragraph(directive: SphinxDirective, text: str, classes: tuple | list = ()) -> nodes.paragraph:
    """A paragraph of MyST text."""
    content, messages = directive.state.inline_text(text, directive.lineno)
    return nodes.paragraph("", "", *content, *messages, classes=list(classes))


def places(found: claims.Places, article: str = "article {}") -> str:
    """Articles and works with the places in them, as MyST; works are citations."""
    parts = []
    for name, place in found.items():
        is_article = len(name) == 1
        said = article.format(name) if is_article else f"{{cite:t}}`{name}`"
        parts.append(f"{said}, {place}" if place else said)
    text = "; ".join(parts)
    return text[0].upper() + text[1:]


def chapter_titles(root: Path) -> dict[str, str]:
    """Titles as in the table of contents, by the notebook's name: 03_lenet5 is "3. LeNet-5"."""
    chapters = yaml.safe_load((root / "book" / "chapters.yml").read_text(encoding="utf-8"))
    return {
        chapter["slug"]: f"{chapter_of('notebooks/' + chapter['slug'])}. {chapter['title']}"
        for chapter in chapters
    }


def check(app: Sphinx) -> None:
    """Report inconsistencies before any page is read.

    Raises:
        ExtensionError: a row is not as it should be or has no cell, or a cell or link has no row.
    """
    root = Path(app.srcdir)
    try:
        _, rows = claims.read(root)
    except claims.ClaimsError as error:
        raise ExtensionError(str(error)) from error
    found = claims.problems(rows, claims.read_cells(root))
    if found:
        raise ExtensionError("the fact-check page: " + "; ".join(found))


def name_anchors(app: Sphinx, doctree: nodes.document) -> None:
    """Tell MyST about the cards, so that a Markdown link to fact-check.md#l8 resolves."""
    slugs = app.env.metadata[app.env.docname]
    for card in doctree.findall(nodes.container):
        if "claim" in card["classes"]:
            anchor = card["ids"][0]
            slugs.setdefault("myst_slugs", {})[anchor] = (0, anchor, f"Fact check {anchor.upper()}")


def setup(app: Sphinx) -> None:
    """Register the directives, and check before the pages are read."""
    app.add_directive("articles", Articles)
    app.add_directive("claims", Claims)
    app.connect("builder-inited", check)
    app.connect("doctree-read", name_anchors)
    app.add_css_file(STYLE)
