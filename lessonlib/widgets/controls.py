"""Plain sliders of ipywidgets, with a still picture of where they are set.

A slider without a kernel is dead. So beside the live sliders an output holds a picture of them: the
book's page, and whoever opens the notebook without running it, see what the cells below were run
with.
"""

from base64 import b64encode
from typing import Any, Protocol

from matplotlib.figure import Figure

from lessonlib.viz.canvas import LINE, MARGIN, WIDTH, Canvas, new_canvas, write
from lessonlib.viz.notebook import as_png, as_svg
from lessonlib.viz.style import GROUND, LINE_COLORS, MUTED, styled
from lessonlib.widgets.base import WIDGET_MIME

ROW = 44.0  # points: a slider with its options below
LEFT = 84.0  # points: where tracks begin; names are left of it
RIGHT = WIDTH - MARGIN - 16


class Slider(Protocol):
    """What is read from an `ipywidgets.SelectionSlider`."""

    description: str
    options: Any
    value: Any


class Controls:
    """Sliders one below the other, and a still picture of them.

        rate = ipywidgets.SelectionSlider(options=[0.001, 0.01], description="rate")
        Controls(rate)

    The cells that follow read `rate.value`.

    Args:
        sliders: each an `ipywidgets.SelectionSlider`, whose options are what it can be set to.

    Raises:
        ValueError: no slider, or one without options, or without a description.
    """

    def __init__(self, *sliders: Slider) -> None:
        if not sliders:
            raise ValueError("expected at least one ipywidgets.SelectionSlider, got none")
        for slider in sliders:
            if not getattr(slider, "options", None) or not slider.description:
                raise ValueError(
                    f"expected an ipywidgets.SelectionSlider with options and a description, got "
                    f"{type(slider).__name__}; its picture shows every option"
                )
        self.sliders = sliders

    def __repr__(self) -> str:
        return ", ".join(f"{each.description} {each.value}" for each in self.sliders)

    def still(self) -> Figure:
        """The sliders as they are set now."""
        return controls_figure(self.sliders)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """The live sliders, and the picture; only the sliders' own id is random."""
        from ipywidgets import VBox

        figure = self.still()
        return {
            "text/plain": repr(self),
            "image/svg+xml": as_svg(figure),
            "image/png": b64encode(as_png(figure)).decode(),
            WIDGET_MIME: {
                "version_major": 2,
                "version_minor": 0,
                "model_id": VBox(list(self.sliders)).model_id,
            },
        }


@styled
def controls_figure(sliders: tuple[Slider, ...]) -> Figure:
    """One row per slider: its name, its options along a track, and a knob at the one chosen.

    Args:
        sliders: each with a description, options and a value.
    """
    canvas = new_canvas(len(sliders) * ROW - 8)
    for row, slider in enumerate(sliders):
        _draw_slider(canvas, slider, canvas.top + row * ROW + LINE / 2)
    return canvas.figure


def _draw_slider(canvas: Canvas, slider: Slider, y: float) -> None:
    options = list(slider.options)
    chosen = options.index(slider.value)
    step = (RIGHT - LEFT) / max(1, len(options) - 1)
    write(canvas, MARGIN, y, slider.description, weight="bold")
    canvas.axes.plot([LEFT, RIGHT], [y, y], color=MUTED, linewidth=2, marker="", linestyle="-")
    for place, option in enumerate(options):
        here, x = place == chosen, LEFT + place * step
        (dot,) = canvas.axes.plot([x], [y], marker="o", markersize=13 if here else 5)
        color = LINE_COLORS["blue"] if here else MUTED
        dot.set(markerfacecolor=color, markeredgecolor=GROUND if here else color)
        look = {"weight": "bold"} if here else {"color": MUTED}
        write(canvas, x, y + 19, f"{option}", ha="center", **look)
