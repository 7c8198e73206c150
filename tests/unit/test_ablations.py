"""Ablations: what they replace, what they leave alone, and which child they look for."""

import pytest
import torch
from torch import nn

from lessonlib.layers import C3_TABLE, DIGIT_CODES, RBFOutput, TableConv2d
from lessonlib.models import (
    MLP,
    AlexNet,
    AlexNet2012Source,
    AlexNetSmall,
    LeNet5,
    LeNetClassic,
    LeNetModern,
    LinearClassifier,
    layer_table,
)
from lessonlib.models.ablations import (
    ABLATIONS,
    ACTIVATIONS,
    FULL_TABLE,
    POOLINGS,
    LinearOutput,
    NormAndDropout,
    OtherActivation,
    OtherPooling,
    OtherStart,
    OtherTable,
    Start2012,
    TrainedCodes,
)
from tests import paper_tables as paper
from tests.network_kinds import READ_DIGITS
from tests.unit.ablation_examples import (
    FULL,
    OF_ALEXNET,
    OF_LENET5,
    check_comes_back,
    check_fits_in,
    check_gradients,
)

FIELDS = torch.rand(3, 1, 32, 32)


def ablated(ablation, network=LeNet5) -> nn.Module:
    torch.manual_seed(0)
    model = network()
    ablation.apply(model)
    return model


@pytest.mark.parametrize("ablation", OF_LENET5, ids=lambda ablation: type(ablation).__name__)
def test_an_ablation_changes_the_scores_and_every_parameter_still_gets_a_gradient(ablation):
    torch.manual_seed(0)
    plain, model = LeNet5(), ablated(ablation)
    if isinstance(ablation, TrainedCodes):
        assert torch.equal(model(FIELDS), plain(FIELDS))  # until training moves the codes
    else:
        assert not torch.allclose(model(FIELDS), plain(FIELDS))
    check_gradients(model, FIELDS)


@pytest.mark.parametrize("ablation", OF_LENET5, ids=lambda ablation: type(ablation).__name__)
def test_an_ablation_is_data_and_comes_back(ablation):
    check_comes_back(ablation)


def test_every_ablation_has_its_example():
    examples = [*OF_LENET5, *OF_ALEXNET]
    assert {type(ablation) for ablation in examples} == set(ABLATIONS.values())


def test_only_the_child_is_replaced():
    before = LeNet5()
    children = dict(before.named_children())
    OtherPooling("MaxPool2d").apply(before)
    same = [name for name, child in before.named_children() if child is children[name]]
    assert same == ["c1", "c3", "c5", "f6", "output", "squash"]
    assert [name for name, _ in before.named_children()] == list(children)


def test_a_full_table_has_the_articles_c3():
    model = ablated(OtherTable(list(FULL)))
    assert layer_table(model)["c3"].parameters == paper.FULL_C3_PARAMETERS
    assert hash(OtherTable(list(FULL))) == hash(OtherTable(FULL))


def test_the_papers_table_leaves_the_counts_as_they_are():
    model = ablated(OtherTable(C3_TABLE))
    assert layer_table(model).parameters == paper.LENET5_PARAMETERS


def test_trained_codes_begin_as_they_were_and_are_840_more_parameters():
    model = LeNet5()
    model.output.codes.mul_(2)
    TrainedCodes().apply(model)
    assert torch.equal(model.output.codes, 2 * DIGIT_CODES)
    assert list(model.state_dict()) == list(LeNet5().state_dict())
    assert layer_table(model).parameters == paper.LENET5_PARAMETERS + 840
    model.reset_parameters()
    assert torch.equal(model.output.codes, DIGIT_CODES)


def test_every_pooling_and_activation_fits_wherever_there_is_one():
    poolings = [OtherPooling(layer.__name__) for layer in POOLINGS]
    activations = [OtherActivation(name) for name in ACTIVATIONS]
    fitted = 0
    for network in READ_DIGITS.values():
        model = network()
        pools = [name for name, child in model.named_children() if isinstance(child, POOLINGS)]
        bends = [name for name in ("squash", "relu") if hasattr(model, name)]
        for ablation in (poolings if pools else []) + (activations if bends else []):
            ablation.apply(model)
            replaced = pools if ablation in poolings else bends
            assert {type(getattr(model, name)).__name__ for name in replaced} == {ablation.name}
            assert model(torch.rand(2, *network.input_shape)).isfinite().all()
            fitted += 1
    assert fitted == 9 * len(poolings) + 13 * len(activations)  # networks that have them


