"""Upload your own digit: a button in a notebook, a still example on a page without a kernel."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np
from IPython.display import display
from matplotlib.figure import Figure
from PIL import Image

from lessonlib.data import MnistSteps, load, mnist_steps
from lessonlib.data.decoding import UnreadableError
from lessonlib.data.own_grey import Picture
from lessonlib.runs.own_reading import Reading, read_digits
from lessonlib.viz.notebook import as_png, as_svg
from lessonlib.viz.steps import plot_steps
from lessonlib.widgets.base import WIDGET_MIME

SIDE = 224  # pixels of the example's digit
SHEET = (320, 448)  # pixels: height and width of the example's paper


class DigitUpload:
    """A button that takes pictures of digits, shows the steps of each, and says what is read.

        upload = DigitUpload()
        upload

    The cells that follow read `upload.readings` and `upload.steps`. Until a picture is uploaded,
    they hold those of the example, which a page without a kernel shows as well.

    Args:
        example: a picture, as `as_mnist` takes it; None is an embedded digit on unevenly lit paper.

    Attributes:
        readings: what was read, by file name.
        steps: how each picture was made into a digit of MNIST, by file name.
        problems: why a picture was not read, by file name.
    """

    def __init__(self, example: Picture | None = None) -> None:
        self.readings: dict[str, Reading] = {}
        self.steps: dict[str, MnistSteps] = {}
        self.problems: dict[str, str] = {}
        self._live: Any = None
        self._take("example", example_photograph() if example is None else example)
        if self.problems:
            raise ValueError(f"the example cannot be read: {self.problems['example']}")

    def __repr__(self) -> str:
        return "\n".join(self._sentences())

    def still(self) -> Figure:
        """The steps of the last picture that was read."""
        return plot_steps(list(self.steps.values())[-1])

    def take(self, value: object) -> None:
        """Read what was uploaded; the example goes.

        Args:
            value: of an `ipywidgets.FileUpload`, of version 7 or 8.
        """
        for kept in (self.readings, self.steps, self.problems):
            kept.clear()
        for name, content in uploaded(value):
            self._take(name, BytesIO(content))

    def _take(self, name: str, picture: Picture) -> None:
        try:
            steps = mnist_steps(picture)
        except (UnreadableError, ValueError) as error:
            self.problems[name] = str(error)
            return
        self.steps[name] = steps
        (self.readings[name],) = read_digits(steps.digit[None])

    def _sentences(self) -> list[str]:
        read = [f"{name}: {reading.sentence()}" for name, reading in self.readings.items()]
        return read + [f"{name}: {problem}" for name, problem in self.problems.items()]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """The button, and the picture of the steps; only the button's own id is random."""
        data = {"text/plain": repr(self)}
        if self.steps:
            figure = self.still()
            data |= {
                "image/svg+xml": as_svg(figure),
                "image/png": b64encode(as_png(figure)).decode(),
            }
        widget = self._widget()
        if widget is not None:
            data[WIDGET_MIME] = {
                "version_major": 2,
                "version_minor": 0,
                "model_id": widget.model_id,
            }
        return data

    def _widget(self) -> Any:
        """The button and the place below it, made once; None where ipywidgets is missing."""
        if self._live is None:
            try:
                from ipywidgets import FileUpload, Output, VBox
            except ImportError:
                return None
            button = FileUpload(accept="image/*", multiple=True, description="Your digit")
            shown = Output()
            button.observe(lambda change: self._show(change["new"], shown), names="value")
            self._live = VBox([button, shown])
        return self._live

    def _show(self, value: object, shown: Any) -> None:
        """Read what was uploaded, and show it below the button."""
        self.take(value)
        with shown:
            shown.clear_output()
            for sentence in self._sentences():
                print(sentence)
            for steps in self.steps.values():
                display(plot_steps(steps))


def uploaded(value: object) -> list[tuple[str, bytes]]:
    """Names and contents of the files that an `ipywidgets.FileUpload` holds.

    Args:
        value: its `value`. Version 7, which Colab has, gives a dict from name to a dict with
            `content`; version 8 gives a tuple of dicts with `name` and `content`.

    Raises:
        ValueError: neither of these.
    """
    try:
        if isinstance(value, Mapping):
            return [(name, bytes(file["content"])) for name, file in value.items()]
        if isinstance(value, Sequence) and not isinstance(value, str | bytes):
            return [(file["name"], bytes(file["content"])) for file in value]
    except (KeyError, TypeError) as error:
        raise ValueError(f"a file of the upload has no name or no content: {error}") from error
    raise ValueError(
        f"expected the value of an ipywidgets.FileUpload, a dict (version 7) or a tuple (version "
        f"8), got {type(value).__name__}"
    )


def example_photograph(digit: int = 7) -> Image.Image:
    """An embedded test digit as dark ink on paper that is lit from one side, 448x320 pixels.

    Args:
        digit: 0 to 9; the first one of this class is taken.
    """
    digits = load("digits", train=False)
    first = int((digits.labels == digit).nonzero()[0])
    small = Image.fromarray(digits.images[first, 0].numpy())
    large = np.asarray(small.resize((SIDE, SIDE), Image.Resampling.BICUBIC)) / 255
    ink = np.zeros(SHEET)
    ink[40 : 40 + SIDE, 150 : 150 + SIDE] = large
    light = np.linspace(235, 120, SHEET[1])  # from left to right
    return Image.fromarray(np.rint(light * (1 - 0.8 * ink)).astype(np.uint8))
