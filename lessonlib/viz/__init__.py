"""Figures: every function takes arrays or tables and returns a Matplotlib Figure.

Each figure has the course's style, whatever the caller has set: see `use_style`.
"""

from lessonlib.viz.bars import plot_bars
from lessonlib.viz.calibration import plot_reliability
from lessonlib.viz.connected_maps import plot_connected_maps
from lessonlib.viz.connections import plot_connections
from lessonlib.viz.curves import plot_curves
from lessonlib.viz.dots import plot_dots
from lessonlib.viz.export import save
from lessonlib.viz.history import plot_history
from lessonlib.viz.images import plot_images
from lessonlib.viz.kernels import plot_kernels
from lessonlib.viz.maps import plot_activations, plot_maps
from lessonlib.viz.matrix import plot_matrix
from lessonlib.viz.network import plot_network, plot_networks
from lessonlib.viz.notebook import use_style
from lessonlib.viz.panels import plot_panels
from lessonlib.viz.receptive import plot_field_centres, plot_receptive_fields
from lessonlib.viz.rings import plot_rings
from lessonlib.viz.steps import plot_steps
from lessonlib.viz.style import COLORS, LINE_COLORS
from lessonlib.viz.sums import plot_sums
from lessonlib.viz.timeline import plot_timeline
from lessonlib.viz.towers import plot_towers
from lessonlib.viz.trace import trace

__all__ = [
    "COLORS",
    "LINE_COLORS",
    "plot_activations",
    "plot_bars",
    "plot_connected_maps",
    "plot_connections",
    "plot_curves",
    "plot_dots",
    "plot_field_centres",
    "plot_history",
    "plot_images",
    "plot_kernels",
    "plot_maps",
    "plot_matrix",
    "plot_network",
    "plot_networks",
    "plot_panels",
    "plot_receptive_fields",
    "plot_reliability",
    "plot_rings",
    "plot_steps",
    "plot_sums",
    "plot_timeline",
    "plot_towers",
    "save",
    "trace",
    "use_style",
]
