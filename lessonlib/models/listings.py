"""LeNet listings of popular articles, written anew from what they build."""

from torch import nn

from lessonlib.layers import AverageSubsample, ScaledTanh


def listed_lenets() -> dict[str, nn.Sequential]:
    """Four networks that articles print under LeNet-5's name, with their sizes and flaws.

    Each reads (N, 1, H, W) fields of one size only and gives (N, 10) logits; none checks its
    input. Two come from the lesson that says its digits are 32x32 and cannot read 32x32. Which
    activation and which pooling an article takes changes no size and no count: where it is not
    part of the story, rectifiers and max pooling stand here.
    """
    return {
        "LeNet5 of a short lesson": _short_lesson(),
        "ModernLeNet5 of a long lesson": _long_lesson(batch_norm=False),
        "ModernLeNet5 with batch norm": _long_lesson(batch_norm=True),
        "HistoricalLeNet5": _historical(),
    }


def _short_lesson() -> nn.Sequential:
    """Full C3, plain tanh, average pooling, all flattened before the first linear layer."""
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Flatten(), nn.Linear(400, 120), nn.Tanh()),
        *(nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10)),
    )


def _long_lesson(*, batch_norm: bool) -> nn.Sequential:
    """C1 pads by 2 pixels; C5 is a convolution, so the size must come out at 1x1."""
    norm1 = [nn.BatchNorm2d(6)] if batch_norm else []
    norm3 = [nn.BatchNorm2d(16)] if batch_norm else []
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), *norm1, nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(6, 16, 5), *norm3, nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 120, 5), nn.ReLU(), nn.Flatten()),
        *(nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
    )


def _historical() -> nn.Sequential:
    """Full C3, a coefficient and a bias on every average, linear output."""
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5), ScaledTanh(), AverageSubsample(6), ScaledTanh()),
        *(nn.Conv2d(6, 16, 5), ScaledTanh(), AverageSubsample(16), ScaledTanh()),
        *(nn.Conv2d(16, 120, 5), ScaledTanh(), nn.Flatten()),
        *(nn.Linear(120, 84), ScaledTanh(), nn.Linear(84, 10)),
    )
