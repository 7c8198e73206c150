"""What `import lessonlib.models` brings along, and what it leaves out."""

import subprocess
import sys

import pytest

LEFT_OUT = ["matplotlib", "torchvision", "ipywidgets", "lessonlib.data", "lessonlib.viz"]


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """Names of all modules in a new process that imported the networks."""
    code = "import sys, lessonlib.models; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=250
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize("name", LEFT_OUT)
def test_networks_are_imported_without(loaded: set[str], name: str):
    assert "lessonlib.models" in loaded
    assert name not in loaded
