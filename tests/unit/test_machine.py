"""Devices and precisions, one after the other in one process."""

import pytest
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState, GradientState, PartialState
from torch import nn

from lessonlib.models import LeNet5, LeNetModern
from lessonlib.training import Recipe, evaluate, fit
from lessonlib.training.hardware import Hardware, usable, usual_precision
from lessonlib.training.machine import accelerator
from tests.unit.training_examples import blobs, small, weights

RECIPE = Recipe(epochs=2, batch_size=16, lr=0.05)
HUNG = ("forward", "_original_forward", "_is_accelerate_prepared")  # what accelerate adds


def computed_in(model, layer: str, **options) -> set[torch.dtype]:
    """The types in which a layer's outputs come while `fit` trains."""
    seen = set()
    handle = getattr(model, layer).register_forward_hook(
        lambda _, __, output: seen.add(output.dtype) if model.training else None
    )
    fit(model, blobs(), RECIPE, device="cpu", **options)
    handle.remove()
    return seen


def test_precisions_follow_each_other_in_one_process():
    model = small()
    assert computed_in(model, "hidden") == {torch.float32}
    assert computed_in(model, "hidden", precision="bf16") == {torch.bfloat16}
    assert computed_in(model, "hidden") == {torch.float32}
    assert all(p.dtype == torch.float32 for p in model.parameters())


def test_nothing_of_accelerate_is_left_behind():
    model = small()
    fit(model, blobs(), RECIPE, device="cpu", precision="bf16")
    assert not AcceleratorState._shared_state
    assert not PartialState._shared_state
    assert "forward" not in vars(model)
    assert not hasattr(model, "_is_accelerate_prepared")


def test_nothing_is_left_behind_by_a_failure_either():
    with pytest.raises(FloatingPointError):
        fit(small(), blobs(), Recipe(epochs=3, batch_size=16, lr=1e30, momentum=0), device="cpu")
    assert not AcceleratorState._shared_state
    assert computed_in(small(), "hidden", precision="bf16") == {torch.bfloat16}


@pytest.mark.parametrize("theirs", ["no", "bf16"])
def test_an_accelerator_of_the_callers_own_keeps_its_state(theirs):
    """It used to ask for a restart, or to leave the caller's accelerator without a device."""
    own = Accelerator(mixed_precision=theirs, cpu=True, gradient_accumulation_steps=4)
    try:
        network = nn.Linear(2, 2)
        optimizer = torch.optim.SGD(network.parameters(), 0.1)
        prepared = own.prepare(network, optimizer)
        states = (PartialState, AcceleratorState, GradientState)
        before = [dict(state._shared_state) for state in states]
        for precision in ("fp32", "bf16"):
            fit(small(), blobs(), RECIPE, device="cpu", precision=precision)
        assert [dict(state._shared_state) for state in states] == before
        assert (own.mixed_precision, own.gradient_accumulation_steps) == (theirs, 4)
        own.backward(prepared[0](torch.ones(1, 2)).sum())
        prepared[1].step()
        assert Accelerator(mixed_precision=theirs, cpu=True).device == own.device
    finally:
        AcceleratorState._reset_state(reset_partial_state=True)
        GradientState._reset_state()


def test_a_network_that_the_caller_prepared_stays_prepared():
    own, model = Accelerator(mixed_precision="bf16", cpu=True), small()
    try:
        own.prepare(model)
        kept = dict(vars(model))
        pictures = model.prepare(blobs().images)
        assert computed_in(model, "hidden") == {torch.float32}  # as fit was told
        assert {name: vars(model)[name] for name in HUNG} == {name: kept[name] for name in HUNG}
        seen = []
        model.hidden.register_forward_hook(lambda _, __, output: seen.append(output.dtype))
        model(pictures)
        assert seen == [torch.bfloat16]  # as the caller's accelerator has it
    finally:
        AcceleratorState._reset_state(reset_partial_state=True)
        GradientState._reset_state()


@pytest.mark.parametrize(
    ("precision", "complaint"),
    [("half", "unknown precision 'half'; known: fp32, bf16, fp16"), ("fp16", "needs a GPU")],
)
def test_precisions_that_cannot_be_are_refused(precision, complaint):
    with pytest.raises(ValueError, match=complaint):
        fit(small(), blobs(), RECIPE, device="cpu", precision=precision)


