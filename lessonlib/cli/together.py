"""Several processes that run one command together: `python -m lessonlib.cli.together N WORDS`.

It does what `torchrun --standalone --nproc-per-node N -m lessonlib.cli WORDS` does, without a
traceback of its own where a process has already said what is wrong.
"""

import subprocess
import sys
import uuid
from collections.abc import Sequence

from lessonlib import settings


def run_together(processes: int, words: Sequence[str]) -> int:
    """Start that many processes of `lessonlib WORDS` and wait; gives the exit status.

    Where no number of threads is set, they share the machine's cores.
    """
    here = [sys.executable, "-m", __name__, str(processes), *words]
    return subprocess.run(here, env=settings.for_processes(processes), check=False).returncode


def _launch(processes: int, words: Sequence[str]) -> int:
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.launcher.api import LaunchConfig, elastic_launch

    config = LaunchConfig(
        min_nodes=1,
        max_nodes=1,
        nproc_per_node=processes,
        run_id=uuid.uuid4().hex,
        rdzv_backend="c10d",
        rdzv_endpoint="localhost:0",
        max_restarts=0,
    )
    try:
        elastic_launch(config, sys.executable)("-m", "lessonlib.cli", *words)
    except ChildFailedError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_launch(int(sys.argv[1]), sys.argv[2:]))
