"""What a chapter's set-up cell calls, and how a chapter speaks."""

import inspect
import random
from collections.abc import Callable

import numpy as np
import pandas as pd
import torch
from IPython.display import Markdown, display

from lessonlib import settings
from lessonlib.data import ImageSet, load


def setup(name: str = "digits", subset: int | None = None) -> tuple[ImageSet, ImageSet]:
    """Seed everything, set the figures' style, load a set and say what will be used.

    Args:
        name: a set that `lessonlib.data.load` knows.
        subset: pictures a class; None asks LESSONLIB_SUBSET, and without it takes all.

    Returns:
        The training set and the test set.
    """
    from lessonlib.viz import use_style

    seed_everything(0)
    use_style()
    pd.set_option("display.max_colwidth", None)  # tables show whole sentences
    subset = settings.subset() if subset is None else subset
    train, test = load(name, subset=subset), load(name, train=False, subset=subset)
    say(
        f"Profile `{settings.profile()}` on `{settings.device()}`. "
        f"{len(train):,} pictures to train on and {len(test):,} to test on: {train.describe()}"
    )
    return train, test


def seed_everything(seed: int) -> None:
    """Seed Python's, NumPy's and PyTorch's random numbers."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def say(markdown: str) -> None:
    """Show a sentence with computed numbers as if it stood in the text."""
    display(Markdown(markdown))


def show_source(thing: type | Callable) -> None:
    """Show the source of a class or function of the library, as it runs here."""
    display(Markdown(f"```python\n{inspect.getsource(thing).rstrip()}\n```"))
