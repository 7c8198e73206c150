"""PNG files a third of Matplotlib's size."""

from contextlib import nullcontext
from io import BytesIO

import numpy as np
from matplotlib.figure import Figure
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from lessonlib.viz.style import course_style, is_styled

COLORS_KEPT = 256
NEAR = 8  # of 255
FAR_SHARE = 1 / 300  # of all pixels


def png_bytes(figure: Figure, title: str | None = None, dpi: float | None = None) -> bytes:
    """A figure as PNG, uncropped; the same figure gives the same bytes.

    Charts need few colours, so a palette of 256 is kept where it changes at most one pixel in
    300 by more than 8 of 255. Photographs keep all their colours.

    Args:
        figure: any figure.
        title: kept in the file for those who do not see the picture.
        dpi: dots per inch; None is the figure's own.
    """
    drawn = BytesIO()
    with course_style() if is_styled(figure) else nullcontext():
        dots = figure.dpi if dpi is None else dpi
        figure.savefig(drawn, format="png", dpi=dots, facecolor=figure.get_facecolor())
    full = Image.open(drawn).convert("RGB")
    few = full.quantize(COLORS_KEPT, method=Image.Quantize.MEDIANCUT, kmeans=3, dither=0)
    changes = np.abs(np.asarray(few.convert("RGB"), np.int16) - np.asarray(full, np.int16))
    image = few if (changes.max(axis=2) > NEAR).mean() <= FAR_SHARE else full
    written = BytesIO()
    image.save(written, "PNG", optimize=True, pnginfo=_title(title))
    return written.getvalue()


def _title(title: str | None) -> PngInfo | None:
    if title is None:
        return None
    information = PngInfo()
    information.add_itxt("Title", title)
    return information
