"""Map the plateau: from which start, at which rate, does AlexNet leave a loss of ln K?

    python scripts/map_plateau.py recipe    # ALEXNET_SMALL_PLAIN, 20 seeds: some minutes
    python scripts/map_plateau.py small     # 3 starts by 4 rates by 5 seeds: half an hour
    python scripts/map_plateau.py large     # AlexNet at 224, three starts: twenty minutes
    python scripts/map_plateau.py show small

One core is enough. Each finished row is kept, so Ctrl-C loses at most one; the next call goes on.
All train on ten classes of Tiny ImageNet (5,000 pictures), which must be there. A row says start,
rate and seed; whether the run `left`, and after how many `steps`; its first loss, and the mean of
its last 20. A run ends when it has left. A loss that is no number is an empty field. The weights
of runs of `small` that have not left are kept for `prove_diagnosis.py`, in the data folder.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import typer
from plateau_rows import begin, measure
from safetensors.torch import save_model
from torch import nn

from lessonlib import settings
from lessonlib.data import ImageSet, load
from lessonlib.models import AlexNet, AlexNetSmall
from lessonlib.models.ablations import Ablation, OtherStart, Start2012
from lessonlib.runs.plateau import PlateauMap, plateau_map
from lessonlib.training import Recipe, new_network
from lessonlib.training.leaving import train_until_left
from lessonlib.training.recipes import ALEXNET_SMALL_PLAIN, ALEXNET_TEN_AS_PRINTED

STARTS: dict[str, Ablation] = {
    "as printed": Start2012("as printed"),
    "as released": Start2012("as released"),
    "He": OtherStart("he"),
}
RATES = (0.001, 0.003, 0.01, 0.03)
MOMENTUM = replace(ALEXNET_SMALL_PLAIN, momentum=0.9)
LARGE = replace(ALEXNET_TEN_AS_PRINTED, batch_size=16, weight_decay=5e-4)
STEPS, STEPS_OF_LARGE = 300, 60

app = typer.Typer(add_completion=False, help=__doc__, pretty_exceptions_enable=False)
Restart = Annotated[bool, typer.Option("--restart", help="Measure all rows again.")]


@app.command()
def recipe(restart: Restart = False) -> None:
    """The recipe with plain SGD, with 20 seeds."""
    train, name = load("tinyimagenet", view="ten"), "ALEXNET_SMALL_PLAIN"
    about = f"{name}: AlexNetSmall from He's start by plain SGD, 20 seeds."
    begun = begin("recipe", about, "AlexNetSmall", train, ALEXNET_SMALL_PLAIN)
    measure(begun, cases(["He"], [ALEXNET_SMALL_PLAIN.lr], 20), row(begun, train), restart=restart)


@app.command()
def small(restart: Restart = False) -> None:
    """`AlexNetSmall` from three starts at four rates, with momentum 0.9 and five seeds."""
    train = load("tinyimagenet", view="ten")
    about = "AlexNetSmall from three starts at four rates, SGD with momentum 0.9, five seeds."
    begun = begin("small", about, "AlexNetSmall", train, MOMENTUM)
    measure(begun, cases(STARTS, RATES, 5), row(begun, train), restart=restart)


@app.command()
def large(restart: Restart = False) -> None:
    """`AlexNet` at 224 from three starts, at the printed rate, with batches of 16."""
    train = load("tinyimagenet", view="ten")
    about = "AlexNet at 224 from three starts at the printed rate, batches of 16, one seed."
    begun = begin("large", about, "AlexNet", train, LARGE)
    measured = row(begun, train, AlexNet, STEPS_OF_LARGE)
    measure(begun, cases(STARTS, [LARGE.lr], 1), measured, restart=restart)


@app.command()
def show(name: str) -> None:
    """Print a map that is kept."""
    found = plateau_map(name)
    print(f"{found.about} {found.source()}\n\n{found.cells().to_string(index=False)}")


def cases(starts, rates, seeds: int) -> list[dict[str, Any]]:
    """Each start at each rate with each seed from 0; all with one seed before the next seed."""
    return [
        {"start": start, "rate": rate, "seed": seed}
        for seed, start, rate in product(range(seeds), starts, rates)
    ]


def row(
    begun: PlateauMap,
    train: ImageSet,
    network: Callable[[int], nn.Module] = AlexNetSmall,
    steps: int = STEPS,
) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What measures a case: train that start at that rate until it leaves."""

    def measured(case: dict[str, Any]) -> dict[str, Any]:
        model = started(case["start"], case["seed"], network, len(train.classes))
        own = replace(Recipe.from_data(begun.recipe), lr=case["rate"], seed=case["seed"])
        found = train_until_left(model, train, own, steps)
        if begun.name == "small" and not found.left:
            path = stuck_weights(begun.commit, case)
            path.parent.mkdir(parents=True, exist_ok=True)
            save_model(model, path)
        return {
            "left": found.left,
            "steps": found.steps,
            "first_loss": round(found.losses[0], 4),
            "last_loss": round(found.last_loss, 4),
        }

    return measured


def stuck_weights(commit: str, case: dict[str, Any]) -> Path:
    """Where the weights of a run that has not left lie, not in the repository."""
    name = f"{case['start']}-{case['rate']:g}-{case['seed']}.safetensors".replace(" ", "-")
    return settings.data_dir() / "plateau" / commit[:12] / name


def started(
    start: str, seed: int, network: Callable[[int], nn.Module] = AlexNetSmall, classes: int = 10
) -> nn.Module:
    """A new network from one of the starts."""

    def build() -> nn.Module:
        model = network(classes)
        STARTS[start].apply(model)
        return model

    return new_network(build, seed)


if __name__ == "__main__":
    app()
