"""Trains an epoch on each folder, one after the other, and prints the peak memory so far, in MB.

    python folder_memory.py ROOT ...

One line per folder: of this process, and of the largest of those that read beside it.
"""

import gc
import resource
import sys

from picture_folders import blocks

from lessonlib.data import load
from lessonlib.training import Recipe, fit

for root in sys.argv[1:]:
    train = load("folder", root=root).with_workers(2)
    fit(blocks(), train, Recipe(epochs=1, lr=0.01, batch_size=128), device="cpu", progress=False)
    del train
    gc.collect()  # the reading processes end, so that their memory is known
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    print(*(resource.getrusage(kind).ru_maxrss / 1024 for kind in kinds))
