"""The wheel is complete: it works in a folder that knows nothing of the repository."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path, **environ: str) -> str:
    """Run a command that must succeed; return what it printed."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=cwd, env={**kept, **environ}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder into which the wheel was installed, without its dependencies."""
    target = tmp_path_factory.mktemp("target")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    run(*pip, "--target", target, wheel, cwd=target)
    return target


def outside(installed: Path, folder: Path, code: str) -> str:
    """Run code in an empty folder, where lessonlib can only be the installed one."""
    guard = f"import lessonlib; assert lessonlib.__file__.startswith({str(installed)!r})\n"
    return run(sys.executable, "-c", guard + code, cwd=folder, PYTHONPATH=str(installed)).strip()


def test_networks_digits_and_style_are_there(installed: Path, tmp_path: Path):
    code = (
        "from lessonlib.models import LeNet5\n"
        "from lessonlib.data import load\n"
        "from lessonlib.viz import use_style\n"
        "use_style()\n"
        "print(sum(p.numel() for p in LeNet5().parameters() if p.requires_grad))\n"
        "print(len(load('digits')), len(load('digits', train=False)))"
    )
    assert outside(installed, tmp_path, code).splitlines() == ["60000", "8000 2000"]


def test_every_file_of_the_package_is_there(installed: Path):
    def names(root: Path) -> set[str]:
        files = (path for path in (root / "lessonlib").rglob("*") if path.is_file())
        return {str(path.relative_to(root)) for path in files if "__pycache__" not in path.parts}

    assert names(installed) == names(ROOT)


def test_the_command_is_there(installed: Path, tmp_path: Path):
    code = (
        "from importlib.metadata import distribution\n"
        "(point,) = distribution('lessonlib').entry_points\n"
        "print(point.group, point.name, callable(point.load()))"
    )
    assert outside(installed, tmp_path, code) == "console_scripts lessonlib True"
    help_text = run(
        installed / "bin" / "lessonlib", "--help", cwd=tmp_path, PYTHONPATH=str(installed)
    )
    assert "train" in help_text


def test_the_licence_is_there(installed: Path):
    (licence,) = installed.glob("lessonlib-*.dist-info/licenses/LICENSE")
    assert "MIT License" in licence.read_text()
