"""Run notebooks under nbval as a learner has them: away from the repository, from the wheel.

    python scripts/run_apart.py notebooks/03_lenet5.ipynb ... [further arguments of pytest]

It installs the wheel into an empty folder, copies the notebooks beside it, and runs them
there. So a chapter that needs a file that is only in the repository fails, and so does one whose
stored outputs are stale.
"""

import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from build_wheel import wheel
from quick_profile import quick_environment

ROOT = Path(__file__).resolve().parent.parent
NBVAL = (
    *("--nbval", "--nbval-current-env", "--nbval-cell-timeout=300"),
    *("-n", "2", "--dist", "loadfile"),
)
GUARD = """
import lessonlib, sys
if not lessonlib.__file__.startswith(sys.argv[1]):
    sys.exit(f"expected lessonlib in {sys.argv[1]}, got {lessonlib.__file__}")
"""


def install_wheel(target: Path) -> None:
    """Install today's wheel into a folder, without what it depends on.

    Raises:
        subprocess.CalledProcessError: the wheel could not be built or installed.
    """
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", target, wheel()], env=environment(), check=True)


def environment(package: Path | None = None) -> dict[str, str]:
    """The quick profile, with nothing but the package, if any, on the path of Python."""
    return apart(quick_environment(), package)


def apart(environ: dict[str, str], package: Path | None = None) -> dict[str, str]:
    """An environment with nothing but the package, if any, on the path of Python."""
    changed = {"MPLBACKEND", "PYTHONPATH"}  # kernels draw inline
    kept = {key: value for key, value in environ.items() if key not in changed}
    return kept | ({"PYTHONPATH": str(package)} if package else {})


def run_in(folder: Path, notebooks: list[Path], environ: dict[str, str], options: list[str]) -> int:
    """Run notebooks from the wheel in an empty folder; return pytest's exit status.

    Args:
        folder: where the package and copies of the notebooks go.
        notebooks: of this repository.
        environ: for the kernels; lessonlib comes from the wheel, whatever its PYTHONPATH says.
        options: of pytest, those of nbval among them.
    """
    package, place = folder / "package", folder / "place"
    install_wheel(package)
    for notebook in notebooks:
        copy = place / notebook.resolve().relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(notebook, copy)
    shutil.copyfile(ROOT / "scripts" / "nbval_skips.py", place / "conftest.py")
    environ = apart(environ, package)
    subprocess.run([sys.executable, "-c", GUARD, package], cwd=place, env=environ, check=True)
    pytest = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    return subprocess.run([*pytest, "notebooks"], cwd=place, env=environ).returncode


def main(arguments: list[str]) -> int:
    """Run the notebooks named; return pytest's exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the folder is removed
    notebooks = [Path(word) for word in arguments if word.endswith(".ipynb")]
    options = [word for word in arguments if not word.endswith(".ipynb")]
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        return run_in(Path(folder), notebooks, quick_environment(), [*NBVAL, *options])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
