"""Imagenette: ten easy classes of ImageNet, from the archives that torchvision uses too."""

import shutil
import tarfile
import tempfile
from functools import partial
from pathlib import Path

from lessonlib import settings
from lessonlib.data.fetch import DamagedError, check_md5, ensure
from lessonlib.data.folder import read_folder
from lessonlib.data.folder_set import FolderSet

NAMES = {
    "n01440764": "tench",
    "n02102040": "English springer",
    "n02979186": "cassette player",
    "n03000684": "chain saw",
    "n03028079": "church",
    "n03394916": "French horn",
    "n03417042": "garbage truck",
    "n03425413": "gas pump",
    "n03445777": "golf ball",
    "n03888257": "parachute",
}
"""What each class is called, by its number in WordNet."""

ARCHIVES = {
    "320px": ("imagenette2-320", "3df6f0d01a2c9592104656642f5e78a3"),
    "160px": ("imagenette2-160", "e793b78cc4c9e9a4ccc0c1155377a412"),
}
"""For each view, the archive's name without its ending, and its MD5."""

MIRRORS = ("https://s3.amazonaws.com/fast-ai-imageclas/",)
DOWNLOAD_BYTES = 341_663_724  # of the view `320px`


def load_imagenette(train: bool, view: str = "320px") -> FolderSet:
    """9,469 pictures to train on or 3,925 to test on, read while a network trains.

    The archive is unpacked once into `lessonlib.settings.data_dir()`, where torchvision unpacks it
    too.

    Args:
        train: the part to train on, or the part to test on.
        view: the shorter side of the pictures as they are stored: `320px`, or `160px`, a smaller
            download, from which pictures of 256 pixels are enlarged.

    Raises:
        ValueError: there is no such view.
        DataUnavailableError: the archive is missing and could not be fetched.
    """
    if view not in ARCHIVES:
        raise ValueError(f"'imagenette' has no view {view!r}; it has: {', '.join(ARCHIVES)}")
    return read_folder(
        _unpacked(view) / ("train" if train else "val"),
        name="imagenette",
        called=NAMES,
        source="ten classes of ImageNet (Howard, 2019)",
        licence="ImageNet's terms: non-commercial research and education",
        view=view,
    )


def fetch_imagenette() -> None:
    """Fetch and unpack the archive of `320px` if it is missing.

    Raises:
        DataUnavailableError: it could not be fetched.
    """
    _unpacked("320px")


def missing_files() -> tuple[str, ...]:
    """The archive's name, if `320px` is not unpacked."""
    name, _ = ARCHIVES["320px"]
    return () if (folder() / name).is_dir() else (f"{name}.tgz",)


def folder() -> Path:
    """The folder that the archives belong in and are unpacked into."""
    return settings.data_dir()


def _unpacked(view: str) -> Path:
    """The folder with `train` and `val`; it is there whole or not at all."""
    name, md5 = ARCHIVES[view]
    place = folder() / name
    if place.is_dir():
        return place
    advice = (
        f"Without a network, put the file into {folder()}, or use load('photos'), which needs no "
        f"file"
    )
    urls = [f"{mirror}{name}.tgz" for mirror in MIRRORS]
    return ensure(folder() / f"{name}.tgz", urls, partial(_unpack, place=place, md5=md5), advice)


def _unpack(archive: Path, *, place: Path, md5: str) -> Path:
    """Unpack an archive that holds one folder, and give this folder its place.

    Raises:
        DamagedError: it is not the expected archive.
    """
    check_md5(archive, md5)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}.") as aside:
        try:
            with tarfile.open(archive) as packed:
                _refuse_what_leaves(packed, Path(aside))
                packed.extractall(aside)
        except (tarfile.TarError, EOFError) as error:
            raise DamagedError(f"it cannot be unpacked: {error}") from error
        inner = Path(aside) / place.name
        if not inner.is_dir():
            raise DamagedError(f"it holds no folder {place.name}")
        if not place.is_dir():  # else another program was faster
            shutil.move(inner, place)
    return place


def _refuse_what_leaves(packed: tarfile.TarFile, folder: Path) -> None:
    """Let only plain files and folders be unpacked, and only into the folder.

    Raises:
        DamagedError: the archive holds something else.
    """
    packed.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.3 has none
    for member in packed:
        inside = (folder / member.name).resolve().is_relative_to(folder.resolve())
        if not inside or not (member.isfile() or member.isdir()):
            raise DamagedError(f"it cannot be unpacked: {member.name!r} would lie elsewhere")
