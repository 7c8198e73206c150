"""Recordings, which say what to train once, and runs, which are the results that were kept."""

from lessonlib.runs.files import RunFileError
from lessonlib.runs.measurements import MEASUREMENTS
from lessonlib.runs.own_reading import READER, Reading, read_digits
from lessonlib.runs.plateau import PlateauMap, plateau_map
from lessonlib.runs.recording import Recording
from lessonlib.runs.recordings import RECORDINGS
from lessonlib.runs.run import Run, load, names, network

__all__ = [
    "MEASUREMENTS",
    "READER",
    "RECORDINGS",
    "PlateauMap",
    "Reading",
    "Recording",
    "Run",
    "RunFileError",
    "load",
    "names",
    "network",
    "plateau_map",
    "read_digits",
]
