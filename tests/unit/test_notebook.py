"""A chapter's set-up cell: what it says, and when."""

import pytest
import torch
from idx_files import COUNT, checksums, small_files

from lessonlib import notebook
from lessonlib.data import DataUnavailableError, mnist
from tests.unit import picture_folders


@pytest.fixture
def done(monkeypatch, tmp_path) -> list[str]:
    """What is said and loaded, in order; MNIST is small and lies behind an address."""
    source = tmp_path / "source"
    source.mkdir()
    for name, data in small_files().items():
        (source / name).write_bytes(data)
    monkeypatch.setenv("LESSONLIB_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("LESSONLIB_SUBSET", raising=False)
    monkeypatch.setattr(mnist, "FILES", checksums(small_files()))
    monkeypatch.setattr(mnist, "MIRRORS", [f"{source.as_uri()}/"])
    happened: list[str] = []
    load = notebook.load

    def noted(name, train=True, **more):
        happened.append("loaded")
        return load(name, train, **more)

    monkeypatch.setattr(notebook, "load", noted)
    monkeypatch.setattr(notebook, "say", happened.append)
    return happened


def test_a_set_that_is_there_is_named_once(done):
    train, test = notebook.setup("digits")
    assert (len(train), len(test)) == (8_000, 2_000)
    assert done[:2] == ["loaded", "loaded"]
    (said,) = done[2:]
    assert said.startswith("Profile `quick` on `cpu`. 8,000 pictures to train on and 2,000 to ")


def test_a_download_is_announced_before_it_begins(done, tmp_path):
    train, _ = notebook.setup("mnist")
    assert len(train) == COUNT
    assert "`mnist` has 60,000 pictures to train on and 10,000 to test on." in done[0]
    assert f"downloaded to `{tmp_path / 'data' / 'MNIST' / 'raw'}` first (11.6 MB in" in done[0]
    assert done[1:3] == ["loaded", "loaded"]
    done.clear()
    notebook.setup("mnist")
    assert done[0] == "loaded"


def test_minutes_are_those_of_the_profile_and_are_said_first(done, monkeypatch):
    minutes = {"gpu": 20, "full": 300}
    notebook.setup("digits", 1, minutes)
    assert done[0] == "loaded"
    done.clear()
    monkeypatch.delenv("LESSONLIB_PROFILE", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    notebook.setup("digits", 1, minutes)
    assert (
        "of which up to 1 of each class are used. Expect this chapter to take about 20 " in done[0]
    )
    assert done[1] == "loaded"
    assert done[-1].startswith("Profile `gpu` on `cpu`. 10 pictures")  # LESSONLIB_DEVICE is set


def test_an_unknown_set_is_refused(done):
    with pytest.raises(ValueError, match="unknown set 'mnits'; known: digits, mnist"):
        notebook.setup("mnits")


# Sets for a GPU


@pytest.fixture
def large(done, monkeypatch) -> list[str]:
    """The profile `gpu` on a CPU, where `imagenette` and `cifar10` cannot be had."""
    monkeypatch.setenv("LESSONLIB_PROFILE", "gpu")
    monkeypatch.delenv("LESSONLIB_FOLDER", raising=False)
    load = notebook.load

    def failing(name, *more, **options):
        if name in ("imagenette", "cifar10"):
            raise DataUnavailableError(f"{name} is not here")
        return load(name, *more, **options)

    monkeypatch.setattr(notebook, "load", failing)
    return done


def test_the_large_set_is_for_the_other_profiles(large, monkeypatch):
    train, _ = notebook.setup("photos", 2, large=("digits",))
    assert train.name == "digits"
    assert large[-1].startswith("Profile `gpu` on `cpu`. 20 pictures")
    monkeypatch.setenv("LESSONLIB_PROFILE", "quick")
    assert notebook.setup("photos", 2, large=("digits",))[0].name == "photos"


def test_where_a_large_set_cannot_be_had_the_next_is_taken_and_that_is_said(large):
    train, _ = notebook.setup("photos", 2, large=("imagenette", "cifar10", "digits"))
    assert train.name == "digits"
    said = [text for text in large if "cannot be had" in text]
    assert said == [
        "The set `imagenette` cannot be had here, so another is used. imagenette is not here",
        "The set `cifar10` cannot be had here, so another is used. cifar10 is not here",
    ]
    with pytest.raises(DataUnavailableError, match="cifar10 is not here"):
        notebook.setup("photos", 2, large=("imagenette", "cifar10"))


def test_a_folder_of_ones_own_replaces_the_large_sets(large, monkeypatch, tmp_path):
    root = picture_folders.write(tmp_path / "own", per_class=3)
    monkeypatch.setenv("LESSONLIB_FOLDER", str(root))
    train, test = notebook.setup("photos", 2, large=("imagenette",))
    assert (train.name, len(train), len(test)) == ("folder", 6, 6)
    assert "6 pictures to train on and 6 to test on: folder, 2 per class" in large[-1]
    assert notebook.setup("photos", 2)[0].name == "photos"  # a chapter with one set
    monkeypatch.setenv("LESSONLIB_FOLDER", str(tmp_path / "missing"))
    with pytest.raises(DataUnavailableError, match="missing"):
        notebook.setup("photos", 2, large=("imagenette", "digits"))
