"""Which recordings are done, which are under way and which have not begun."""

from collections.abc import Iterator

from lessonlib import settings
from lessonlib.runs.files import RunFileError
from lessonlib.runs.recordings import RECORDINGS
from lessonlib.runs.run import kept, load, names
from lessonlib.runs.under_way import UnderWay, under_way


def overview() -> Iterator[str]:
    """One paragraph per recording, including those under way that are no longer in the code."""
    for name in all_names():
        about = RECORDINGS[name].about if name in RECORDINGS else "no longer among the recordings"
        states = [*_recorded(name), *_under_way(under_way(name, kept()))] or ["not begun"]
        yield "\n    ".join([f"{name}: {about}", *states])


def all_names() -> list[str]:
    """The recordings in the code, and those under way that are no longer among them."""
    folders = [path.parent for path in (settings.data_dir() / "recordings").glob("*/begun.json")]
    folders += [path.parent for path in kept().glob("*/seed-*.json")]
    return [*RECORDINGS, *sorted({folder.name for folder in folders} - set(RECORDINGS))]


def _recorded(name: str) -> Iterator[str]:
    if name in names():
        try:
            yield load(name).source()
        except RunFileError as error:
            yield f"recorded, but it cannot be read: {error}"


def _under_way(place: UnderWay) -> Iterator[str]:
    try:
        commit = place.commit()
    except RunFileError as error:
        yield f"under way, but a finished seed cannot be read: {error}"
        return
    if commit is not None:
        asked = RECORDINGS[place.name].seeds if place.name in RECORDINGS else ()
        seeds = sorted({*asked, *place.done(), *place.begun_seeds()})
        said = ", ".join(place.describe(seed) for seed in seeds)
        yield f"under way, with the code of commit {commit[:12]}: {said}"
