"""One way to read a network's weights, from a checkpoint and from a saved file."""

import pytest
import torch
from torch import nn

from lessonlib.models import LeNet5, LeNetClassic
from lessonlib.training import Recipe, fit, load_weights
from tests.unit.training_examples import Small, blobs, small, weights

RECIPE = Recipe(epochs=1, batch_size=16, lr=0.1)


@pytest.fixture
def files(tmp_path):
    """A trained network, and both kinds of file that keep it."""
    model = small()
    fit(model, blobs(), RECIPE, checkpoint=tmp_path / "checkpoint.pt")
    torch.save(model.state_dict(), tmp_path / "saved.pt")
    return model, [tmp_path / "checkpoint.pt", str(tmp_path / "saved.pt")]


def test_both_kinds_of_file_are_read(files):
    trained, paths = files
    for path in paths:
        model = small()
        load_weights(model, path)
        assert torch.equal(weights(model), weights(trained))


def test_the_type_of_the_network_is_kept(files):
    trained, paths = files
    model = small().double()
    load_weights(model, paths[0])
    assert torch.equal(weights(model), weights(trained).double())


def test_the_weights_of_another_network_are_refused_in_words(files, tmp_path):
    _, (checkpoint, saved) = files
    other, wider = LeNetClassic(), Small(classes=5)
    before = weights(other).clone()
    with pytest.raises(ValueError, match=r"of class Small\) than LeNetClassic: the file lacks c1"):
        load_weights(other, checkpoint)
    assert torch.equal(weights(other), before)
    with pytest.raises(ValueError, match=r"network lacks .*hidden.bias.*Build the network"):
        load_weights(other, saved)
    with pytest.raises(
        ValueError, match=r"output.weight is \(3, 16\) there, \(5, 16\) here; output.bias"
    ):
        load_weights(wider, saved)
    torch.save(LeNet5().state_dict(), tmp_path / "five.pt")
    with pytest.raises(ValueError, match="holds the weights of another network than LeNetClassic"):
        load_weights(other, tmp_path / "five.pt")


@pytest.mark.parametrize("content", [b"", b"hello", None, {"a": 1}, [torch.zeros(2)], small()])
def test_what_holds_no_weights_is_refused(tmp_path, content):
    path = tmp_path / "file.pt"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        torch.save(content, path)
    with pytest.raises(ValueError, match=r"file\.pt (cannot be read as weights|holds no weights)"):
        load_weights(small(), path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.pt"):
        load_weights(nn.Linear(1, 1), tmp_path / "none.pt")