def test_rectifiers_are_used_at_every_place():
    """With the identity as its activation, an MLP is one linear map."""
    model = ablated(OtherActivation("Identity"), MLP)
    one, other = torch.randn(2, 1, 1, 32, 32)
    torch.testing.assert_close(model(one + other), model(one) + model(other) - model(0 * one))


@pytest.mark.parametrize(
    ("ablation", "network", "message"),
    [
        (OtherTable(FULL), LeNetClassic, r"a child `c3` of class TableConv2d; .*c3 \(Conv2d\)"),
        (OtherTable(FULL), MLP, r"a child `c3` of class TableConv2d; MLP has hidden1 \(Linear\)"),
        (OtherTable(("X.", "XX")), LeNet5, "6 rows and 16 columns, .*, got 2 .*row 2 is missing"),
        (OtherTable(("X" * 17,) * 6), LeNet5, "got 6 and 17: column 16 is one too many"),
        (OtherTable(("X" * 13,) * 6), LeNet5, "got 6 and 13: column 13 is missing"),
        (OtherTable(("X" * 16,) * 5 + ("X",)), LeNet5, "row 5 has 1 columns and row 0 has 16"),
        (OtherPooling("MaxPool2d"), MLP, r"children that pool, .*; MLP has hidden1 \(Linear\)"),
        (OtherActivation("Tanh"), LinearClassifier, r"a child `squash` or `relu`; Linear.*output"),
        (TrainedCodes(), LeNetModern, r"a child `output` of class RBFOutput; LeNetModern has"),
        (OtherTable("X"), LeNet5, "sequence of strings"),
        (OtherStart("he"), nn.ReLU, "looks for layers with weights; ReLU has no children"),
        (LinearOutput(), LeNetClassic, r"a child `output` of class RBFOutput; .*output \(Linear\)"),
        (NormAndDropout(), MLP, r"a child `c1` of class Conv2d or TableConv2d; MLP has hidden1"),
    ],
)
def test_what_does_not_fit_says_which_child_it_looked_for(ablation, network, message):
    model = network()
    before = list(model.children())
    with pytest.raises(ValueError, match=message):
        ablation.apply(model)
    assert list(model.children()) == before


def test_a_pooling_of_wider_windows_gets_no_coefficients():
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.MaxPool2d(3, 2))
    OtherPooling("AvgPool2d").apply(model)
    assert (model[1].kernel_size, model[1].stride) == (3, 2)
    with pytest.raises(ValueError, match=r"windows of 2x2 .* child `1` has others: AvgPool2d"):
        OtherPooling("Subsample").apply(model)


def test_a_linear_output_is_ten_weighted_sums_at_each_place():
    model = ablated(LinearOutput())
    assert layer_table(model)["output"].parameters == 10 * 84 + 10
    field = torch.rand(2, 1, 32, 40)
    assert model(field).shape == (2, 10, 1, 3)
    torch.testing.assert_close(model(field)[:, :, 0, 2], model(field[..., 8:]))


def test_another_start_draws_every_weight_and_can_fix_the_coefficients():
    before, model = LeNet5(), LeNet5()
    model.load_state_dict(before.state_dict())
    OtherStart("2.4/F", coefficient=0.5).apply(model)
    for name, value in model.named_parameters():
        if name.endswith("bias"):
            assert not value.any(), name
        elif name in ("s2.weight", "s4.weight"):
            assert (value == 0.5).all()
        else:
            assert not torch.equal(value, before.get_parameter(name)), name
    assert model.c5.weight.abs().max() <= 2.4 / 400
    OtherStart("2.4/F", "like weights").apply(model)
    assert model.c5.bias.any()
    assert model.s2.bias.any()


