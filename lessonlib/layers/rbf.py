"""Radial basis units whose centres are drawn digits."""

import torch
from torch import Tensor, nn

from lessonlib.layers.tracing import is_traced

# The ten digits, 7 pixels wide and 12 high, side by side.
_BITMAPS = (
    ".#####. ...##.. .#####. ####### .#####. .#####. ..####. ####### .#####. .#####.",
    "....... ..###.. ....... .....## ....... ....... .##.... .....## ##...## ##..###",
    "..###.. .####.. .#####. ....##. ....... ####### ##..... .....## ##...## ##...##",
    ".##.##. ...##.. ##...## ...##.. .##..## ##..... ##..... ....##. ##...## ##...##",
    "##...## ...##.. #....## ..####. .##..## ##..... ######. ...##.. .#####. ##..###",
    "##...## ...##.. ....##. .....## ###..## .####.. ###..## ...##.. ##...## .######",
    "##...## ...##.. ..###.. .....## ##...## ..####. ##...## ..##... ##...## .....##",
    "##...## ...##.. .##.... .....## ##...## .....## ##...## ..##... ##...## .....##",
    ".##.##. ...##.. ##..... ##...## ##..### ##...## ###..## ..##... ##...## ....##.",
    "..###.. .###### ####### .#####. .###### .#####. .#####. ..##... .#####. .####..",
    "....... ....... ....... ....... .....## ....... ....... ....... ....... .......",
    "....... ....... ....... ....... .....## ....... ....... ....... ....... .......",
)


def _digit_codes() -> Tensor:
    glyphs = zip(*(row.split() for row in _BITMAPS), strict=True)
    signs = [[1.0 if c == "#" else -1.0 for c in "".join(glyph)] for glyph in glyphs]
    return torch.tensor(signs, dtype=torch.float32, device="cpu")  # whatever the defaults are


DIGIT_CODES = _digit_codes()
"""(10, 84): the code of each digit, +1 for ink and -1 for ground, read row by row.

The ten digits of fig. 3 in LeCun et al. 1998, as transcribed by public implementations. No two
certainly independent transcriptions are known. The bars over 0, 2, 4 and 5 could not be confirmed
against the figure; one transcription differs in one pixel of 9 (row 3, column 4, from 0).
"""


class RBFOutput(nn.Module):
    """Scores by distance to fixed codes: LeCun et al. 1998, sec. II.B, eq. 7.

    The paper's unit i gives the *squared* distance between its input and its code; the smallest
    wins. `forward` gives minus that, so that, as in every network here, the largest score wins.
    (N, d) -> (N, classes), and (N, d, h, w) -> (N, classes, h, w).

    Args:
        codes: (classes, d), one centre per class. They are copied, in PyTorch's default type and
            on its default device, as the weights of other layers are made.
        trainable: let training move the codes. In the paper they stay fixed, "at least
            initially"; then they are not parameters, but still part of the state dict.

    Raises:
        ValueError: `codes` is not a matrix.
    """

    codes: Tensor

    def __init__(self, codes: Tensor, trainable: bool = False) -> None:
        super().__init__()
        if codes.ndim != 2:
            raise ValueError(f"expected codes of shape (classes, d), got {tuple(codes.shape)}")
        self.initial_codes = codes.detach().clone()
        own = torch.empty(codes.shape)
        if trainable:
            self.codes = nn.Parameter(own)
        else:
            self.register_buffer("codes", own)
        self.reset_parameters()

    @torch.no_grad()
    def reset_parameters(self) -> None:
        """Set the codes to those that the layer was made with."""
        self.codes.copy_(self.initial_codes)

    def distances(self, x: Tensor) -> Tensor:
        """Squared Euclidean distance to each code (eq. 7), never negative."""
        d = self.codes.shape[1]
        if not is_traced(x) and (x.ndim not in (2, 4) or x.shape[1] != d):
            raise ValueError(f"expected (N, {d}) or (N, {d}, h, w), got {tuple(x.shape)}")
        # transpose, not movedim: ONNX's older exporter gets that wrong from the last place.
        apart = x.transpose(1, -1).unsqueeze(-2) - self.codes  # (N, ..., classes, d)
        return apart.square().sum(-1).transpose(1, -1)

    def forward(self, x: Tensor) -> Tensor:
        """Minus the squared distances: larger is likelier, 0 is a perfect match."""
        return -self.distances(x)

    def extra_repr(self) -> str:
        """What `print` shows between the brackets."""
        classes, d = self.codes.shape
        return f"{classes} codes of {d}, trainable={isinstance(self.codes, nn.Parameter)}"
