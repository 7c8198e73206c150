"""From which distance on a recorded network's answer is "none of these", kept beside its weights.

The threshold was chosen once, by `measured_rejection`, and is kept with what it was chosen on:
`scripts/choose_rejection.py NAME` writes `kept/NAME.toml`.
"""

import tomllib
from dataclasses import asdict, dataclass
from typing import Self

from lessonlib.data import load as load_set
from lessonlib.runs import files as run_files
from lessonlib.runs import run as runs
from lessonlib.runs.formats import as_newest
from lessonlib.training import Recipe, SDLMRecipe, evaluate, rejection_threshold

SHARE = 0.01


@dataclass(frozen=True)
class Rejection:
    """A threshold, and on what it was chosen.

    Attributes:
        threshold: the largest distance, a squared one, that is still accepted.
        share: of the digits below that are rejected by it (0..1).
        data: name of the set whose training part they are.
        fingerprint: of that part.
        count: how many digits they are.
        weights: SHA-256 of the network's weights.
    """

    threshold: float
    share: float
    data: str
    fingerprint: str
    count: int
    weights: str

    def as_toml(self) -> str:
        """The text of its file."""
        lines = (f"{key} = {_toml(value)}" for key, value in asdict(self).items())
        return "\n".join(lines) + "\n"

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """What `as_toml` has written.

        Raises:
            ValueError: the text is no TOML, or has other keys.
        """
        found = tomllib.loads(text)
        if set(found) != set(cls.__dataclass_fields__):
            raise ValueError(f"expected {', '.join(cls.__dataclass_fields__)}, got {sorted(found)}")
        return cls(**found)


def rejection(name: str) -> Rejection:
    """What is kept of a run's threshold.

    Raises:
        ValueError: there is no run of that name; the message lists the names.
        RunFileError: it keeps no weights, or no threshold, or one that is damaged or was chosen
            for other weights.
    """
    path = runs.kept() / f"{name}.toml"
    again = f"choose it with `python scripts/choose_rejection.py {name}`"
    weights = _weights(name)
    if not path.exists():
        raise run_files.RunFileError(f"{path} is missing; {again}")
    try:
        found = Rejection.from_toml(path.read_text(encoding="utf-8"))
    except ValueError as error:  # tomllib's errors are such, too
        raise run_files.RunFileError(f"{path} cannot be read ({error}); {again}") from error
    if found.weights != weights:
        raise run_files.RunFileError(f"{path} was chosen for other weights; {again}")
    return found


def measured_rejection(name: str, share: float = SHARE) -> Rejection:
    """The threshold of a recorded LeNet-5, chosen on the embedded training digits.

    The digits are as they are in the set, so they did not go through `as_mnist`.

    Args:
        name: of a run that keeps the weights of a network whose scores are minus distances.
        share: of the digits to reject (0..1).
    """
    digits = load_set("digits")
    surest = evaluate(runs.network(name), digits).scores.amax(1)
    return Rejection(
        threshold=-rejection_threshold(surest, share),
        share=share,
        data=digits.name,
        fingerprint=digits.fingerprint,
        count=len(digits),
        weights=_weights(name),
    )


def rubbish_distance(recipe: Recipe | SDLMRecipe) -> float:
    """The distance from which on equation 9 finds its rubbish class likelier than any digit.

    In LeCun et al. 1998, eq. 9, that class has the constant penalty j. So a picture is rubbish
    where the smallest penalty, which is the distance or a part of it, is above j.

    Raises:
        ValueError: the network was trained by another loss.
    """
    if recipe.loss == "discriminative":
        return getattr(recipe, "j", 1.0) / getattr(recipe, "distance_scale", 1.0)
    if recipe.loss == "scaled_discriminative":
        return 1.0 / 0.025
    raise ValueError(f"expected a network trained by equation 9, got the loss {recipe.loss!r}")


def _weights(name: str) -> str:
    """SHA-256 of a run's weights, which are there."""
    path = runs.path_of(name)
    found, _ = run_files.read(path)
    run = as_newest(found)
    run_files.weights_file(path, run)
    return run["weights"]


def _toml(value: float | int | str) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)
