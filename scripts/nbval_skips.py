"""Makes nbval skip not only pixels but also SVG, in which letters and lines have coordinates.

A figure's coordinates differ in the last digits between machines. So the numbers behind a figure
are printed or tested, and the figure is not compared. `conftest.py` takes the hook from here, and
`run_apart.py` copies this file beside the notebooks.
"""

import pytest


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Add SVG to what nbval skips in a notebook."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += ("image/svg+xml",)
