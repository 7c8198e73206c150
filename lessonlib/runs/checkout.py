"""The checkout of the course that a recording is made from, and worktrees of its commits."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import lessonlib


@dataclass(frozen=True)
class Checkout:
    """A git checkout, known by the folder of its package `lessonlib`.

    Attributes:
        package: the folder `lessonlib` in it.
    """

    package: Path

    @property
    def kept(self) -> Path:
        """The folder of the runs that are kept."""
        return self.package / "runs" / "kept"

    def commit(self) -> str:
        """The commit that holds lessonlib as it is.

        Raises:
            ValueError: this is not a checkout, or lessonlib has changes that no commit holds.
        """
        self._git("ls-files", "--error-unmatch", "__init__.py")  # not a copy that git ignores
        changed = self._git("status", "--porcelain", "--", ".", ":!runs/kept")
        if changed:
            raise ValueError(
                f"lessonlib has changes that no commit holds, so a run could not say which code "
                f"ran; commit them first:\n{changed}"
            )
        return self._git("rev-parse", "HEAD")

    def worktree(self, folder: Path, commit: str) -> Path:
        """The repository as a commit has it, in a folder of its own.

        A worktree that exists already and is unchanged is used as it is.

        Returns:
            The package's folder in it.

        Raises:
            ValueError: the repository has no such commit.
        """
        package = folder / self._git("rev-parse", "--show-prefix")
        if not _is_unchanged(folder, commit):
            self.remove_worktree(folder)
            try:
                self._git("worktree", "add", "--quiet", "--detach", str(folder), commit)
            except ValueError as error:
                raise ValueError(
                    f"the code of commit {commit[:12]}, with which this recording began, is not "
                    f"here ({error}). Fetch that commit, or begin again with --restart"
                ) from error
        return package

    def remove_worktree(self, folder: Path) -> None:
        """Delete a worktree, if it is there, and let git forget it."""
        shutil.rmtree(folder, ignore_errors=True)
        self._git("worktree", "prune")

    def _git(self, *arguments: str) -> str:
        return _git(self.package, *arguments)


def own_checkout() -> Checkout:
    """The checkout that the running lessonlib is in."""
    return Checkout(Path(lessonlib.__file__).resolve().parent)


def _is_unchanged(folder: Path, commit: str) -> bool:
    if not (folder / ".git").exists():  # otherwise git would look in the folders above
        return False
    try:
        return _git(folder, "rev-parse", "HEAD") == commit and not _git(
            folder, "status", "--porcelain"
        )
    except ValueError:
        return False


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
        )
    except OSError as error:
        raise ValueError(f"recording needs git, which cannot be started ({error})") from error
    except subprocess.CalledProcessError as error:
        raise ValueError(
            f"recording needs a git checkout of the course; git says of {folder}: "
            f"{error.stderr.strip()}"
        ) from error
    return done.stdout.strip()
