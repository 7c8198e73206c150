"""What a chapter's set-up cell calls, and how a chapter shows sentences and sources."""

import inspect
import random
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import torch
from IPython.display import Markdown, display

from lessonlib import settings
from lessonlib.data import SETS, ImageSet, SetInfo, load


def setup(
    name: str = "digits",
    subset: int | None = None,
    minutes: Mapping[settings.Profile, float] | None = None,
) -> tuple[ImageSet, ImageSet]:
    """Seed everything, set the figures' style, load a set and say what will be used.

    Waiting times are announced beforehand: a download, with its size, and the minutes that the
    chapter takes, if they are known.

    Args:
        name: a set that `lessonlib.data.load` knows.
        subset: pictures per class; None asks LESSONLIB_SUBSET, and takes all if that is not set.
        minutes: what the chapter takes in the profiles in which it takes long.

    Returns:
        The training set and the test set.
    """
    from lessonlib.viz import use_style

    seed_everything(0)
    use_style()
    pd.set_option("display.max_colwidth", None)  # tables show whole sentences
    subset = settings.subset() if subset is None else subset
    profile, device = settings.profile(), settings.device()
    if name in SETS:  # load refuses others
        _announce(SETS[name], subset, (minutes or {}).get(profile))
    train, test = load(name, subset=subset), load(name, train=False, subset=subset)
    say(
        f"Profile `{profile}` on `{device}`. "
        f"{len(train):,} pictures to train on and {len(test):,} to test on: {train.describe()}"
    )
    return train, test


def _announce(info: SetInfo, subset: int | None, minutes: float | None) -> None:
    """Say what the reader has to wait for, if anything."""
    part = f", of which up to {subset:,} of each class are used" if subset else ""
    sizes = "as many pictures as its folder holds"
    if info.train is not None:
        sizes = f"{info.train:,} pictures to train on and {info.test:,} to test on"
    sentences = [f"The set `{info.name}` has {sizes}{part}."]
    if info.missing():
        sentences.append(
            f"It is not complete on this machine: what is missing is downloaded to "
            f"`{info.where()}` first ({info.download_bytes / 1e6:.1f} MB in all)."
        )
    if minutes is not None:
        sentences.append(f"Expect this chapter to take about {minutes:g} minutes.")
    if len(sentences) > 1:
        say(" ".join(sentences))


def seed_everything(seed: int) -> None:
    """Seed Python's, NumPy's and PyTorch's random numbers."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def say(markdown: str) -> None:
    """Show a sentence with computed numbers as if it were part of the text."""
    display(Markdown(markdown))


def show_source(thing: type | Callable) -> None:
    """Show the source of a class or function of the library, as it runs here."""
    display(Markdown(f"```python\n{inspect.getsource(thing).rstrip()}\n```"))
