"""One figure of every function of lessonlib.viz, for tests that hold for all of them."""

import numpy as np
import pandas as pd
import torch

from lessonlib import viz
from lessonlib.data import mnist_steps
from lessonlib.geometry import receptive_field
from lessonlib.layers import C3_TABLE
from lessonlib.models import LayerRow, LayerTable, LeNet5, LeNetModern, layer_table
from lessonlib.training import Reliability, reliability
from tests.unit.own_pictures import ink, on_paper

# Krizhevsky et al. 2012, sec. 3.5 with the pools between: name, kind, shape, parameters.
ALEXNET = [
    ("conv1", "Conv2d", (96, 55, 55), 34_944),
    ("norm1", "CrossMapNorm", (96, 55, 55), 0),
    ("pool1", "MaxPool2d", (96, 27, 27), 0),
    ("conv2", "Conv2d", (256, 27, 27), 307_456),
    ("norm2", "CrossMapNorm", (256, 27, 27), 0),
    ("pool2", "MaxPool2d", (256, 13, 13), 0),
    ("conv3", "Conv2d", (384, 13, 13), 885_120),
    ("conv4", "Conv2d", (384, 13, 13), 663_936),
    ("conv5", "Conv2d", (256, 13, 13), 442_624),
    ("pool5", "MaxPool2d", (256, 6, 6), 0),
    ("fc6", "Linear", (4096,), 37_752_832),
    ("fc7", "Linear", (4096,), 16_781_312),
    ("fc8", "Linear", (1000,), 4_097_000),
]


def alexnet_table() -> LayerTable:
    return LayerTable([LayerRow(*row, 0, 0) for row in ALEXNET], (3, 224, 224))


def lenet5_table() -> LayerTable:
    return layer_table(LeNet5())


def c3_field():
    return receptive_field([(5, 1), (2, 2), (5, 1)])


def history(epochs: int = 6) -> pd.DataFrame:
    steps = range(1, epochs + 1)
    return pd.DataFrame(
        {
            "epoch": steps,
            "lr": [0.1] * epochs,
            "train_loss": [2.0 / k**2 for k in steps],
            "test_error": [0.1 / k for k in steps],
            "seconds": [1.5] * epochs,
        }
    )


def unsure() -> Reliability:
    """A network that is surer than it is right."""
    return reliability(torch.tensor([[0.9, 0.1], [0.8, 0.2], [0.6, 0.4]]), torch.tensor([0, 1, 0]))


def even(*shape: int) -> np.ndarray:
    """Numbers from 0 to 1, the same ones each time."""
    return np.random.default_rng(0).random(shape)