def gpus(monkeypatch, count: int, capability: tuple[int, int] = (8, 0)) -> None:
    """Let PyTorch say that there are so many GPUs."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: count > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 0)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda *_: capability)


def test_old_gpus_do_not_get_bf16(monkeypatch):
    gpus(monkeypatch, 1, capability=(7, 5))
    with pytest.raises(ValueError, match=r"8\.0 or more, this GPU has 7\.5"):
        fit(small(), blobs(), RECIPE, device="cuda", precision="bf16")


@pytest.mark.parametrize("call", [fit, lambda *args, **more: evaluate(*args[:2], **more)])
def test_a_gpu_that_is_not_there_is_said_with_what_to_do(monkeypatch, call):
    gpus(monkeypatch, 0)
    with pytest.raises(ValueError, match=r"to run on cuda, but PyTorch finds no GPU .*='cpu'"):
        call(small(), blobs(), RECIPE, device="cuda")
    gpus(monkeypatch, 2)
    with pytest.raises(ValueError, match=r"to run on cuda:2, but there .*; use cuda:0, cuda:1"):
        call(small(), blobs(), RECIPE, device="cuda:2")
    with pytest.raises(ValueError, match="unknown device 'gpu'; expected cpu, cuda, or"):
        call(small(), blobs(), RECIPE, device="gpu")


@pytest.mark.parametrize(
    ("capability", "precision"), [((7, 5), "fp16"), ((8, 0), "bf16"), ((12, 0), "bf16")]
)
def test_the_usual_precision_follows_the_device(monkeypatch, capability, precision):
    assert usual_precision("cpu") == "fp32"
    gpus(monkeypatch, 1, capability)
    assert usual_precision("cuda") == precision


def test_a_gpu_has_its_number(monkeypatch):
    gpus(monkeypatch, 2)
    assert [str(usable(name)) for name in ("cuda", "cuda:1", "cpu")] == ["cuda:0", "cuda:1", "cpu"]
    with accelerator("cuda:1", "fp32") as machine:
        assert (str(machine.device), str(PartialState().device)) == ("cuda:1", "cuda:1")


def test_a_history_says_on_what_it_was_trained():
    options = {"device": "cpu", "precision": "bf16", "channels_last": True}
    history = fit(LeNetModern(), blobs(side=28), RECIPE, **options)
    assert history.hardware == Hardware(device="cpu", precision="bf16", channels_last=True)
    assert history.device == "cpu"


def test_a_network_on_several_devices_stays_there(monkeypatch):
    """AlexNet's towers on two GPUs. Here is one CPU, so only what is asked is seen."""
    places, model = [torch.device("cpu"), torch.device("cuda:1")], small()
    monkeypatch.setattr("lessonlib.training.machine.lies_on", lambda _: places)
    monkeypatch.setattr(model, "to", lambda *args, **named: args and pytest.fail("it was moved"))
    history = fit(model, blobs(), RECIPE, test_set=blobs(seed=1))
    assert history.device == "cpu+cuda:1"
    assert evaluate(model, blobs(seed=1)).error_rate == history.table["test_error"].iloc[-1]
    for call in (lambda: fit(model, blobs(), RECIPE, device="cpu"),
                 lambda: evaluate(model, blobs(), device="cpu")):  # fmt: skip
        with pytest.raises(ValueError, match=r"whose parts lie on cpu and cuda:1, got 'cpu'; leav"):
            call()


def test_channels_last_changes_the_layout_and_not_the_result():
    results = []
    for channels_last in (False, True):
        torch.manual_seed(0)
        model = LeNetModern()
        fit(model, blobs(side=28), RECIPE, device="cpu", channels_last=channels_last)
        results.append(weights(model))
        assert model.c3.weight.is_contiguous()
    torch.testing.assert_close(*results, rtol=1e-3, atol=1e-4)


def test_a_refusal_leaves_the_usual_layout(monkeypatch):
    monkeypatch.setattr("lessonlib.training.memory.free_memory", lambda _: 0)
    model = LeNetModern()
    with pytest.raises(ValueError, match="Not even one picture would fit"):
        fit(model, blobs(side=28), RECIPE, device="cpu", channels_last=True)
    assert model.c3.weight.is_contiguous()


@pytest.mark.slow
def test_a_compiled_run_learns_the_same():
    results = []
    for compiled in (False, True):
        torch.manual_seed(0)
        model = LeNet5()
        fit(model, blobs(count=32, side=28), RECIPE, device="cpu", compiled=compiled)
        results.append(weights(model))
    torch.testing.assert_close(*results, rtol=1e-3, atol=1e-4)
