"""The tasks: one module per chapter, and beside it one per long task.

Importing this package registers them.
"""

from lessonlib.checks.tasks import (
    best_rate,
    convolution,
    gradients,
    impostors,
    lenet5,
    output_impostors,
    output_units,
    penalties,
    primer,
    receptive_fields,
    sizes,
    steps,
    subsampling,
    windows,
    your_alphabet,
    your_network,
)

__all__ = [
    "best_rate",
    "convolution",
    "gradients",
    "impostors",
    "lenet5",
    "output_impostors",
    "output_units",
    "penalties",
    "primer",
    "receptive_fields",
    "sizes",
    "steps",
    "subsampling",
    "windows",
    "your_alphabet",
    "your_network",
]
