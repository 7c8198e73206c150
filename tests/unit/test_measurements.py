"""How many photographs a network takes for digits, with networks whose answers are known."""

import pytest
import torch
from torch import Tensor, nn

from lessonlib.data import load
from lessonlib.runs import MEASUREMENTS


class InkCounter(nn.Module):
    """Ten scores, each 1 below the last; the first follows the ink, in exact steps of 1/1024."""

    input_shape = (1, 28, 28)

    def __init__(self, sign: float) -> None:
        super().__init__()
        self.sign = nn.Parameter(torch.tensor(sign))

    @staticmethod
    def prepare(images: Tensor) -> Tensor:
        return images.float() / 255

    def forward(self, images: Tensor) -> Tensor:
        first = self.sign * (1024 * images.mean((1, 2, 3))).round() / 1024
        return first[:, None] - torch.arange(10.0)


@pytest.mark.parametrize(("sign", "least", "most"), [(-1.0, 0.0, 0.5), (1.0, 1.0, 1.0)])
def test_photographs_have_more_ink_than_digits(sign, least, most):
    """So a network that is surer of less ink rejects many, and one that is surer of more, none."""
    share, pictures = MEASUREMENTS["photographs_by_score"](InkCounter(sign), load("digits"))
    assert least <= share <= most
    assert pictures.images.shape == (500, 1, 28, 28)


def test_by_probability_what_all_scores_have_in_common_does_not_count():
    share, _ = MEASUREMENTS["photographs_by_probability"](InkCounter(-1.0), load("digits"))
    assert share == 1
