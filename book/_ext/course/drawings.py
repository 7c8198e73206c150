"""Pictures that the book draws from the networks and from files of results, at every build."""

import json
from pathlib import Path

from sphinx.application import Sphinx

FOLDER = "_build/drawings"  # pages name it /_build/drawings/lenet5.svg


def draw_networks(app: Sphinx) -> None:
    """Draw LeNet-5 with a digit in it, in one row and, for narrow pages, in two."""
    from course_picture import course_picture

    from lessonlib.viz import save

    folder = Path(app.srcdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    save(course_picture(wide=True), folder / "lenet5.svg")
    save(course_picture(wide=False), folder / "lenet5_narrow.svg")


def draw_speeds(app: Sphinx) -> None:
    """Draw the median seconds of an epoch for the loops that people write and for `fit`."""
    from lessonlib.viz import plot_bars, save

    ways = {"dataloader": "DataLoader", "tutorial": "tutorial", "fit": "fit"}
    result = json.loads((Path(app.srcdir) / "book" / "bench.json").read_text(encoding="utf-8"))
    medians = {
        label: {network: row[way]["median"] for network, row in result["seconds"].items()}
        for way, label in ways.items()
    }
    folder = Path(app.srcdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    figure = plot_bars(medians, xlabel="seconds per epoch (median)")
    save(figure, folder / "how_fast.svg")


def setup(app: Sphinx) -> None:
    """Draw before the pages are read."""
    app.connect("builder-inited", draw_networks)
    app.connect("builder-inited", draw_speeds)
