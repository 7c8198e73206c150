"""Choose the distance above which a recorded LeNet-5 says "none of these", and keep it.

    python scripts/choose_rejection.py lenet5-sdlm-unembedded

It needs nothing but the package, and gives the same number each time, up to rounding.
"""

import sys

from lessonlib.runs.rejection import measured_rejection
from lessonlib.runs.run import kept
from lessonlib.writing import write_whole


def main(names: list[str]) -> None:
    """Write one file beside the weights of each run."""
    for name in names:
        found = measured_rejection(name)
        write_whole(kept() / f"{name}.toml", found.as_toml())
        print(f"{name}: {100 * found.share:g} % of {found.count:,} are above {found.threshold:.4f}")


if __name__ == "__main__":
    main(sys.argv[1:])
