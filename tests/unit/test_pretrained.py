"""What torchvision's pretrained AlexNet says, with other weights in its place."""

import pytest
import torch
import torchvision
from PIL import Image
from torch import nn

from lessonlib.runs.pretrained import read_picture


class Reader(nn.Module):
    """Is sure of tabby (281), then of lemon (951), whatever it reads; keeps what that was."""

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        self.read = pictures
        scores = torch.zeros(len(pictures), 1000)
        scores[:, 281], scores[:, 951] = 20.0, 10.0
        return scores


@pytest.mark.parametrize(
    "picture",
    [torch.full((3, 300, 400), 128, dtype=torch.uint8), Image.new("RGB", (400, 300), "grey")],
)
def test_the_best_classes_come_first_by_their_names(monkeypatch, picture):
    reader = Reader()
    monkeypatch.setattr(torchvision.models, "alexnet", lambda **options: reader)
    found = read_picture(picture)
    assert list(found)[:2] == ["tabby", "lemon"]
    assert len(found) == 5
    assert found["tabby"] == pytest.approx(100, abs=0.1)
    assert reader.read.shape == (1, 3, 224, 224)


def test_weights_that_cannot_be_had_are_an_error_of_the_system(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(
        torchvision.models.AlexNet_Weights.DEFAULT.__class__,
        "get_state_dict",
        lambda *_, **__: (_ for _ in ()).throw(OSError("no network")),
    )
    with pytest.raises(OSError, match="no network"):
        read_picture(torch.zeros(3, 300, 300, dtype=torch.uint8))
