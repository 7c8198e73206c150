"""Pictures that the book draws from the networks themselves, anew at every build."""

from pathlib import Path

from sphinx.application import Sphinx

FOLDER = "_build/drawings"  # pages name it /_build/drawings/lenet5.svg


def draw_networks(app: Sphinx) -> None:
    """Draw LeNet-5 to scale."""
    from lessonlib.models import LeNet5, layer_table
    from lessonlib.viz import plot_network

    folder = Path(app.srcdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    figure = plot_network(layer_table(LeNet5()))
    figure.savefig(folder / "lenet5.svg", metadata={"Date": None})


def setup(app: Sphinx) -> None:
    """Draw before the pages are read."""
    app.connect("builder-inited", draw_networks)
