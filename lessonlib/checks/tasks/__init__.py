"""The tasks: one module per chapter, and beside it one per long task.

Importing this package registers them.
"""

from lessonlib.checks.tasks import (
    batch_size,
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
    shared_kernel,
    sizes,
    step_impostors,
    step_lengths,
    steps,
    subsampling,
    trained_network,
    windows,
    your_alphabet,
    your_network,
    your_runs,
)

__all__ = [
    "batch_size",
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
    "shared_kernel",
    "sizes",
    "step_impostors",
    "step_lengths",
    "steps",
    "subsampling",
    "trained_network",
    "windows",
    "your_alphabet",
    "your_network",
    "your_runs",
]
