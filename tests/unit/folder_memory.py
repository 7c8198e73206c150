"""Trains an epoch on a folder and prints the peak memory, in MB, of this process and its readers.

python folder_memory.py ROOT
"""

import gc
import resource
import sys

from picture_folders import blocks

from lessonlib.data import load
from lessonlib.training import Recipe, fit

train = load("folder", root=sys.argv[1]).with_workers(2)
fit(blocks(), train, Recipe(epochs=1, lr=0.01, batch_size=128), device="cpu", progress=False)
del train
gc.collect()  # the reading processes end, so that their memory is known
kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
print(*(resource.getrusage(kind).ru_maxrss / 1024 for kind in kinds))
