"""LeNet-5's plan in colour, the rival of AlexNet's plan."""

import pytest
import torch
from torch.nn import functional as F

from lessonlib.models import LeNetClassic, LeNetColour, layer_table
from lessonlib.models.ablations import OtherDropout
from tests import paper_tables as paper

BYTES = torch.randint(0, 256, (4, 3, 32, 32), generator=torch.Generator().manual_seed(0))


def test_it_is_the_articles_network_with_two_more_input_channels():
    ours, theirs = layer_table(LeNetColour()), layer_table(LeNetClassic())
    assert ours.parameters == paper.LENET_CLASSIC_PARAMETERS + 2 * 6 * 25
    assert ours["c1"].parameters == 3 * 6 * 25 + 6
    assert [row.parameters for row in ours][1:] == [row.parameters for row in theirs][1:]


def test_a_grey_picture_gets_the_scores_of_the_articles_network():
    torch.manual_seed(0)
    ours, theirs = LeNetColour(), LeNetClassic()
    for name, child in theirs.named_children():
        if name != "c1" and child.state_dict():
            child.load_state_dict(getattr(ours, name).state_dict())
    with torch.no_grad():
        theirs.c1.weight.copy_(ours.c1.weight.sum(1, keepdim=True))
        theirs.c1.bias.copy_(ours.c1.bias)
    grey = torch.randn(3, 1, 32, 32)
    torch.testing.assert_close(ours(grey.expand(-1, 3, -1, -1)), theirs(grey))


def test_pixels_lose_the_mean_and_are_divided_by_64():
    model = LeNetColour()
    model.set_mean(torch.full((3,), 100.0))
    prepared = model.prepare(BYTES.to(torch.uint8))
    torch.testing.assert_close(prepared, (BYTES.float() - 100) / 64)


def test_every_parameter_gets_a_gradient_and_dropout_reaches_both_hidden_layers():
    model = LeNetColour(classes=20)
    fields = model.prepare(BYTES.to(torch.uint8))
    F.cross_entropy(model(fields), torch.arange(4)).backward()
    assert all(parameter.grad.abs().max() > 0 for parameter in model.parameters())
    assert model(fields).shape == (4, 20)
    assert torch.equal(model(fields), model(fields))
    OtherDropout(0.5).apply(model)
    seen = []
    for layer in (model.f6, model.output):
        layer.register_forward_hook(lambda _, inputs, output: seen.append(inputs[0]))
    model(fields)
    assert [round((each == 0).float().mean().item(), 1) for each in seen] == [0.5, 0.5]


def test_what_it_cannot_read_is_refused():
    with pytest.raises(ValueError, match="at least one class, got classes=0"):
        LeNetColour(classes=0)
    with pytest.raises(ValueError, match="LeNetColour reads pictures of at least 32x32 pixels"):
        LeNetColour().prepare(torch.zeros(1, 3, 28, 28, dtype=torch.uint8))
    with pytest.raises(ValueError, match="LeNetColour"):
        LeNetColour()(torch.zeros(1, 3, 56, 56))
