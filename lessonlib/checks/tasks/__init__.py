"""The tasks, one module per chapter and per long task; importing this package registers them."""

from lessonlib.checks.tasks import best_rate, impostors, sizes, your_network

__all__ = ["best_rate", "impostors", "sizes", "your_network"]