def test_norm_and_dropout_make_lenet_modern_of_lenet5_step_by_step():
    """The last of the steps from 1998 to today computes the same function as `LeNetModern`."""
    model, modern = LeNet5(), LeNetModern().double().eval()
    for step in (
        OtherActivation("ReLU"),
        OtherPooling("MaxPool2d"),
        OtherTable(FULL_TABLE),
        LinearOutput(),
        NormAndDropout(),
        OtherStart("he"),
    ):
        step.apply(model)
    model.double()
    assert layer_table(model).parameters == layer_table(modern).parameters
    for _ in range(3):
        model(torch.rand(8, 1, 32, 32))  # for the running statistics
    model.eval()
    with torch.no_grad():
        modern.c1.weight.copy_(model.c1.weight)
        modern.c3.weight.copy_(model.c3.layer.dense_weight())
        modern.c5.weight.copy_(model.c5.weight)
        modern.output.weight.copy_(model.output.layer.weight.flatten(1))
        modern.output.bias.copy_(model.output.layer.bias)
    modern.f6.load_state_dict(model.f6.state_dict())
    for name in ("norm1", "norm3", "norm5"):
        own = getattr(model, f"c{name[-1]}").norm
        getattr(modern, name).load_state_dict(own.state_dict())
    torch.testing.assert_close(model(FIELDS.double()), modern(FIELDS.double()))
    model.train()
    assert not torch.equal(model(FIELDS.double()), model(FIELDS.double()))  # dropout


def test_unknown_names_are_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"unknown start 'He'; known: 2.4/F, 1/sqrt\(F\), xavier"):
        OtherStart("He")
    with pytest.raises(ValueError, match="unknown start of biases 'none'; known: zero, like"):
        OtherStart("he", "none")
    with pytest.raises(ValueError, match="dropout in 0 <= p < 1, got 1"):
        NormAndDropout(1)
    with pytest.raises(ValueError, match="unknown activation 'relu'; known: ScaledTanh"):
        OtherActivation("relu")
    with pytest.raises(ValueError, match="unknown pooling 'max'; known: Subsample"):
        OtherPooling("max")


def test_the_new_part_has_the_networks_type_device_and_mode():
    for ablation in OF_LENET5:
        check_fits_in(ablation, LeNet5, FIELDS)


def test_an_ablated_network_can_start_again():
    for ablation in OF_LENET5:
        model = ablated(ablation)
        model.reset_parameters()
        assert model(FIELDS).isfinite().all()


def test_new_weights_follow_the_random_state():
    models = [ablated(OtherTable(FULL)) for _ in range(2)]
    assert torch.equal(models[0].c3.weight, models[1].c3.weight)
    assert isinstance(models[0].c3, TableConv2d)
    assert isinstance(models[0].output, RBFOutput)


# Standard deviation of the first weights: paper, sec. 5; and layers-145.cfg of the source.
DEVIATIONS_OF_2012 = [
    ("as printed", (0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01)),
    ("as released", (0.01, 0.01, 0.03, 0.03, 0.03, 0.01, 0.01, 0.01)),
]


@pytest.mark.parametrize(("version", "deviations"), DEVIATIONS_OF_2012)
def test_the_starts_of_2012_have_their_deviations_and_biases(version, deviations):
    model = ablated(Start2012(version), AlexNetSmall)
    layers = [layer for layer in model.children() if hasattr(layer, "weight")]
    found = [layer.weight.std().item() for layer in layers]
    assert found == pytest.approx(deviations, rel=0.06)
    biases = [layer.bias.unique().tolist() for layer in layers]
    assert biases == [[0], [1], [0], [1], [1], [1], [1], [0]]


@pytest.mark.parametrize(
    ("network", "version"), [(AlexNet, "as printed"), (AlexNet2012Source, "as released")]
)
def test_a_start_of_2012_is_that_of_the_network_that_was_published_with_it(network, version):
    with torch.device("meta"):
        model = network(10)
    for name in ("fc6", "fc7", "fc8"):
        setattr(model, name, nn.Linear(300, 200))
    model.to_empty(device="cpu")
    model.reset_parameters()
    own = {name: value.clone() for name, value in model.state_dict().items()}
    Start2012(version).apply(model)
    for name, value in model.named_parameters():
        assert value.std().item() == pytest.approx(own[name].std().item(), rel=0.06), name
        assert value.mean().item() == pytest.approx(own[name].mean().item(), abs=1e-3), name


def test_a_start_of_2012_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="unknown start of 2012 'printed'; known: as printed"):
        Start2012("printed")
    with pytest.raises(ValueError, match="looks for a child `conv1` of class Conv2d or Linear"):
        Start2012("as printed").apply(LeNet5())
