"""Make .venv and install exactly what requirements.txt locks; run by `make`.

It needs only the standard library, and reads under Python 3.6, so that an old Python gets
as far as check_python() and its message. When all is in place it does nothing: the stamp
.venv/.installed holds a digest of the files that say what belongs there. The stamp is
written last. Until then there is the marker .venv/.installing: a call that finds it knows that
an installation was interrupted, and makes .venv again (uv keeps the downloads).
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MINIMUM = (3, 11)
OTHER_PYTHONS = ("python3.13", "python3.12", "python3.11", "python3.14")
SYSTEM_CERTIFICATES = (  # Debian, Fedora, macOS
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)


class InstallError(Exception):
    """The installation failed; the message tells the user what to do."""


class Environment:
    """The environment at ROOT/.venv, and what is known about its state."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.stamp = self.folder / ".installed"
        self.marker = self.folder / ".installing"

    def digest(self) -> str:
        """Digest of all that decides what belongs in the environment, and of its path."""
        digest = hashlib.sha256(str(self.folder).encode())
        for name in ("requirements.txt", "pyproject.toml", "scripts/install.py"):
            digest.update((self.root / name).read_bytes())
        return digest.hexdigest()

    def is_ready(self) -> bool:
        """True when the environment is complete and made from today's files."""
        if not (self.stamp.is_file() and os.access(str(self.python), os.X_OK)):
            return False
        return self.stamp.read_text().split() == [self.digest(), str(self.folder)]

    def is_usable(self) -> bool:
        """True when packages can be installed into the existing folder."""
        if self.marker.exists() or not self.python.exists():
            return False
        if self.stamp.is_file() and self.stamp.read_text().split()[-1:] != [str(self.folder)]:
            return False  # the folder was moved or copied: its scripts point to the old place
        check = f"import pip, sys; sys.exit(sys.version_info < {MINIMUM})"
        return subprocess.call([str(self.python), "-c", check], stderr=subprocess.DEVNULL) == 0


def check_python() -> None:
    """Go on under a newer Python if this one is too old; refuse if none is found."""
    if sys.version_info < MINIMUM:
        check = f"import sys; sys.exit(sys.version_info < {MINIMUM})"
        for name in OTHER_PYTHONS:
            found = shutil.which(name)
            if found and subprocess.call([found, "-c", check], stderr=subprocess.DEVNULL) == 0:
                os.execv(found, [found, *sys.argv])
        raise InstallError(
            "Python {}.{} or newer is needed; {} is {}.{}.\nInstall it (python.org, or your "
            "system's package manager), then run `make PYTHON=/path/to/python3`.".format(
                *MINIMUM, sys.executable, *sys.version_info[:2]
            )
        )
    missing = [name for name in ("venv", "ensurepip") if not importlib.util.find_spec(name)]
    if missing:
        raise InstallError(
            f"{sys.executable} lacks the standard module {' and '.join(missing)}.\n"
            "On Debian and Ubuntu: sudo apt install python3-venv. Elsewhere: install a complete "
            "Python from python.org, then run `make PYTHON=/path/to/python3`."
        )


def uv_requirement(requirements: str) -> "tuple[str, str]":
    """Version of uv in the lock, and its entry there with the hashes.

    Raises:
        InstallError: the lock has no uv.
    """
    entry = re.search(r"^uv==(\S+).*\n(?:[ \t]+.*\n?)*", requirements, re.MULTILINE)
    if entry is None:
        raise InstallError("requirements.txt pins no uv; restore the file from git")
    return entry.group(1), entry.group(0)


def run(step: str, *command: "str | Path") -> None:
    """Run a command of the installation and explain its failure."""
    environ = {**os.environ, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    environ.setdefault("UV_HTTP_TIMEOUT", "300")  # seconds; some files have 800 MB
    if any(Path(name).exists() for name in SYSTEM_CERTIFICATES):
        environ.setdefault("UV_SYSTEM_CERTS", "1")  # trust what the system trusts, as pip does
    words = [str(part) for part in command]
    status = subprocess.call(words, env=environ, cwd=str(ROOT), close_fds=False)  # keeps the lock
    if status:
        raise InstallError(
            f"{step} failed (see above). Is there a network, and 8 GB of free disk space?\n"
            "What was downloaded is kept: run the same command again to go on."
        )


def make_folder(env: Environment) -> None:
    """Make .venv with pip in it, replacing what is there."""
    if env.folder.exists():
        print("The environment in .venv is incomplete: making it again", flush=True)
        shutil.rmtree(str(env.folder))
    env.folder.mkdir()
    env.marker.touch()
    run("Making .venv", sys.executable, "-m", "venv", env.folder)


def install_uv(env: Environment) -> None:
    """Install the uv that the lock pins, with pip, if there is another version or none."""
    version, entry = uv_requirement((env.root / "requirements.txt").read_text())
    probe = f"from importlib.metadata import version; assert version('uv') == '{version}'"
    if subprocess.call([str(env.python), "-c", probe], stderr=subprocess.DEVNULL):
        only_uv = env.folder / "uv.txt"
        only_uv.write_text(entry)
        pip = [env.python, "-m", "pip", "install", "--quiet"]
        run("Installing uv", *pip, "--no-deps", "--require-hashes", "-r", only_uv)


def install(env: Environment) -> None:
    """Make the environment match the lock; the stamp is written last."""
    if not env.is_usable():
        make_folder(env)
    env.marker.touch()
    env.stamp.unlink(missing_ok=True)
    digest = env.digest()  # what changes from here on is for the next call
    install_uv(env)
    uv, target = [env.python, "-m", "uv", "pip"], ["--python", env.python]
    if not sys.stderr.isatty():
        target.append("--quiet")  # progress bars for people, but no list of 200 packages in logs
    lock = env.root / "requirements.txt"
    run("Installing the packages", *uv, "sync", *target, "--require-hashes", lock)
    flags = ["--no-deps", "--no-build-isolation"]
    run("Installing lessonlib", *uv, "install", *target, *flags, "--editable", env.root)
    env.stamp.write_text(f"{digest}\n{env.folder}\n")
    env.marker.unlink()


def main() -> int:
    """Install where needed, one process at a time; return the exit status."""
    env = Environment(ROOT)
    if env.is_ready():
        return 0
    try:
        check_python()
        with (ROOT / "requirements.txt").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # a second `make` waits here for the first
            os.set_inheritable(lock.fileno(), True)  # an orphaned child still holds the lock
            if not env.is_ready():
                print("Installing the environment in .venv (6 GB the first time)", flush=True)
                start = time.monotonic()
                install(env)
                print(f"Installed in {time.monotonic() - start:.0f} s")
    except (InstallError, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The next `make` starts this step again.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
