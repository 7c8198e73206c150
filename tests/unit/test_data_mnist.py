"""MNIST's files: fetched from our own server and verified, with a message for what goes wrong."""

import errno
import functools
import gzip
import io
import multiprocessing
import sys
from pathlib import Path

import pytest
from idx_files import COUNT, IMAGES, LABELS, checksums, idx, small_files

from lessonlib.data import DataUnavailableError, fetch, load, mnist
from tests.unit.served_files import Server


@pytest.fixture
def server(monkeypatch, tmp_path):
    """A server, its files small ones in place of MNIST's, and an empty data folder."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setenv("LESSONLIB_DATA", str(tmp_path))
    server = Server(small_files())
    monkeypatch.setattr(mnist, "FILES", checksums(server.files))
    use_mirrors = functools.partial(monkeypatch.setattr, mnist, "MIRRORS")
    server.use = lambda *mirrors: use_mirrors([server.url(mirror) for mirror in mirrors])
    server.use("good")
    yield server
    server.close()


def kept() -> list[str]:
    """Names of the files in the data folder, locks left out."""
    return sorted(p.name for p in mnist.folder().glob("*") if p.suffix != ".lock")


def test_missing_files_are_fetched_and_read(server):
    train = load("mnist")
    assert train.images.shape == (COUNT, 1, 28, 28)
    assert train.labels.tolist() == [n % 10 for n in range(COUNT)]
    assert train.images.flatten()[:12].tolist() == [*range(10), 0, 1]
    assert kept() == [IMAGES, LABELS]
    assert len(load("mnist", train=False)) == 10


def test_what_is_there_is_not_fetched_again(server):
    load("mnist")
    server.close()
    asked = list(server.asked)
    load("mnist")
    assert server.asked == asked == [f"/good/{IMAGES}", f"/good/{LABELS}"]


def test_pictures_can_be_changed_without_reaching_the_next_load(server):
    load("mnist").images.zero_()
    assert load("mnist").images.max() == 9


def test_the_next_address_is_tried(server):
    server.use("none", "good")
    assert len(load("mnist")) == COUNT
    assert server.asked[:2] == [f"/none/{IMAGES}", f"/good/{IMAGES}"]


def test_when_all_fail_the_error_says_what_and_what_to_do(server):
    server.use("none", "half")
    with pytest.raises(DataUnavailableError) as caught:
        load("mnist")
    said = str(caught.value)
    assert said.startswith(f"{IMAGES} is missing from {mnist.folder()}, ")
    assert f"{server.url('none')}{IMAGES}: Not Found" in said
    assert f"{server.url('half')}{IMAGES}: the connection ended" in said
    assert f"put the file into {mnist.folder()}" in said
    assert "load('digits')" in said


def test_without_a_network_the_error_names_address_and_reason(server):
    url = server.url("good")
    server.close()
    with pytest.raises(DataUnavailableError, match=f"{url}{IMAGES}: .*refused"):
        load("mnist")


def test_a_file_cut_off_leaves_nothing(server):
    server.use("half")
    with pytest.raises(DataUnavailableError, match=r"ended [\d,]+ bytes too early"):
        load("mnist")
    assert kept() == []


def test_another_file_is_not_taken(server):
    server.files[IMAGES] = idx(COUNT + 1, 28, 28)
    with pytest.raises(DataUnavailableError, match=r"not the expected file .*SHA-256.*expected"):
        load("mnist")
    assert kept() == []


def test_names_and_addresses_are_torchvisions():
    from torchvision.datasets import MNIST  # late: its import takes seconds

    assert [f"{name}.gz" for name in mnist.FILES] == [name for name, _ in MNIST.resources]
    assert list(mnist.MIRRORS) == MNIST.mirrors


UNPACKED = {
    "as gunzip names it": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "with dots": ("train-images.idx3-ubyte", "train-labels.idx1-ubyte"),
    "under the packed name, as some browsers do": (IMAGES, LABELS),
}


@pytest.mark.parametrize("names", UNPACKED.values(), ids=UNPACKED)
def test_files_unpacked_by_hand_are_read(server, names):
    mnist.folder().mkdir(parents=True)
    for name, packed in zip(names, (IMAGES, LABELS), strict=True):
        (mnist.folder() / name).write_bytes(gzip.decompress(server.files[packed]))
    assert len(load("mnist")) == COUNT
    assert server.asked == []
    assert kept() == sorted(names)
    assert len(mnist.missing_files()) == 2  # the other part's


def test_a_copy_packed_by_another_program_is_good(server):
    mnist.folder().mkdir(parents=True)
    for name in (IMAGES, LABELS):
        again = gzip.compress(gzip.decompress(server.files[name]), compresslevel=1, mtime=7)
        assert again != server.files[name]
        (mnist.folder() / name).write_bytes(again)
    assert len(load("mnist")) == COUNT
    assert server.asked == []


def test_a_damaged_file_that_was_unpacked_is_named_and_left_where_it_is(server):
    mnist.folder().mkdir(parents=True)
    unpacked = mnist.folder() / "train-images.idx3-ubyte"
    unpacked.write_bytes(b"damaged")
    with pytest.warns(UserWarning, match=f"{unpacked} is damaged.*not used"):
        assert len(load("mnist")) == COUNT
    assert unpacked.read_bytes() == b"damaged"
    assert kept() == sorted([IMAGES, LABELS, unpacked.name])


class Terminal(io.StringIO):
    """Somewhere to write that calls itself a terminal, or not."""

    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_bar_is_drawn_on_a_terminal_alone(server, monkeypatch, is_terminal):
    monkeypatch.setattr("sys.stderr", Terminal(is_terminal))
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    load("mnist")
    assert (IMAGES in sys.stderr.getvalue()) == is_terminal


@pytest.mark.parametrize("damage", [lambda data: data[:-100], lambda data: b"x" + data[1:]])
def test_a_damaged_file_is_set_aside_and_fetched_again(server, damage):
    load("mnist")
    path = mnist.folder() / IMAGES
    bad = damage(path.read_bytes())
    path.write_bytes(bad)
    with pytest.warns(UserWarning, match=f"{path} is damaged.*{IMAGES}.corrupt"):
        assert len(load("mnist")) == COUNT
    assert path.read_bytes() == server.files[IMAGES]
    assert path.with_name(IMAGES + ".corrupt").read_bytes() == bad


def test_a_damaged_file_without_a_network_is_explained_each_time(server):
    load("mnist")
    server.close()
    (mnist.folder() / IMAGES).write_bytes(b"damaged")
    with pytest.warns(UserWarning, match="damaged"), pytest.raises(DataUnavailableError) as one:
        load("mnist")
    with pytest.raises(DataUnavailableError) as two:
        load("mnist")
    for caught in (one, two):
        assert f"there is a damaged copy, {IMAGES}.corrupt" in str(caught.value)
    assert kept() == [f"{IMAGES}.corrupt", LABELS]


def test_a_folder_that_cannot_be_made_is_said(server, tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("LESSONLIB_DATA", str(tmp_path / "file"))
    with pytest.raises(DataUnavailableError, match=r"cannot be .*written.*LESSONLIB_DATA.*digits"):
        load("mnist")
    assert server.asked == []


def test_a_damaged_file_in_a_folder_that_cannot_be_written_to_is_said(server, monkeypatch):
    load("mnist")
    (mnist.folder() / IMAGES).write_bytes(b"damaged")

    def refuse(path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(fetch, "FileLock", refuse)
    with pytest.raises(DataUnavailableError, match=rf"{IMAGES} is damaged and cannot .*Permission"):
        load("mnist")


def test_a_full_disk_is_said_and_leaves_nothing(server, monkeypatch):
    opened = Path.open

    class Full:
        def __init__(self, stream):
            self.stream = stream

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.stream.close()

        def write(self, data):
            self.stream.write(data[:10])
            raise OSError(errno.ENOSPC, "No space left on device")

    def open_full(self, mode="r", *rest, **more):
        stream = opened(self, mode, *rest, **more)
        return Full(stream) if "w" in mode else stream

    monkeypatch.setattr(Path, "open", open_full)
    with pytest.raises(DataUnavailableError, match=r"No space left on device.*Free some space"):
        load("mnist")
    assert kept() == []


def test_what_a_killed_download_left_is_removed(server):
    mnist.folder().mkdir(parents=True)
    (mnist.folder() / f".{IMAGES}.1234.part").write_bytes(b"half" * 10_000)
    assert len(load("mnist")) == COUNT
    assert kept() == [IMAGES, LABELS]


def _ensure(path: Path, url: str) -> None:
    fetch.ensure(path, [url], Path.read_bytes, "")


@pytest.mark.slow
def test_two_processes_at_once_download_once(server, tmp_path):
    arguments = (tmp_path / IMAGES, server.url("good") + IMAGES)
    context = multiprocessing.get_context("fork")
    both = [context.Process(target=_ensure, args=arguments) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    assert server.asked == [f"/good/{IMAGES}"]


def test_fetching_the_set_has_all_four_files(server):
    assert mnist.missing_files() == tuple(server.files)
    mnist.fetch_mnist()
    assert mnist.missing_files() == ()
    assert kept() == sorted(server.files)
    (mnist.folder() / LABELS).write_bytes(b"")
    assert mnist.missing_files() == (LABELS,)
