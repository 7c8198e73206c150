"""How `make install` knows what is there, and what it says when it cannot go on."""

import re
import sys
from pathlib import Path

import install
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(tmp_path: Path) -> install.Environment:
    """An environment that is installed, as far as its files say."""
    (tmp_path / "scripts").mkdir()
    for name in ("requirements.txt", "pyproject.toml", "scripts/install.py"):
        (tmp_path / name).write_text("one\n")
    env = install.Environment(tmp_path)
    env.python.parent.mkdir(parents=True)
    env.python.symlink_to(sys.executable)
    env.stamp.write_text(f"{env.digest()}\n{env.folder}\n")
    return env


def test_an_installed_environment_is_ready(environment: install.Environment):
    assert environment.is_ready()


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml", "scripts/install.py"])
def test_a_changed_file_is_noticed(environment: install.Environment, name: str):
    (environment.root / name).write_text("two\n")
    assert not environment.is_ready()
    assert environment.is_usable()


def test_an_installation_cut_short_is_made_anew(environment: install.Environment):
    environment.stamp.unlink()
    environment.marker.touch()
    assert not environment.is_ready()
    assert not environment.is_usable()


def test_a_python_that_is_gone_is_noticed(environment: install.Environment):
    environment.python.unlink()
    environment.python.symlink_to("/nowhere/python3")
    assert not environment.is_ready()
    assert not environment.is_usable()


def test_a_moved_environment_is_made_anew(environment: install.Environment, tmp_path: Path):
    moved = environment.root.rename(tmp_path.with_name(tmp_path.name + "-moved"))
    assert not install.Environment(moved).is_ready()
    assert not install.Environment(moved).is_usable()


def test_the_lock_pins_uv_with_hashes():
    version, entry = install.uv_requirement((ROOT / "requirements.txt").read_text())
    assert entry.startswith(f"uv=={version} ")
    assert entry.count("--hash=sha256:") > 5
    assert entry.count("==") == 1, "the entry of uv and no other"


def test_a_lock_without_uv_is_refused():
    with pytest.raises(install.InstallError, match="pins no uv"):
        install.uv_requirement("numpy==2.0.0 \\\n    --hash=sha256:00\n")


def test_an_old_python_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    monkeypatch.setattr(install, "OTHER_PYTHONS", ())
    with pytest.raises(install.InstallError, match=r"Python 3\.11 or newer is needed; .* is 3\.9"):
        install.check_python()


def test_a_python_without_venv_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(install.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(install.InstallError, match="apt install python3-venv"):
        install.check_python()


def test_the_lock_names_no_place():
    """Machines and registries differ: only names, versions and hashes are kept."""
    lock = (ROOT / "requirements.txt").read_text()
    assert not re.search(r"https?:|file:|--index|--find-links", lock)
    entries = re.findall(r"^[a-z0-9].*$", lock, re.MULTILINE)
    assert len(entries) > 100
    assert all("==" in entry and entry.endswith("\\") for entry in entries)
