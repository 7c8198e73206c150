"""Environment variables: what each gives, its default, what is refused."""

import sys
from pathlib import Path

import pytest
import torch

from lessonlib import settings

VARIABLES = (
    *("LESSONLIB_PROFILE", "LESSONLIB_DEVICE", "LESSONLIB_DATA"),
    *("LESSONLIB_SUBSET", "LESSONLIB_FOLDER"),
)


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("empty", [None, ""])
@pytest.mark.parametrize(
    ("gpu", "profile", "device"), [(False, "quick", "cpu"), (True, "gpu", "cuda")]
)
def test_defaults_follow_the_gpu(monkeypatch, empty, gpu, profile, device):
    if empty is not None:
        for name in VARIABLES:
            monkeypatch.setenv(name, empty)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    assert settings.profile() == profile
    assert settings.device() == device
    assert settings.subset() is None
    assert settings.data_dir() == Path.home() / ".cache" / "lessonlib"
    assert settings.folder() is None


@pytest.mark.parametrize("name", ["quick", "gpu", "full"])
def test_profile_as_asked(monkeypatch, name):
    monkeypatch.setenv("LESSONLIB_PROFILE", name)
    assert settings.profile() == name


@pytest.mark.parametrize("name", ["fast", "QUICK", " quick"])
def test_unknown_profile_is_refused(monkeypatch, name):
    monkeypatch.setenv("LESSONLIB_PROFILE", name)
    with pytest.raises(ValueError, match=f"LESSONLIB_PROFILE is '{name}'.*quick, gpu, full"):
        settings.profile()


@pytest.mark.parametrize(("profile", "device"), [("quick", "cpu"), ("gpu", "cuda")])
def test_the_profile_chooses_the_device(monkeypatch, profile, device):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setenv("LESSONLIB_PROFILE", profile)
    assert settings.device() == device


@pytest.mark.parametrize("profile", ["gpu", "full"])
def test_a_profile_that_needs_a_gpu_is_refused_where_there_is_none(monkeypatch, profile):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setenv("LESSONLIB_PROFILE", profile)
    with pytest.raises(ValueError, match=f"is '{profile}', which needs a GPU.*DEVICE=cpu"):
        settings.device()
    monkeypatch.setenv("LESSONLIB_DEVICE", "cpu")
    assert settings.device() == "cpu"


def test_device_as_asked(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setenv("LESSONLIB_DEVICE", "cpu")
    assert settings.device() == "cpu"


@pytest.mark.parametrize("name", ["gpu", "cuda:99"])
def test_device_that_cannot_be_used_is_refused(monkeypatch, name):
    monkeypatch.setenv("LESSONLIB_DEVICE", name)
    with pytest.raises(ValueError, match=f"LESSONLIB_DEVICE is '{name}'.*such as cpu"):
        settings.device()


def test_data_dir_as_asked(monkeypatch, tmp_path):
    monkeypatch.setenv("LESSONLIB_DATA", str(tmp_path))
    assert settings.data_dir() == tmp_path


def test_data_dir_knows_the_home(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LESSONLIB_DATA", "~/sets")
    assert settings.data_dir() == tmp_path / "sets"


@pytest.mark.parametrize("asked", [None, "~/sets"])
def test_a_user_without_a_home_is_told_to_set_the_folder(monkeypatch, asked):
    def unknown(_: int) -> None:
        raise KeyError("getpwuid(): uid not found")

    if asked:
        monkeypatch.setenv("LESSONLIB_DATA", asked)
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", unknown)
    with pytest.raises(ValueError, match=r"no home folder; set LESSONLIB_DATA to a folder"):
        settings.data_dir()


def test_subset_as_asked(monkeypatch):
    monkeypatch.setenv("LESSONLIB_SUBSET", "12")
    assert settings.subset() == 12


def test_folder_as_asked(monkeypatch):
    monkeypatch.setenv("LESSONLIB_FOLDER", "~/pictures")
    assert settings.folder() == Path.home() / "pictures"


@pytest.mark.parametrize("value", ["0", "-3", "2.5", "many", "1e3"])
def test_bad_subset_is_refused(monkeypatch, value):
    monkeypatch.setenv("LESSONLIB_SUBSET", value)
    with pytest.raises(ValueError, match=f"LESSONLIB_SUBSET is '{value}'.*number, at least 1"):
        settings.subset()


def test_only_settings_reads_the_environment():
    package = Path(settings.__file__).parent
    readers = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "environ" in path.read_text() or "getenv" in path.read_text()
    }
    assert readers == {"settings.py"}


class Stream:
    """A stderr that is a terminal, or is not."""

    def __init__(self, terminal: bool) -> None:
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


class NotebookStream(Stream):
    """As a kernel's: it draws bars, and says that it is no terminal."""

    __module__ = "ipykernel.iostream"


@pytest.mark.parametrize(
    ("stream", "disable", "shown"),
    [
        (Stream(True), None, True),
        (Stream(True), "0", True),
        (Stream(True), "1", False),
        (Stream(False), None, False),
        (NotebookStream(False), None, True),
        (NotebookStream(False), "1", False),
        (None, None, False),
    ],
)
def test_bars_are_drawn_on_terminals_and_in_notebooks(monkeypatch, stream, disable, shown):
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    if disable is not None:
        monkeypatch.setenv("TQDM_DISABLE", disable)
    assert settings.shows_bars() is shown
