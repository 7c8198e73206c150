"""The interactive table: what it takes, what it says, what it leaves in a notebook."""

import json
import re

import numpy as np
import pytest
import torch
from matplotlib.text import Text
from paper_tables import LENET5_C3_READS

from lessonlib.layers import C3_TABLE
from lessonlib.widgets import TableExplorer
from lessonlib.widgets.base import STATE_MIME, WIDGET_MIME, module_source

STATES = np.random.default_rng(0).normal(size=(6, 14, 14)), np.zeros((16, 10, 10))


@pytest.fixture
def explorer() -> TableExplorer:
    return TableExplorer(C3_TABLE, *STATES)


@pytest.mark.parametrize("number", range(16))
def test_reads_the_papers_maps(explorer, number):
    explorer.chosen = ("C3", number)
    assert explorer.partners == list(LENET5_C3_READS[number])
    parameters = 25 * len(LENET5_C3_READS[number]) + 1
    assert f"{parameters} parameters" in explorer.sentences()[1]
    assert f"{100 * parameters:,} connections" in explorer.sentences()[1]


@pytest.mark.parametrize("number", range(6))
def test_an_input_map_is_read_by_ten(explorer, number):
    explorer.chosen = ("S2", number)
    assert explorer.partners == [j for j, maps in enumerate(LENET5_C3_READS) if number in maps]
    assert len(explorer.partners) == 10
    assert explorer.sentences()[1] == "10 kernels of 25 weights: 250 weights."


def test_the_whole_layer_is_the_papers(explorer):
    every = explorer.sentences()[-1]
    assert "60 of 96 pairs" in every
    assert "1,516 parameters, 151,600 connections" in every


def test_another_table_of_other_sizes():
    other = TableExplorer(["X.X", ".XX"], names=("a", "b"), kernel_size=3, side=4)
    assert other.chosen == ("b", 0)
    assert other.sentences() == [
        "Map 0 of b reads 1 map of a: 0.",
        "1 × 9 + 1 = 10 parameters, used at 16 places: 160 connections.",
        "All of b: 4 of 6 pairs. 4 × 9 + 3 = 39 parameters, 624 connections.",
    ]


BAD = {
    r"lengths \[1, 2\]": {"table": ["X", "XX"]},
    "up to 12 rows and 2 to 32 columns, got 13 rows": {"table": ["XX"] * 13},
    "output map 1 reads no input map": {"table": ["X.X", "X.X"]},
    "inputs: 6 maps, as the table has, got 5": {"inputs": np.zeros((5, 2, 2))},
    r"outputs: 16 maps \(16, H, W\), got shape \(16, 2\)": {"outputs": np.zeros((16, 2))},
    "two different names": {"names": ("C3", "C3")},
    "kernel_size to be a whole number 1 to 15, got 0": {"kernel_size": 0},
    "side to be a whole number 1 to 99, got 100": {"side": 100},
    "map of C3 to be a whole number 0 to 15, got 16": {"chosen": ("C3", 16)},
    r"layer of \['S2', 'C3'\] and a map, .* got \('C5', 0\)": {"chosen": ("C5", 0)},
    "got 3": {"chosen": 3},
}


@pytest.mark.parametrize(("message", "arguments"), BAD.items(), ids=list(BAD))
def test_refuses_and_says_what_came(message, arguments):
    with pytest.raises(ValueError, match=message):
        TableExplorer(**arguments)


def test_refuses_a_map_that_is_set_later_and_stays_as_it_was(explorer):
    with pytest.raises(ValueError, match="map of S2 to be a whole number 0 to 5, got 6"):
        explorer.chosen = ("S2", 6)
    assert explorer.chosen == ("C3", 0)


def test_state_from_the_screen_is_taken_over(explorer):
    explorer.set_state({"chosen": ["S2", 5]})
    assert explorer.chosen == ("S2", 5)
    explorer.set_state({"chosen": ["C3", 15]})
    assert explorer.chosen == ("C3", 15)


def test_state_is_plain_json(explorer):
    state = json.loads(json.dumps(explorer.state()))
    assert state["table"] == list(C3_TABLE)
    assert np.allclose(np.array(state["inputs"]) / 100, STATES[0], atol=0.0051)
    assert state["chosen"] == ["C3", 0]
    assert TableExplorer().state()["inputs"] is None


def test_states_cannot_be_changed_behind_the_screens_back(explorer):
    with pytest.raises(ValueError, match="read-only"):
        explorer.inputs[0, 0, 0] = 5


def test_a_stored_output_holds_widget_picture_state_and_words(explorer):
    data = explorer._repr_mimebundle_()[0]
    assert set(data) == {"text/plain", "image/png", STATE_MIME, WIDGET_MIME}
    assert len(data["image/png"]) < 80_000
    assert data[STATE_MIME]["module"] == "table"
    assert "Map 0 of C3 reads 3 maps of S2: 0, 1, 2." in data[STATE_MIME]["alt"]
    assert data["text/plain"] == "TableExplorer(60 of 96 pairs, chosen=('C3', 0))"


@pytest.mark.parametrize(
    "table", [C3_TABLE, ["XX"], ["X" * 32] * 12, ["X.X", ".XX"]], ids=["C3", "1x2", "12x32", "2x3"]
)
def test_still_pictures_are_not_cut_off(table):
    for layer in ("S2", "C3"):
        figure = TableExplorer(table, chosen=(layer, 0)).still()
        for text in filter(Text.get_text, figure.axes[0].texts):
            box = text.get_window_extent()
            assert box.x1 <= figure.bbox.x1
            assert box.y0 >= 0


def test_a_notebook_gets_the_module_and_what_it_imports_as_one_text():
    text = module_source("table")
    assert "import" not in re.findall(r"^\w+", text, re.MULTILINE)
    names = re.findall(r"^(?:export )?(?:const|function) (\w+)", text, re.MULTILINE)
    assert sorted(names) == sorted(set(names)), "a name is declared twice"
    assert str(TableExplorer()._esm) == text


def test_a_tensor_that_needs_gradients_is_taken():
    states = torch.zeros(6, 14, 14, requires_grad=True)
    assert TableExplorer(inputs=states).inputs.shape == (6, 14, 14)
