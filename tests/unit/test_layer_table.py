import pytest
import torch
from torch import nn

from lessonlib.models import LeNet5, LeNetModern, ZipNet1989, layer_table
from lessonlib.viz.network_cells import cells_of
from tests import paper_tables as paper


def test_a_larger_field_has_more_units_and_the_same_parameters():
    table = layer_table(LeNet5(), 36)
    assert table["c5"].shape == (120, 2, 2)
    assert table["f6"].shape == (84, 2, 2)
    assert table["f6"].connections == 4 * 10_164
    assert table.parameters == 60_000
    assert table.input_shape == (1, 36, 36)


def test_sizes_in_every_form_agree():
    sizes = [None, 32, (32, 32), (1, 32, 32)]
    tables = [list(layer_table(LeNet5(), size)) for size in sizes]
    assert all(table == tables[0] for table in tables)


def test_other_networks_are_counted_too():
    model = nn.Sequential(nn.Conv2d(3, 4, 3, groups=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
    table = layer_table(model, (3, 8, 8))
    assert [(row.name, row.kind) for row in table] == [("0", "Conv2d"), ("2", "MaxPool2d")]
    assert table["0"].connections == 28 * 4 * 36
    assert table["0"].multiply_adds == 27 * 4 * 36
    assert table["2"].connections == 4 * 4 * 9
    assert table["2"].parameters == 0


def test_grouped_convolutions_have_fewer_connections():
    table = layer_table(nn.Sequential(nn.Conv2d(4, 4, 1, groups=2, bias=False)), (4, 2, 2))
    assert table["0"].connections == table["0"].multiply_adds == 2 * 4 * 4


def test_frozen_parameters_are_not_counted_as_trainable():
    model = LeNet5()
    model.f6.requires_grad_(False)
    assert layer_table(model).parameters == 60_000 - 10_164


def test_nothing_about_the_network_changes():
    model = LeNetModern().train()
    model.norm3.eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    layer_table(model)
    assert model.training
    assert not model.norm3.training
    assert not any(module._forward_hooks for module in model.modules())
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), name


class _Twice(nn.Module):
    """One layer used twice, another with its weights, and a parameter of its own."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.tied = nn.Linear(4, 4)
        self.tied.weight = self.first.weight
        self.unused = nn.Linear(2, 2)
        self.scale = nn.Parameter(torch.ones(4))
        self.fixed = nn.Parameter(torch.ones(5), requires_grad=False)

    def forward(self, x):
        x = self.first(self.first(x.flatten(1)))
        return self.tied(x) * self.scale


def test_every_parameter_is_counted_once_and_every_use_is_work():
    model = _Twice()
    table = layer_table(model, (1, 2, 2))
    assert [(row.name, row.kind, row.shape, row.parameters) for row in table] == [
        ("first", "Linear", (4,), 20),
        ("first (use 2)", "Linear", (4,), 0),
        ("tied", "Linear", (4,), 4),  # its bias
        ("scale", "Parameter", (4,), 4),
        ("unused.weight", "Parameter", (2, 2), 4),
        ("unused.bias", "Parameter", (2,), 2),
    ]
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    assert table.parameters == trainable == 34
    assert table.connections == 3 * 20
    assert table.multiply_adds == 3 * 16
    assert table.frame().loc["total", "parameters"] == 34


def test_parameters_by_themselves_are_drawn_with_the_layer_before():
    table = layer_table(_Twice(), (1, 2, 2))
    assert [(cell.name, cell.parameters) for cell in cells_of(table)] == [
        ("input", None),
        ("first", 20),
        ("first (use 2)", 0),
        ("tied", 14),
    ]


def test_a_network_that_is_one_layer_has_a_name():
    (row,) = layer_table(nn.Conv2d(1, 2, 3), (1, 5, 5))
    assert (row.name, row.parameters) == ("Conv2d", 20)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_the_picture_is_of_the_networks_type_and_device(dtype):
    model = nn.Sequential(nn.Conv2d(1, 2, 3))
    rows = list(layer_table(model, (1, 5, 5)))
    assert list(layer_table(model.to(dtype), (1, 5, 5))) == rows
    assert list(layer_table(model.to("meta"), (1, 5, 5))) == rows


def test_what_cannot_be_counted_is_said():
    with pytest.raises(TypeError, match="cannot count a Bilinear"):
        layer_table(_Doubled(), (4,) * 3)


@pytest.mark.parametrize("size", [None, 32, (32, 32), (1, 2, 3, 4)])
def test_a_foreign_network_needs_all_three_numbers(size):
    with pytest.raises(ValueError, match="needs all three"):
        layer_table(nn.Sequential(nn.Flatten(), nn.Linear(4, 2)), size)


def test_an_unknown_layer_name_lists_the_names():
    with pytest.raises(KeyError, match=r"no layer 'f5'.*'c1'.*'output'"):
        layer_table(LeNet5())["f5"]


def test_the_frame_ends_with_the_totals():
    frame = layer_table(LeNet5()).frame()
    assert list(frame.index) == ["c1", "s2", "c3", "s4", "c5", "f6", "output", "total"]
    assert frame.loc["total", "parameters"] == 60_000
    assert frame["connections"].dtype.kind == "i"


def test_neurons_are_counted_as_papers_count_them():
    pixels = 16 * 16
    assert layer_table(ZipNet1989()).neurons + pixels == paper.ZIPNET_UNITS
    table = layer_table(LeNetModern())
    counted = [row.name for row in table if row.neurons]
    assert counted == ["c1", "c3", "c5", "f6", "output"]  # neither pooling nor normalisation
    assert table["c1"].neurons == 6 * 28 * 28


def test_the_frame_has_neurons_where_they_are_asked_for():
    table = layer_table(LeNet5())
    assert "neurons" not in table.frame()
    assert table.frame(neurons=True).loc["total", "neurons"] == table.neurons


class _Doubled(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Bilinear(4, 4, 2)

    def forward(self, x):
        return self.layer(x, x)
