"""The interactive activations: what they take, what they compute, what they leave in a notebook."""

import base64
import importlib
import json
import math
import re
import sys

import pytest
import torch

from lessonlib.layers import ScaledTanh
from lessonlib.models.ablations import ACTIVATIONS
from lessonlib.widgets import ActivationExplorer, derivatives
from lessonlib.widgets.activation import NAMES
from lessonlib.widgets.base import HINT, STATE_MIME, WIDGET_MIME, module_source


@pytest.fixture
def explorer() -> ActivationExplorer:
    return ActivationExplorer()


def test_the_scaled_tanh_is_the_papers(explorer):
    """lenet5.yml, squashing: computed values."""
    assert explorer.value == pytest.approx(0.9999973, abs=5e-8)
    assert explorer.slope == pytest.approx(0.7554120, abs=5e-7)
    assert explorer.curvature == pytest.approx(-0.5869886, abs=5e-8)
    explorer.at = 0
    assert explorer.slope == pytest.approx(1.1439333, abs=5e-8)
    explorer.at = 0.98772
    assert explorer.curvature == pytest.approx(-0.5870669, abs=5e-8)


def test_derivatives_are_those_of_calculus():
    a = torch.linspace(-5, 5, 101, dtype=torch.float64)
    value, slope, curvature = derivatives(torch.sigmoid, a)
    assert torch.allclose(slope, value * (1 - value))
    assert torch.allclose(curvature, value * (1 - value) * (1 - 2 * value))
    value, slope, curvature = derivatives(ScaledTanh(), a)
    assert torch.allclose(slope, 2 / 3 * (1.7159 - value**2 / 1.7159))
    assert not a.requires_grad


@pytest.mark.parametrize(("name", "left"), [("rectifier", 0.0), ("leaky rectifier", 0.01)])
def test_straight_lines_have_no_curvature(name, left):
    explorer = ActivationExplorer(name, at=-2)
    assert (explorer.slope, explorer.curvature) == (pytest.approx(left), 0)
    explorer.at = 2
    assert (explorer.value, explorer.slope, explorer.curvature) == (2, 1, 0)


def test_every_activation_of_the_ablations_but_none_at_all_can_be_chosen():
    assert set(NAMES.values()) == set(ACTIVATIONS) - {"Identity"}


BAD = {
    "an activation of .*, got 'ReLU'": {"activation": "ReLU"},
    "an activation of .*, got 3": {"activation": 3},
    "a sum from -5 to 5, got 5.01": {"at": 5.01},
    "a sum from -5 to 5, got nan": {"at": math.nan},
    "a sum from -5 to 5, got '1'": {"at": "1"},
    "a sum from -5 to 5, got True": {"at": True},
}


@pytest.mark.parametrize(("message", "arguments"), BAD.items(), ids=list(BAD))
def test_refuses_and_says_what_came(explorer, message, arguments):
    with pytest.raises(ValueError, match=message):
        ActivationExplorer(**arguments)
    before = explorer.state()
    ((name, value),) = arguments.items()
    with pytest.raises(ValueError, match=message):
        setattr(explorer, name, value)
    assert explorer.state() == before


def test_state_from_the_screen_is_taken_over(explorer):
    explorer.set_state({"activation": "GELU", "at": -1.25})
    assert (explorer.activation, explorer.at) == ("GELU", -1.25)
    assert repr(explorer) == "ActivationExplorer('GELU', at=-1.25)"


def bundle(explorer: ActivationExplorer) -> dict:
    return explorer._repr_mimebundle_()[0]


def test_a_stored_output_holds_widget_picture_state_and_words(explorer):
    data = bundle(explorer)
    assert set(data) == {"text/plain", "image/png", STATE_MIME, WIDGET_MIME}
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert len(data["image/png"]) < 80_000
    stored = json.loads(json.dumps(data[STATE_MIME]))
    assert stored["module"] == "activation"
    assert stored["state"] == {"activation": "scaled tanh", "at": 1.0}
    assert (
        "At a sum of 1 the value is 1, the slope 0.7554 and the curvature −0.587" in stored["alt"]
    )


def test_the_stored_output_is_the_same_from_run_to_run():
    one, other = bundle(ActivationExplorer()), bundle(ActivationExplorer())
    assert one.pop(WIDGET_MIME) != other.pop(WIDGET_MIME)
    assert one == other


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("at", [-5, 0, 4.9])
def test_nothing_is_cut_off_in_the_still_picture(name, at):
    figure = ActivationExplorer(name, at=at).still()
    words = [*figure.texts, *figure.legends[0].get_texts()]
    assert len(words) == 4
    for text in words:
        box = text.get_window_extent()
        assert 0 <= box.x0 < box.x1 <= figure.bbox.x1, f"cut off: {text.get_text()}"


def test_a_notebook_gets_the_module_and_what_it_imports_as_one_text():
    text = module_source("activation")
    assert "import" not in re.findall(r"^\w+", text, re.MULTILINE)
    assert text.count("export default") == 1
    names = re.findall(r"^(?:export )?(?:const|function) (\w+)", text, re.MULTILINE)
    assert sorted(names) == sorted(set(names)), "a name is declared twice"


def test_without_anywidget_there_is_a_line_and_a_still_picture(monkeypatch, capsys):
    for name in [name for name in sys.modules if name.startswith("lessonlib.widgets")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "anywidget", None)
    still = importlib.import_module("lessonlib.widgets").ActivationExplorer("tanh", at=0)
    shown = []
    base = sys.modules["lessonlib.widgets.base"]
    monkeypatch.setattr(base, "display", lambda data, **_: shown.append(data))
    still._ipython_display_()
    assert capsys.readouterr().out == HINT + "\n"
    assert "image/png" in shown[0]
    for name in [name for name in sys.modules if name.startswith("lessonlib.widgets")]:
        monkeypatch.delitem(sys.modules, name)
