"""What is kept between one call and the next of a recording that is under way."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lessonlib import settings
from lessonlib.runs import files as run_files
from lessonlib.writing import write_whole


@dataclass(frozen=True)
class UnderWay:
    """The folders of one recording that is under way, or might be.

    Attributes:
        name: the recording's name.
        folder: what the training needs: the commit's code, checkpoints and notes. It is on this
            machine only.
        seeds: where finished seeds go, in the folder of the runs that are kept, so that they can
            be committed.
    """

    name: str
    folder: Path
    seeds: Path

    @property
    def code(self) -> Path:
        """The worktree of the commit that the recording began with."""
        return self.folder / "code"

    def seed_file(self, seed: int) -> Path:
        """The file of a finished seed."""
        return self.seeds / f"seed-{seed}.json"

    def checkpoint(self, seed: int) -> Path:
        """The checkpoint of a seed that is being trained."""
        return self.folder / f"seed-{seed}.pt"

    def done(self) -> list[int]:
        """The seeds that are finished."""
        return _seeds_in(self.seeds)

    def commit(self) -> str | None:
        """The commit that the recording began with; None if it has not begun.

        For a recording that was begun on another machine, its finished seeds tell the commit.
        """
        begun = self.folder / "begun.json"
        if begun.exists():
            return json.loads(begun.read_text(encoding="utf-8"))["commit"]
        if done := self.done():
            return run_files.read_seed(self.seed_file(done[0]))[0]["commit"]
        return None

    def begin(self, commit: str) -> None:
        """Note the commit as the recording's from now on."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.folder / "begun.json", json.dumps({"commit": commit}))

    def note(self, seed: int, notes: dict[str, Any]) -> None:
        """Keep notes on a seed that is being trained."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._notes(seed), json.dumps(notes))

    def notes(self, seed: int) -> dict[str, Any] | None:
        """The notes on a seed; None if its training has not begun."""
        path = self._notes(seed)
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def begun_seeds(self) -> list[int]:
        """The seeds whose training has begun on this machine."""
        return _seeds_in(self.folder)

    def discard(self) -> None:
        """Delete what was trained: checkpoints, notes and finished seeds, but not the worktree."""
        self.forget_seeds()
        for path in [*self.folder.glob("seed-*"), self.folder / "begun.json"]:
            path.unlink(missing_ok=True)

    def forget_seeds(self) -> None:
        """Delete the files of finished seeds, once they are in the run or no longer wanted."""
        shutil.rmtree(self.seeds, ignore_errors=True)

    def describe(self, seed: int) -> str:
        """A clause on one seed, such as `seed 1 is at epoch 7 of 12`."""
        if self.seed_file(seed).exists():
            return f"seed {seed} is done"
        notes = self.notes(seed)
        if notes is None:
            return f"seed {seed} has not begun"
        return f"seed {seed} has done {len(notes['loads'])} of {notes['epochs']} epochs"

    def _notes(self, seed: int) -> Path:
        return self.folder / f"seed-{seed}.json"


def under_way(name: str, kept: Path) -> UnderWay:
    """The folders of a recording.

    Args:
        name: the recording's name.
        kept: the folder of the runs that are kept.
    """
    return UnderWay(name, settings.data_dir() / "recordings" / name, kept / name)


def _seeds_in(folder: Path) -> list[int]:
    return sorted(int(path.stem.removeprefix("seed-")) for path in folder.glob("seed-*.json"))