def normal(*shape: int) -> torch.Tensor:
    """Numbers around 0, the same ones each time."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(0))


def states() -> dict[str, torch.Tensor]:
    """What an untrained LeNet-5 computes of noise."""
    return viz.trace(LeNet5(), normal(1, 32, 32))


# Settings that change a figure, make it fail, or warn, where they are let in.
UNFRIENDLY = {
    "text.usetex": "True",
    "text.antialiased": "False",
    "text.hinting": "none",
    "path.sketch": "1, 100, 2",
    "figure.autolayout": "True",
    "figure.constrained_layout.use": "True",
    "figure.facecolor": "black",
    "figure.figsize": "2, 9",
    "axes.facecolor": "black",
    "axes.titlesize": "3",
    "axes.xmargin": "0.4",
    "axes.autolimit_mode": "round_numbers",
    "font.size": "4",
    "font.style": "italic",
    "font.stretch": "condensed",
    "xtick.direction": "inout",
    "xtick.minor.visible": "True",
    "ytick.right": "True",
    "hatch.linewidth": "5",
    "image.origin": "lower",
    "image.composite_image": "False",
    "legend.loc": "upper left",
    "lines.dashed_pattern": "1, 9",
    "patch.force_edgecolor": "True",
    "savefig.bbox": "tight",
    "savefig.transparent": "True",
    "savefig.pad_inches": "1",
    "savefig.dpi": "20",
    "svg.fonttype": "none",
}

TITLE = "A finding that is long enough to be broken into two lines on a page"

FIGURES = {
    "bars": lambda: viz.plot_bars({"c1": 156, "c5": 48_120}, xlabel="parameters", title=TITLE),
    "bars, log": lambda: viz.plot_bars(
        {"first": {"a": 0, "b": 10}, "second": {"a": 3, "b": 151_600}}, xlabel="count", log=True
    ),
    "connections": lambda: viz.plot_connections(C3_TABLE, title=TITLE),
    "connected maps": lambda: viz.plot_connected_maps(
        C3_TABLE, normal(6, 14, 14), normal(16, 10, 10), reader=9, notes=["a line"], title=TITLE
    ),
    "connected squares": lambda: viz.plot_connected_maps(C3_TABLE, read=2),
    "dots": lambda: viz.plot_dots(
        {"as printed": [1.02, 0.95, 1.1], "full, of all pairs": [1.0, 1.0]},
        xlabel="test error (%)",
        title=TITLE,
    ),
    "steps": lambda: viz.plot_steps(mnist_steps(on_paper(ink())), title=TITLE),
    "rings": lambda: viz.plot_rings(
        {f"column {j}": [0, 1, 3, 4] for j in (12, 13, 14, 15)}, 6, title=TITLE
    ),
    "curves": lambda: viz.plot_curves(
        [1, 2, 3],
        {"one": [1.0, 2.0, 4.0], "three runs": [[1, 2, 3], [2, 3, 5], [1, 4, 4]]},
        xlabel="x (px)",
        ylabel="error (%)",
        title=TITLE,
        ylog=True,
    ),
    "bars of runs": lambda: viz.plot_bars(
        {
            "LeNet": {"in order": [7.4, 6.6, 7.3], "shuffled": [21.2, 27.5, 27.0]},
            "MLP": {"in order": [9.6, 9.9, 10.3], "shuffled": [9.3, 10.2, 10.5]},
        },
        xlabel="test error (%)",
        title=TITLE,
    ),
    "bars, long names": lambda: viz.plot_bars(
        {"LeNet-5 as printed, of 1998": [3, 4], "locally connected": [5, 6]}, xlabel="count"
    ),
    "curves, many places": lambda: viz.plot_curves(
        range(1, 81),
        {
            name: [[s + 3 / (k * r + 1) for k in range(80)] for s in (1, 1.2, 1.3)]
            for name, r in (("rate 1/1000", 0.001), ("rate 1/8", 1), ("rate 8", 0.1))
        },
        xlabel="step",
        ylabel="loss",
        ylog=True,
        title=TITLE,
    ),
    "curves that meet": lambda: viz.plot_curves(
        [0, 2, 4, 6],
        {"LeNet": [96, 83, 40, 16], "MLP": [93, 60, 16, 8], "locally connected": [95, 72, 27, 11]},
        xlabel="shift (px)",
        ylabel="right answers (%)",
    ),
    "curves by size": lambda: viz.plot_curves(
        [100, 400, 1600, 8000],
        {"LeNet": [[30, 12, 7, 4], [31, 13, 8, 5]], "MLP": [[30, 15, 9.9, 7], [29, 16, 9.8, 8]]},
        xlabel="digits to learn from",
        ylabel="test error (%)",
        xlog=True,
        ylog=True,
    ),
    "one curve": lambda: viz.plot_curves(
        [0, 1, 2], {"only": [1, 2, 30_000]}, xlabel="x", ylabel="count"
    ),
    "seven curves": lambda: viz.plot_curves(
        [0, 1], {f"curve {i} with a name": [i, 2 * i] for i in range(7)}, xlabel="x", ylabel="y"
    ),
    "history": lambda: viz.plot_history(history(), title=TITLE),
    "histories": lambda: viz.plot_history({"LeNet-5": history(), "modern": history(4)}),
    "history of both": lambda: viz.plot_history(history().assign(train_error=0.01)),
    "panels": lambda: viz.plot_panels(
        range(1, 11),
        {
            name: {
                start: gain ** np.arange(10.0)
                for start, gain in (("2.4/F", 0.02), ("1/sqrt(F)", 0.5), ("Xavier", 0.9), ("He", 2))
            }
            for name in ("sigmoid", "tanh", "scaled tanh", "rectifier", "leaky rectifier", "GELU")
        },
        xlabel="layer",
        ylabel="gradient",
        ylog=True,
        title=TITLE,
    ),
    "timeline": lambda: viz.plot_timeline(
        [1958, 1986, 1989, 1989, 1998],
        [
            "Perceptron",
            "Backpropagation",
            "words that are broken into two lines, as too long",
            "b",
            "c",
        ],
        marked=[3],
        title=TITLE,
    ),
    "three panels": lambda: viz.plot_panels(
        [1, 2, 3], {name: {"one": [1, 2, 4]} for name in "abc"}, xlabel="x", ylabel="y"
    ),
    "sums": lambda: viz.plot_sums(
        torch.tanh, {"C1": normal(6, 28, 28), "F6": 9 * normal(84)}, marked=(-1, 1), title=TITLE
    ),
    "images": lambda: viz.plot_images(
        even(9, 28, 28), range(9), titles=["said nine"] * 9, title=TITLE
    ),
    "colour images": lambda: viz.plot_images(even(5, 3, 16, 16)),
    "kernels": lambda: viz.plot_kernels(normal(6, 1, 5, 5), title=TITLE),
    "kernel table": lambda: viz.plot_kernels(normal(16, 6, 5, 5), title=TITLE),
    "colour kernels": lambda: viz.plot_kernels(normal(12, 3, 11, 11), colors=True),
    "matrix": lambda: viz.plot_matrix(
        [[0, 12], [12, 0]], rows=("six", "eight"), columns="68", note_above="pixels", title=TITLE
    ),
    "maps": lambda: viz.plot_maps(normal(16, 10, 10), title=TITLE),
    "activations": lambda: viz.plot_activations(
        {"c1": normal(6, 28, 28), "c5": normal(120, 1, 1), "f6": normal(1, 84)},
        title=TITLE,
    ),
    "carried": lambda: viz.plot_network(lenet5_table(), maps=states(), title=TITLE),
    "carried, wide": lambda: viz.plot_network(lenet5_table(), maps=states(), wide=True),
    "carried, modern": lambda: viz.plot_network(
        layer_table(LeNetModern()), maps=viz.trace(LeNetModern(), normal(1, 32, 32))
    ),
    "network": lambda: viz.plot_network(lenet5_table(), title=TITLE),
    "alexnet": lambda: viz.plot_network(alexnet_table(), title=TITLE),
    "networks": lambda: viz.plot_networks(
        {"LeNet-5": lenet5_table(), "AlexNet": alexnet_table()}, title=TITLE
    ),
    "three fields": lambda: viz.plot_receptive_fields(
        even(1, 32, 32),
        {
            "c1": receptive_field([(5, 1)]),
            "s2": receptive_field([(5, 1), (2, 2)]),
            "c3": c3_field(),
        },
    ),
    "one layer's centres": lambda: viz.plot_field_centres(even(32, 32), {"c3": (c3_field(), 10)}),
    "reliability": lambda: viz.plot_reliability(
        {"LeNet-5": unsure(), "MLP": unsure()}, title=TITLE
    ),
    "receptive fields": lambda: viz.plot_receptive_fields(
        even(1, 32, 32), {"c3": c3_field()}, title=TITLE
    ),
    "field centres": lambda: viz.plot_field_centres(
        even(32, 32), {name: (c3_field(), 10) for name in ("a", "b", "c")}, title=TITLE
    ),
}
