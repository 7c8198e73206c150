"""Does rescaling the layer that `diagnose` names free a run that is stuck at ln K?

    python scripts/prove_diagnosis.py run        # a quarter of an hour on one core
    python scripts/prove_diagnosis.py planted    # as long
    python scripts/prove_diagnosis.py show proof

`run` goes on from runs of the map `small` (`map_plateau.py`), with the weights that they ended
with: those with seed 0 that have not left the plateau and whose loss is a number. `planted` goes
on from networks with He's start, in which the weights of the first layers, two to six of them, were
made 0.15 times as large: about as little of its signal as that is kept by a layer that starts as
printed. The rule by which a layer is named was settled on other runs. For each run that is stuck:

* `named` and `reason`: the layer that `diagnose` says blocks first, and why, on 200 training
  pictures. Its weights, and nothing else, are multiplied by `factor`, so that it keeps as
  much of its signal as the same layer of a network with He's start. Then it is trained for up to
  300 further steps at the same rate, with momentum from 0: has it `left`, after how many `steps`?
* `other`: the same with one of the other seven layers, drawn at random.
* `rescaled`: the named layer is rescaled, `diagnose` is asked again, and so on, up to all eight;
  `all_left` and `all_steps` say what that gave.
"""

from copy import deepcopy
from dataclasses import replace
from itertools import product
from typing import Annotated, Any

import torch
import typer
from map_plateau import MOMENTUM, STEPS, started, stuck_weights
from plateau_rows import begin, measure
from safetensors.torch import load_model
from torch import Tensor, nn

from lessonlib.data import ImageSet, load
from lessonlib.data.streams import stream
from lessonlib.runs.plateau import PlateauMap, plateau_map
from lessonlib.training import diagnose
from lessonlib.training.leaving import train_until_left
from lessonlib.training.rescaling import rescale, rescale_all

PLANTED, SHRUNK = (2, 3, 4, 5, 6), 0.15
"""How many of the first layers are shrunk, and by which factor."""
PLANTED_RATE, PLANTED_SEEDS = 0.01, 2
PICTURES, ORDER = 200, 999
FURTHER = 1000  # added to a run's seed: another order of the pictures than before

app = typer.Typer(add_completion=False, help=__doc__, pretty_exceptions_enable=False)
Restart = Annotated[bool, typer.Option("--restart", help="Measure all rows again.")]


@app.command()
def run(restart: Restart = False) -> None:
    """Free runs of the map `small`; measure what is missing."""
    small, train = plateau_map("small"), load("tinyimagenet", view="ten")
    about = "Runs of the map `small` that were stuck, after the layer that blocks was rescaled."
    batch = next(train.batches(1, PICTURES, ORDER))

    def row(case: dict[str, Any]) -> dict[str, Any]:
        model = started(case["start"], case["seed"])
        load_model(model, stuck_weights(small.commit, case))
        return freed(model, case, train, batch)

    begun = begin("proof", about, "AlexNetSmall", train, MOMENTUM)
    measure(begun, stuck(small), row, restart=restart)


@app.command()
def planted(restart: Restart = False) -> None:
    """Free runs whose first layers were shrunk; measure what is missing."""
    train = load("tinyimagenet", view="ten")
    about = (
        f"AlexNetSmall from He's start with the weights of its first layers times {SHRUNK}, and, "
        "where that was stuck, after the layer that blocks was rescaled."
    )
    batch = next(train.batches(1, PICTURES, ORDER))
    cases = [
        {"start": "He", "rate": PLANTED_RATE, "layers": layers, "seed": seed}
        for seed, layers in product(range(PLANTED_SEEDS), PLANTED)
    ]
    begun = begin("planted", about, "AlexNetSmall", train, MOMENTUM)
    measure(begun, cases, lambda case: planted_row(case, train, batch), restart=restart)


@app.command()
def show(name: str) -> None:
    """Print how often each way has freed a run; NAME is proof or planted."""
    found = plateau_map(name)
    print(f"{found.about} {found.source()}\n\n{found.rows.to_string(index=False)}\n")
    rows = found.rows.dropna(subset="named")
    for column, way in {
        "left": "the named layer alone",
        "other_left": "another layer alone, drawn at random",
        "all_left": "the named layer, then the next one that is named, up to all",
    }.items():
        print(f"{way}: {int(rows[column].sum())} of {len(rows)} left")


def stuck(small: PlateauMap) -> list[dict[str, Any]]:
    """The runs to go on from."""
    rows = small.rows
    chosen = rows[~rows["left"] & rows["last_loss"].notna() & (rows["seed"] == 0)]
    return chosen[["start", "rate", "seed"]].to_dict("records")


def planted_row(
    case: dict[str, Any], train: ImageSet, batch: tuple[Tensor, Tensor]
) -> dict[str, Any]:
    """The further columns of a row: those of `freed` are empty where nothing was stuck."""
    model = started(case["start"], case["seed"])
    layers = [row.layer for row in diagnose(model, batch)]
    with torch.no_grad():
        for layer in layers[: case["layers"]]:
            model.get_submodule(layer).weight.mul_(SHRUNK)
    recipe = replace(MOMENTUM, lr=case["rate"], seed=case["seed"])
    found = train_until_left(model, train, recipe, STEPS)
    line = {"left_alone": found.left, "steps_alone": found.steps}
    return line if found.left else line | freed(model, case, train, batch)


def freed(
    model: nn.Module, case: dict[str, Any], train: ImageSet, batch: tuple[Tensor, Tensor]
) -> dict[str, Any]:
    """What the three ways give for a run that is stuck."""
    healthy = started("He", case["seed"])
    healthy.set_mean(model.mean)
    sound, found = diagnose(healthy, batch), diagnose(model, batch)
    others = [row.layer for row in sound if row.layer != found.blocked]
    purpose = f"control/{case['start']}/{case['rate']:g}"
    place = torch.randint(len(others), (), generator=stream(case["seed"], purpose))
    line: dict[str, Any] = {"named": found.blocked or "none", "reason": found.block.reason}
    for prefix, layer in {"": found.blocked, "other_": others[int(place)]}.items():
        changed = deepcopy(model)
        factor = rescale(changed, layer, sound[layer].kept, batch) if layer else 1.0
        line |= {"other": layer} if prefix else {}
        line[f"{prefix}factor"] = float(f"{factor:.4g}")
        line |= _trained(changed, case, train, prefix)
    factors = rescale_all(model, sound, batch)
    return line | {"rescaled": " ".join(factors) or "none"} | _trained(model, case, train, "all_")


def _trained(
    model: nn.Module, case: dict[str, Any], train: ImageSet, prefix: str
) -> dict[str, Any]:
    recipe = replace(MOMENTUM, lr=case["rate"], seed=FURTHER + case["seed"])
    found = train_until_left(model, train, recipe, STEPS)
    last = round(found.last_loss, 4)
    return {f"{prefix}left": found.left, f"{prefix}steps": found.steps, f"{prefix}loss": last}


if __name__ == "__main__":
    app()
