"""What a page folds: answers to predictions, set-up, code that only draws, and "Go deeper"."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from course.chapters import ANCHOR, END, START, facts
from course.quotes import bold_opening
from course.tags import element, fold, show_or_hide, tag

SETUP_LINE = "Set-up"


def is_cell(node: nodes.Node) -> bool:
    """True for a code cell."""
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def has_tag(node: nodes.Node, name: str) -> bool:
    """True for a code cell with this tag."""
    return is_cell(node) and name in node["cell_metadata"].get("tags", [])


def fold_page(app: Sphinx, doctree: nodes.document) -> None:
    """Fold all of a chapter but "Go deeper", whose headings have to be collected first."""
    if facts(app.env) is None:
        return
    slugs = app.env.metadata[app.env.docname].setdefault("myst_slugs", {})
    for cell in list(doctree.findall(is_cell)):
        name = free_id(app, doctree, cell["cell_metadata"]["lessonlib"]["cell"])
        cell["ids"].append(name)
        slugs.setdefault(name, (0, name, f"cell {name}"))  # so that Markdown can link to it
        fold_input(cell)
    for comment in list(doctree.findall(nodes.comment)):
        if comment.astext().startswith(ANCHOR):
            name = comment.astext().removeprefix(ANCHOR).strip()
            comment.replace_self(element("span", ids=(free_id(app, doctree, name),)))
    for box in list(doctree.findall(is_prediction)):
        fold_answer(box)
    for section in doctree.findall(nodes.section):
        fold_setup(section)


def is_prediction(node: nodes.Node) -> bool:
    """True for the box of a prediction."""
    return isinstance(node, tag) and "predict" in node["classes"]


def free_id(app: Sphinx, doctree: nodes.document, name: str) -> str:
    """A cell's id, which becomes its address on the page.

    Raises:
        ExtensionError: a heading has this address.
    """
    if name in doctree.ids:
        raise ExtensionError(
            f"{app.env.docname}: cell {name}: its id is also that of a heading; rename the cell"
        )
    return name


def fold_input(cell: nodes.container) -> None:
    """Put folded code below what it made, behind a line that says what it does."""
    line = cell["cell_metadata"]["lessonlib"].get("fold")
    if line is None:
        return
    source = cell.children[0]
    cell.remove(source)
    cell["classes"].append("folded")
    cell += fold("code", [nodes.Text(line)], source)


def fold_answer(box: tag) -> None:
    """Fold the answer cells after a prediction."""
    parent, start = box.parent, box.parent.index(box) + 1
    end, inside = start, False
    for node in parent.children[start:]:
        inside = (inside or is_mark(node, START)) and not is_mark(node, END)
        if not (inside or is_mark(node, END) or has_tag(node, "answer")):
            break
        end += 1
    kept = [node for node in parent.children[start:end] if not isinstance(node, nodes.comment)]
    parent[start:end] = [fold("answer", show_or_hide(""), *kept)]


def is_mark(node: nodes.Node, mark: str) -> bool:
    """True for a comment that `chapters` has inserted."""
    return isinstance(node, nodes.comment) and node.astext().strip() == mark


def fold_setup(section: nodes.section) -> None:
    """Merge the cells of set-up into one line, with room for the page's controls beside it.

    It goes below the first answer, so that a page opens on its question and its figure.
    """
    run = [node for node in section.children if has_tag(node, "setup")]
    if not run:
        return
    place = section.index(run[0])
    for cell in run:
        section.remove(cell)
    folds = [place for place, node in enumerate(section.children) if is_answer(node)]
    controls = element("div", classes="predict-controls")
    line = element("div", fold("setup", [nodes.Text(SETUP_LINE)], *run), controls)
    line["classes"].append("head-line")
    section.insert(folds[0] + 1 if folds else place, line)


def is_answer(node: nodes.Node) -> bool:
    """True for the fold of an answer."""
    return isinstance(node, tag) and {"fold", "answer"} <= set(node["classes"])


def fold_deeper(app: Sphinx, doctree: nodes.document) -> None:
    """Fold what follows "Go deeper" in its section, headings below it included."""
    if facts(app.env) is None:
        return
    for quote in list(doctree.findall(nodes.block_quote)):
        if bold_opening(quote) != "Go deeper.":
            continue
        section, start = quote.parent, quote.parent.index(quote)
        line = quote.children[0].children
        line[0]["classes"].append("box-title")
        section[start:] = [fold("deeper", line, *section.children[start + 1 :])]


def setup(app: Sphinx) -> None:
    """Fold after the boxes are made, and "Go deeper" after headings are collected (500)."""
    app.connect("doctree-read", fold_page, priority=330)
    app.connect("doctree-read", fold_deeper, priority=700)
