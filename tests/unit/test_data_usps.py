"""The zip-code digits: fetched from our own server, told from other files, read as torchvision."""

import bz2
import hashlib
from collections import Counter

import numpy as np
import pytest
import torch

from lessonlib import settings
from lessonlib.data import DataUnavailableError, load, usps
from tests import paper_tables as paper
from tests.unit.served_files import Server

TRAIN, TEST = "usps.bz2", "usps.t.bz2"
SMALL = {TRAIN: (3, 1, 1, 1, 2, 1, 1, 1, 1, 1), TEST: (1, 2, 1, 1, 1, 1, 1, 1, 1, 1)}


def lines(counts: tuple[int, ...], seed: int = 0) -> list[str]:
    """Digits in LIBSVM's format, with values of three decimals, in a mixed order."""
    draw = np.random.default_rng(seed)
    labels = draw.permutation(np.repeat(np.arange(10), counts))
    values = draw.integers(-1000, 1001, (len(labels), 256)) / 1000
    values[:, :2] = -1, 1
    return [
        " ".join([str(label + 1), *(f"{place}:{value:g}" for place, value in enumerate(row, 1))])
        for label, row in zip(labels, values, strict=True)
    ]


def packed(text: list[str]) -> bytes:
    return bz2.compress(("\n".join(text) + "\n").encode())


@pytest.fixture
def server(monkeypatch, tmp_path):
    """A server, its files small ones in place of the set's, and an empty data folder."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setenv("LESSONLIB_DATA", str(tmp_path))
    server = Server({name: packed(lines(counts)) for name, counts in SMALL.items()})
    sums = {
        name: hashlib.md5(content, usedforsecurity=False).hexdigest()
        for name, content in server.files.items()
    }
    monkeypatch.setattr(usps, "FILES", sums)
    monkeypatch.setattr(usps, "COUNTS", SMALL)
    monkeypatch.setattr(usps, "MIRRORS", [server.url("good")])
    yield server
    server.close()


def put(name: str, content: bytes) -> None:
    """A file in the set's folder."""
    usps.folder().mkdir(parents=True, exist_ok=True)
    (usps.folder() / name).write_bytes(content)


@pytest.mark.parametrize("train", [True, False])
def test_missing_files_are_fetched_and_read_as_torchvision_reads_them(server, train):
    from torchvision.datasets import USPS  # late: its import takes seconds

    digits = load("usps", train)
    theirs = USPS(usps.folder(), train=train)
    assert digits.images.shape == (len(theirs), 1, 16, 16)
    assert torch.equal(digits.images[:, 0], torch.from_numpy(theirs.data))
    assert digits.labels.tolist() == theirs.targets
    assert digits.images[:, 0, 0, :2].tolist() == [[0, 255]] * len(digits)  # ground, ink
    assert server.asked == [f"/good/{TRAIN if train else TEST}"]
    load("usps", train)
    assert len(server.asked) == 1


def test_names_addresses_and_checksums_are_torchvisions():
    from torchvision.datasets import USPS  # late: its import takes seconds

    ours = [(usps.MIRRORS[0] + name, name, md5) for name, md5 in usps.FILES.items()]
    assert ours == [tuple(each) for each in USPS.split_list.values()]


def test_the_counts_are_those_of_the_notes_on_the_data():
    assert tuple(usps.COUNTS.values()) == paper.USPS_COUNTS
    assert [sum(counts) for counts in usps.COUNTS.values()] == [7_291, 2_007]
    assert (usps.COUNTS[TRAIN], usps.COUNTS[TEST]) == paper.USPS_COUNTS


def test_a_copy_with_other_bytes_is_good_where_it_was_put_by_hand(server):
    text = lines(SMALL[TRAIN])
    put(TRAIN, bz2.compress("\r\n".join(text).encode(), 1))
    assert len(load("usps")) == 13
    assert server.asked == []
    assert usps.missing_files() == (TEST,)


def test_a_copy_with_other_bytes_is_not_taken_from_an_address(server):
    server.files[TRAIN] = packed(lines(SMALL[TRAIN], seed=1))
    with pytest.raises(DataUnavailableError, match=r"not the expected file \(its MD5 is .*expect"):
        load("usps")
    assert not (usps.folder() / TRAIN).exists()


@pytest.mark.parametrize("place", ["USPS/usps", "usps.bz2"])
def test_unpacked_files_and_those_in_the_folder_of_all_data_are_read(server, place):
    text = "\n".join(lines(SMALL[TRAIN])).encode()
    path = settings.data_dir() / place
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(bz2.compress(text) if place.endswith("bz2") else text)
    assert len(load("usps")) == 13
    assert server.asked == []


FAULTS = {
    "cut short": (packed(lines(SMALL[TRAIN]))[:-40], "cannot be unpacked: Compressed data ended"),
    "no bzip2": (b"BZh9 is how it begins, and no more", "cannot be unpacked: Invalid data"),
    "a page": (b"<html>\nnot found\n</html>", "3 lines, 0 of them of digits"),
    "empty": (b"", "0 lines, 0 of them of digits"),
    "the other part": (
        packed(lines(SMALL[TEST])),
        r"11 of them of digits, 1 2 1 1 1 1 1 1 1 1 of 0 to 9; expected 13, 3 1 1 1 2",
    ),
    "a line too many": (packed([*lines(SMALL[TRAIN]), "11 1:0"]), "14 lines, 13 of them"),
    "other pictures": (
        packed([line.rsplit(" ", 1)[0] for line in lines(SMALL[TRAIN])]),
        "expected pixels 1 to 256 on every line",
    ),
    "a line cut short": (
        packed([*lines(SMALL[TRAIN])[:-1], lines(SMALL[TRAIN])[-1][:-30]]),
        "not in LIBSVM's format",
    ),
    "values out of range": (
        packed([line.replace(" 1:-1", " 1:-2") for line in lines(SMALL[TRAIN])]),
        "with values from -1 to 1",
    ),
    "no numbers": (
        packed([line.replace(" 1:-1", " 1:nan") for line in lines(SMALL[TRAIN])]),
        "with values from -1 to 1",
    ),
}


@pytest.mark.parametrize(("content", "reason"), FAULTS.values(), ids=FAULTS)
def test_another_file_is_named_set_aside_and_replaced(server, content, reason):
    put(TRAIN, content)
    with pytest.warns(UserWarning, match=reason):
        digits = load("usps")
    assert Counter(digits.labels.tolist()) == Counter(dict(enumerate(SMALL[TRAIN])))
    assert (usps.folder() / f"{TRAIN}.corrupt").read_bytes() == content


def test_when_nothing_can_be_fetched_the_error_says_what_to_do(server):
    url = server.url("none")
    usps.MIRRORS[0] = url
    with pytest.raises(DataUnavailableError) as caught:
        load("usps")
    said = str(caught.value)
    assert said.startswith(f"{TRAIN} is missing from {usps.folder()}, ")
    assert f"{url}{TRAIN}: Not Found" in said
    assert f"put the file into {usps.folder()}" in said
    assert "fitted(load('digits'), 16)" in said


def test_fetching_gets_both_files_and_verifies_them(server):
    assert usps.missing_files() == (TRAIN, TEST)
    usps.fetch_usps()
    assert usps.missing_files() == ()
    put(TEST, b"damaged")
    assert usps.missing_files() == (TEST,)
