"""Installing lessonlib in Colab changes nothing that is there."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]

# Colab's image of 2026-08-19 (Python 3.13): what lessonlib asks for, and what that asks for.
COLAB = {
    "accelerate": "1.14.0",
    "anywidget": "0.9.21",
    "filelock": "3.32.3",
    "ipython": "7.34.0",
    "ipywidgets": "7.7.1",
    "matplotlib": "3.10.0",
    "numpy": "2.1.3",
    "pandas": "2.2.3",
    "pillow": "11.3.0",
    "safetensors": "0.8.0",
    "torch": "2.11.0",
    "torchvision": "0.26.0",
    "tqdm": "4.67.3",
    "traitlets": "5.7.1",
    "typer": "0.27.1",
}


def requirements() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["widgets"]]
    return [Requirement(line) for line in wanted]


@pytest.mark.parametrize("requirement", requirements(), ids=lambda r: r.name)
def test_colab_has_what_lessonlib_asks_for(requirement):
    assert requirement.name in COLAB, "not in Colab: make it an extra, or do without"
    assert requirement.specifier.contains(COLAB[requirement.name])


@pytest.mark.parametrize("requirement", requirements(), ids=lambda r: r.name)
def test_no_upper_bound_forces_a_downgrade(requirement):
    assert not any(part.operator in {"<", "<=", "==", "~="} for part in requirement.specifier)


@pytest.mark.slow
def test_the_resolver_changes_nothing(tmp_path):
    """With Colab's versions as constraints, the resolver finds them all and asks for no other."""
    constraints = tmp_path / "colab.txt"
    constraints.write_text("".join(f"{name}=={version}\n" for name, version in COLAB.items()))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "compile", str(ROOT / "pyproject.toml")),
            *("--extra", "widgets", "--constraint", str(constraints)),
            *("--python-version", "3.13", "--no-header", "--no-annotate", "--quiet"),
        ],
        capture_output=True,
        text=True,
        timeout=200,
        cwd=tmp_path,
    )
    if "error sending request" in done.stderr or "Failed to fetch" in done.stderr:
        pytest.skip("the package index cannot be reached")
    assert done.returncode == 0, done.stderr
    found = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", done.stdout, re.MULTILINE))
    assert {name: found[name] for name in COLAB if name in found} == {
        name: version for name, version in COLAB.items() if name in found
    }
    assert set(COLAB) <= set(found)
