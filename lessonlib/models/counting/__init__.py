"""Counting a network's parameters, connections and work, layer by layer."""

from lessonlib.models.counting.count import Count, count
from lessonlib.models.counting.layer_table import LayerRow, LayerTable, layer_table

__all__ = ["Count", "LayerRow", "LayerTable", "count", "layer_table"]
