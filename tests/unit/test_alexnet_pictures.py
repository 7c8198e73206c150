"""How the networks of photographs get their pixels: the mean, the middle, and what is refused."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from lessonlib.data import load
from lessonlib.models import AlexNetOneTower, AlexNetSmall
from lessonlib.models.pictures import MeanSubtracted
from lessonlib.training import Recipe, evaluate, fit
from tests.network_kinds import READ_PICTURES

COLOUR = {name: net for name, net in READ_PICTURES.items() if net.input_shape[0] == 3}
WITH_MEAN = [name for name, network in COLOUR.items() if hasattr(network, "set_mean")]


def pictures(*shape: int) -> Tensor:
    draw = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=draw)


@pytest.fixture(scope="module")
def empty() -> dict[str, nn.Module]:
    """Every network of colour pictures, without memory."""
    with torch.device("meta"):
        return {name: network() for name, network in COLOUR.items()}


class Field(MeanSubtracted, nn.Module):
    """Nothing but what networks share that take a mean out."""

    input_shape = (3, 4, 4)

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(self.input_shape))


def test_the_mean_is_taken_out_pixel_by_pixel():
    network, images = Field(), pictures(5, 3, 4, 4)
    assert torch.equal(network.prepare(images), images.float())
    network.set_mean(images.float().mean(0))
    fields = network.prepare(images)
    assert torch.equal(fields, images.float() - images.float().mean(0))
    torch.testing.assert_close(fields.mean(0), torch.zeros(3, 4, 4), rtol=0, atol=1e-4)


def test_the_mean_is_taken_out_colour_by_colour_too():
    network, images = Field(), pictures(5, 3, 4, 4)
    network.set_mean(torch.tensor([10.0, 20.0, 30.0]))
    shift = images.float() - network.prepare(images)
    assert shift.unique(dim=0).tolist() == [[[[c] * 4] * 4 for c in (10.0, 20.0, 30.0)]]


def test_of_larger_pictures_and_of_their_mean_the_middle_is_read():
    network, images = Field(), pictures(5, 3, 8, 7)
    network.set_mean(images.float().mean(0))
    inside = images[:, :, 2:6, 1:5].float()
    assert torch.equal(network.prepare(images), inside - inside.mean(0))


def test_the_mean_is_kept_with_the_weights():
    network, other = Field(), Field()
    network.set_mean(pictures(3, 4, 4).float())
    other.load_state_dict(network.state_dict())
    images = pictures(2, 3, 4, 4)
    assert torch.equal(other.prepare(images), network.prepare(images))
    assert list(network.parameters()) == []


@pytest.mark.parametrize(
    ("mean", "message"),
    [
        (torch.zeros(4, 4), r"of shape \(3,\) or \(3, H, W\), .*got \(4, 4\)"),
        (torch.zeros(1, 4, 4), r"got \(1, 4, 4\)"),
        (torch.zeros(5, 3, 4, 4), r"got \(5, 3, 4, 4\); images.float\(\).mean\(0\)"),
        (torch.zeros(3, 2, 9), "at least 4x4 pixels, got 2x9"),
        (torch.full((3,), -1.0), "from 0 to 255, got -1 to -1"),
        (torch.full((3, 4, 4), 256.0), "from 0 to 255"),
        (torch.full((3,), torch.nan), "from 0 to 255, got nan"),
    ],
)
def test_a_mean_that_is_none_is_refused(mean, message):
    network = Field()
    with pytest.raises(ValueError, match=message):
        network.set_mean(mean)
    assert not network.mean.any()


def test_every_network_of_2012_and_its_rival_has_a_mean_of_its_fields_size(empty):
    of_2012 = {"AlexNet", "AlexNetTwoTowers", "AlexNet2012Source", "AlexNetSmall"}
    assert set(WITH_MEAN) == {*of_2012, "LeNetColour"}
    for name in WITH_MEAN:
        assert empty[name].mean.shape == COLOUR[name].input_shape
        assert "mean" in empty[name].state_dict()
        assert "Pixels: 0 to 255 minus the mean of the training pictures" in COLOUR[name].__doc__


# What people give to `prepare`, and what the message says of it.
GREY = pictures(2, 1, 8, 8)
MISREAD = [
    (GREY, r"got uint8 \(2, 1, 8, 8\); images.expand\(-1, 3, -1, -1\) gives grey"),
    (GREY / 255, r"got float32 .*\(images \* 255\).round\(\)"),
    (pictures(2, 8, 8, 3), r"got uint8 \(2, 8, 8, 3\); images.permute\(0, 3, 1, 2\)"),
    (pictures(2, 4, 8, 8), r"images\[:, :3\] leaves the fourth channel"),
    (pictures(3, 8, 8), r"images\[None\] makes a batch"),
    (pictures(8, 8), "ImageSet.images of a set of colour pictures"),
    (np.zeros((2, 8, 8, 3)), r"got a numpy ndarray .*torch.from_numpy\(array\)"),
    (list(GREY), "got a list; torch.stack"),
    (Image.new("RGB", (8, 8)), r"PIL picture of mode RGB .*picture.convert\('RGB'\)"),
    (None, "got a NoneType"),
]


@pytest.mark.parametrize("name", COLOUR)
def test_prepare_refuses_what_it_would_misread(empty, name):
    for images, message in MISREAD:
        with pytest.raises(ValueError, match=rf"uint8 images \(N, 3, H, W\), red.*{message}"):
            empty[name].prepare(images)


def test_the_ways_that_prepare_names_lead_there():
    network, wanted = Field(), pictures(2, 3, 4, 4)
    picture = Image.fromarray(wanted[0].permute(1, 2, 0).numpy())
    from_picture = torch.from_numpy(np.array(picture.convert("RGB"))).permute(2, 0, 1)[None]
    assert torch.equal(network.prepare(from_picture), wanted[:1].float())
    assert torch.equal(network.prepare(wanted.permute(0, 2, 3, 1).permute(0, 3, 1, 2)), wanted)
    grey = network.prepare(wanted[:, :1].expand(-1, 3, -1, -1))
    assert torch.equal(grey[:, 0], grey[:, 2])
    seen = network.prepare(
        torch.nn.functional.interpolate(
            pictures(2, 3, 2, 3), size=(4, 4), mode="bilinear", antialias=True
        )
    )
    assert seen.shape == (2, 3, 4, 4)


@pytest.mark.parametrize("name", COLOUR)
def test_forward_refuses_what_it_cannot_read_and_says_what_to_do(empty, name):
    network, side = empty[name], COLOUR[name].input_shape[-1]
    for images, came in [
        (torch.zeros(2, 1, side, side), r"\(2, 1, .*images.expand\(-1, 3, -1, -1\) has three"),
        (torch.zeros(2, 3, 20, 20), r"\(2, 3, 20, 20\), which is too small: the least side is \d"),
        (torch.zeros(2, 3, side, side, dtype=torch.uint8), "got uint8"),
        (torch.zeros(3, side, side), r"got float32 \(3, "),
        (np.zeros((2, 3, side, side)), "got a numpy ndarray"),
    ]:
        with pytest.raises(ValueError, match=rf"^{name} reads .*{came}.*{name}\(\).prepare"):
            network(images)


@pytest.mark.parametrize("name", COLOUR)
def test_a_picture_that_is_too_small_is_not_enlarged(empty, name):
    with pytest.raises(ValueError, match=rf"{name} reads pictures of at least (\d+)x\1 pixels"):
        empty[name].prepare(pictures(2, 3, 28, 28))


def test_the_one_tower_takes_torchvisions_mean_and_deviation_out():
    images = pictures(2, 3, 256, 300)
    fields = AlexNetOneTower.prepare(images)
    inside = images[:, :, 16:240, 38:262] / 255
    for colour, (mean, deviation) in enumerate([(0.485, 0.229), (0.456, 0.224), (0.406, 0.225)]):
        torch.testing.assert_close(fields[:, colour], (inside[:, colour] - mean) / deviation)
    assert AlexNetOneTower.prepare(images[..., :100]).shape == (2, 3, 100, 100)


def test_a_network_with_a_mean_is_trained_and_tested_on_photographs():
    """`fit` and `evaluate` call `prepare` as a method; 64x64 pictures are cut to 56x56."""
    torch.manual_seed(0)
    train, network = load("photos", subset=2), AlexNetSmall()
    network.set_mean(train.images.float().mean(0))
    fit(network, train, Recipe(epochs=1, lr=0.001, batch_size=10), device="cpu", progress=False)
    with torch.no_grad():
        scores = network.eval()(network.prepare(train.images))
    torch.testing.assert_close(evaluate(network, train, device="cpu").scores, scores)
