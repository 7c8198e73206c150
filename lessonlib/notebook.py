"""What a chapter's set-up cell calls, and how a chapter shows sentences and sources."""

import inspect
import random
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import torch
from IPython.display import Markdown, display

from lessonlib import settings
from lessonlib.data import SETS, DataUnavailableError, PictureSet, SetInfo, load


def setup(
    name: str = "digits",
    subset: int | None = None,
    minutes: Mapping[settings.Profile, float] | None = None,
    *,
    large: Sequence[str] = (),
) -> tuple[PictureSet, PictureSet]:
    """Seed everything, set the figures' style, load a set and say what will be used.

    Waiting times are announced beforehand: a download, with its size, and the minutes that the
    chapter takes, if they are known.

    Args:
        name: a set that `lessonlib.data.load` knows.
        subset: pictures per class; None asks LESSONLIB_SUBSET, and takes all if that is not set.
        minutes: what the chapter takes in the profiles in which it takes long.
        large: sets that the profiles `gpu` and `full` use instead, in their order: where one cannot
            be had, that is said, and the next is taken. The reader's own folder, see
            `lessonlib.settings.folder`, replaces them all. None are given for a chapter that uses
            the same set in all profiles.

    Returns:
        The training set and the test set.

    Raises:
        DataUnavailableError: none of the sets can be had; the message is that of the last.
    """
    from lessonlib.viz import use_style

    seed_everything(0)
    use_style()
    pd.set_option("display.max_colwidth", None)  # tables show whole sentences
    subset = settings.subset() if subset is None else subset
    expected = (minutes or {}).get(settings.profile())
    *others, last = _candidates(name, large)
    for candidate in others:
        try:
            return _loaded(candidate, subset, expected)
        except DataUnavailableError as error:
            say(f"The set `{candidate}` cannot be had here, so another is used. {error}")
    return _loaded(last, subset, expected)


def _candidates(name: str, large: Sequence[str]) -> list[str]:
    """The sets to try, in order."""
    if not large or settings.profile() == "quick":
        return [name]
    return ["folder"] if settings.folder() else list(large)


def _loaded(name: str, subset: int | None, minutes: float | None) -> tuple[PictureSet, PictureSet]:
    """Both parts of a set; says before what to wait for, and after what there is."""
    root = settings.folder() if name == "folder" else None
    if name in SETS:  # load refuses others
        _announce(SETS[name], subset, minutes)
    train, test = (load(name, part, subset=subset, root=root) for part in (True, False))
    say(
        f"Profile `{settings.profile()}` on `{settings.device()}`. "
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
