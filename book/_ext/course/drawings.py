"""Pictures that the book draws from the networks and from files of results, at every build."""

import json
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


def draw_speeds(app: Sphinx) -> None:
    """Draw the median seconds of an epoch by the loops that people write and by `fit`."""
    from lessonlib.viz import plot_bars

    ways = {"dataloader": "DataLoader", "tutorial": "tutorial", "fit": "fit"}
    result = json.loads((Path(app.srcdir) / "book" / "bench.json").read_text(encoding="utf-8"))
    medians = {
        label: {network: row[way]["median"] for network, row in result["seconds"].items()}
        for way, label in ways.items()
    }
    folder = Path(app.srcdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    figure = plot_bars(medians, xlabel="seconds for an epoch (median)")
    figure.savefig(folder / "how_fast.svg", metadata={"Date": None})


def setup(app: Sphinx) -> None:
    """Draw before the pages are read."""
    app.connect("builder-inited", draw_networks)
    app.connect("builder-inited", draw_speeds)
