"""A chapter's set-up cell: what it says, and when."""

import pytest
import torch
from idx_files import COUNT, checksums, small_files

from lessonlib import notebook
from lessonlib.data import mnist


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
