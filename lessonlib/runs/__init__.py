"""Recorded runs: what took longer than a cell may, run once and kept."""

from lessonlib.runs.files import RunFileError
from lessonlib.runs.recordings import RECORDINGS, Recording
from lessonlib.runs.run import Run, load, names, network

__all__ = ["RECORDINGS", "Recording", "Run", "RunFileError", "load", "names", "network"]
