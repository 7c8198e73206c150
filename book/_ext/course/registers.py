"""The directives `recipe-table` and `set-table`: recipes and sets, read from their registers."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

COLUMNS = {
    "Recipe": ("epochs", "lr", "schedule", "batch_size", "optimizer", "momentum", "loss"),
    "SDLMRecipe": ("epochs", "loss", "distance_scale", "spread", "coefficient", "order"),
}
"""The numbers that distinguish the recipes of each class."""


def recipe_rows(kind: str) -> list[list[str]]:
    """A header, then one row per recipe of a class: its name and the class's columns."""
    from lessonlib.training import RECIPES

    cells = [["name", *COLUMNS[kind]]]
    for name, recipe in RECIPES.items():
        if type(recipe).__name__ == kind:
            cells.append([name, *(str(getattr(recipe, column)) for column in COLUMNS[kind])])
    return cells


def set_rows() -> list[list[str]]:
    """A header, then one row per set: its name, sizes, views and download."""
    from lessonlib.data import SETS

    cells = [["name", "to train on", "to test on", "views", "download"]]
    for info in SETS.values():
        size = f"{info.download_bytes / 1e6:.1f} MB" if info.download_bytes else "none, embedded"
        if info.takes_root:
            size = "none, yours"
        views = ", ".join((*info.views, *info.renderings)) or "none"
        sizes = ["any" if count is None else f"{count:,}" for count in (info.train, info.test)]
        cells.append([info.name, *sizes, views, size])
    return cells


def row(cells: list[str], head: bool) -> nodes.row:
    """One row of the table; names are set as code."""
    made = nodes.row()
    for place, cell in enumerate(cells):
        text = nodes.literal("", cell) if head or place == 0 else nodes.Text(cell)
        made += nodes.entry("", nodes.paragraph("", "", text))
    return made


def table(rows: list[list[str]]) -> nodes.container:
    """The table, in a box that scrolls where the page is narrow."""
    header, *body = rows
    group = nodes.tgroup(cols=len(header))
    group += [nodes.colspec(colwidth=1) for _ in header]
    group += nodes.thead("", row(header, head=True))
    group += nodes.tbody("", *(row(cells, head=False) for cells in body))
    return nodes.container("", nodes.table("", group), classes=["scroll-box"])


class RecipeTable(SphinxDirective):
    """One row per recipe of the class that is its argument."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The table."""
        return [table(recipe_rows(self.arguments[0]))]


class SetTable(SphinxDirective):
    """One row per set."""

    def run(self) -> list[nodes.Node]:
        """The table."""
        return [table(set_rows())]


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("recipe-table", RecipeTable)
    app.add_directive("set-table", SetTable)
