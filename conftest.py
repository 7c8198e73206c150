"""What every test run shares, also a plain `pytest --nbval notebooks`.

Chapters are stored as the quick profile on one thread of a CPU gives them, so that is the
default here; a variable that is already set stays as it is. The repository's root goes on
the path of this process and of the kernels, so lessonlib need not be installed.
"""

import os

import pytest
from nbval_skips import pytest_collectstart  # noqa: F401  (a hook)
from quick_profile import QUICK, ROOT

for name, value in QUICK.items():
    os.environ.setdefault(name, value)
paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
if str(ROOT) not in paths:
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, paths)])


def pytest_configure(config: pytest.Config) -> None:
    """Choose where figures are drawn: in the kernels inline, in other tests nowhere."""
    if config.option.nbval:
        os.environ.pop("MPLBACKEND", None)
    else:
        os.environ.setdefault("MPLBACKEND", "agg")
