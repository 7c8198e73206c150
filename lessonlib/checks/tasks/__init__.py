"""The tasks: one module per chapter, and beside it one per long task.

Importing this package registers them.
"""

from lessonlib.checks.tasks import (
    best_rate,
    convolution,
    gradients,
    impostors,
    lenet5,
    primer,
    printed_table,
    receptive_fields,
    sizes,
    steps,
    subsampling,
    table_impostors,
    tables,
    windows,
    your_network,
    your_table,
    zipnet_counts,
)

__all__ = [
    "best_rate",
    "convolution",
    "gradients",
    "impostors",
    "lenet5",
    "primer",
    "printed_table",
    "receptive_fields",
    "sizes",
    "steps",
    "subsampling",
    "table_impostors",
    "tables",
    "windows",
    "your_network",
    "your_table",
    "zipnet_counts",
]
