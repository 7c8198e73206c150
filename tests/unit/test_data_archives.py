"""Tiny ImageNet, CIFAR-10 and Imagenette: fetched from our own server, verified and read."""

import hashlib
import io
import pickle
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from lessonlib.data import DataUnavailableError, cifar10, imagenette, load, tinyimagenet
from lessonlib.data.tiny_classes import FIFTY, VIEWS
from tests.unit.served_files import Server

OTHERS = ("n00000001", "n00000002", "n00000003")  # two of them share a name
WORDS = {"n00000001": "crane, a bird", "n00000002": "crane, a machine", "n00000003": "ant"}


def packed(pixels: np.ndarray, kind: str) -> bytes:
    """A picture as a file."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind)
    return buffer.getvalue()


def plain(level: int, side: int = 64) -> np.ndarray:
    """A picture of one colour, which a JPEG keeps exactly."""
    return np.full((side, side, 3), level, np.uint8)


def tiny_zip(numbers: list[str]) -> bytes:
    """A zip laid out as Tiny ImageNet, with 12 and 2 pictures per class.

    A picture's level is its number in the set; in the part to test on, 200 and more.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        listed = sorted(numbers, reverse=True)
        out.writestr("tiny-imagenet-200/wnids.txt", "\n".join(listed))
        words = {**{number: f"{name}, a thing" for number, name in FIFTY.items()}, **WORDS}
        lines = "\n".join(f"{number}\t{text}" for number, text in words.items())
        out.writestr("tiny-imagenet-200/words.txt", lines)
        notes = []
        for label, number in enumerate(numbers):
            for place in reversed(range(12)):
                name = f"tiny-imagenet-200/train/{number}/images/{number}_{place}.JPEG"
                out.writestr(name, packed(plain(12 * label % 200 + place), "JPEG"))
            out.writestr(f"tiny-imagenet-200/train/{number}/{number}_boxes.txt", "")
            for place in (label, 100 + label):
                name = f"val_{place}.JPEG"
                image = plain(200 + place % 50)[..., 0]  # grey, as some are
                out.writestr(f"tiny-imagenet-200/val/images/{name}", packed(image, "JPEG"))
                notes.append(f"{name}\t{number}\t0\t0\t9\t9")
        out.writestr("tiny-imagenet-200/val/val_annotations.txt", "\n".join(notes))
    return buffer.getvalue()


def tar(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as out:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            out.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def cifar_archive() -> bytes:
    """Six parts of four pictures; the first pixel of each is its number, the next its part's."""
    files = {}
    for number, part in enumerate([*cifar10.PARTS[True], *cifar10.PARTS[False]]):
        rows = np.zeros((4, 3072), np.uint8)
        rows[:, 0], rows[:, 1], rows[:, 1024] = range(4), number, 9
        content = {"data": rows, "labels": [number, 1, 2, 3]}
        files[f"cifar-10-batches-py/{part}"] = pickle.dumps(content)
    return tar(files)


def imagenette_archive(name: str) -> bytes:
    """Three pictures per class to train on and one to test on."""
    files = {f"{name}/noisy_imagenette.csv": b"path"}
    for label, number in enumerate(imagenette.NAMES):
        for part, places in (("train", range(3)), ("val", range(1))):
            for place in places:
                path = f"{name}/{part}/{number}/{place}.JPEG"
                files[path] = packed(plain(label * 10 + place, 40), "JPEG")
    return tar(files)


@pytest.fixture
def server(monkeypatch, tmp_path):
    """A server that has small files in place of the three archives, and an empty data folder."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setenv("LESSONLIB_DATA", str(tmp_path))
    archive, name = f"{imagenette.ARCHIVES['320px'][0]}.tgz", imagenette.ARCHIVES["320px"][0]
    files = {
        tinyimagenet.WHOLE: tiny_zip([*FIFTY, *OTHERS]),
        cifar10.ARCHIVE: cifar_archive(),
        archive: imagenette_archive(name),
    }
    server = Server(files)
    md5 = {name: hashlib.md5(content).hexdigest() for name, content in files.items()}
    monkeypatch.setattr(tinyimagenet, "URLS", [f"{server.url('good')}{tinyimagenet.WHOLE}"])
    monkeypatch.setattr(tinyimagenet, "MD5", md5[tinyimagenet.WHOLE])
    monkeypatch.setattr(cifar10, "URLS", [f"{server.url('good')}{cifar10.ARCHIVE}"])
    monkeypatch.setattr(cifar10, "MD5", md5[cifar10.ARCHIVE])
    monkeypatch.setattr(imagenette, "MIRRORS", [server.url("good")])
    monkeypatch.setitem(imagenette.ARCHIVES, "320px", (name, md5[archive]))
    yield server
    server.close()


def test_the_views_of_tinyimagenet_are_nested_and_in_the_courses_order(server):
    whole = load("tinyimagenet", view="fifty")
    assert whole.classes == tuple(FIFTY.values())
    assert whole.images.shape == (600, 3, 64, 64)
    levels = whole.images.double().mean((1, 2, 3))
    expected = [12 * label % 200 + place for label in range(50) for place in range(12)]
    assert (levels - torch.tensor(expected)).abs().max() < 2
    for view, count in VIEWS.items():
        part = load("tinyimagenet", view=view)
        assert torch.equal(part.images, whole.images[: 12 * count])
        assert part.labels.tolist() == [n for n in range(count) for _ in range(12)]
        assert part.describe() == (
            f"tinyimagenet, view {view}, {count} classes of Tiny ImageNet, 64x64 "
            f"(Le and Yang, 2015)"
        )
    assert server.asked == [f"/good/{tinyimagenet.WHOLE}"]


def test_tinyimagenet_is_tested_on_val_and_grey_pictures_become_three_colours(server):
    test = load("tinyimagenet", train=False, view="ten")
    assert test.labels.tolist() == [n for n in range(10) for _ in range(2)]
    levels = test.images.double().mean((2, 3))
    expected = [200 + n + extra for n in range(10) for extra in (0, 0)]
    assert (levels - torch.tensor(expected)[:, None]).abs().max() < 2
    assert torch.equal(test.images[:, 0], test.images[:, 2])


def test_the_whole_of_tinyimagenet_is_sorted_and_its_names_are_told_apart(server):
    whole = load("tinyimagenet", train=False)
    assert len(whole.classes) == len(set(whole.classes)) == 53
    assert whole.classes[:3] == ("crane (n00000001)", "crane (n00000002)", "ant")
    assert whole.classes[3:] == tuple(FIFTY[number] for number in sorted(FIFTY))


def test_the_zip_of_fifty_classes_is_enough_for_the_views(server, tmp_path):
    server.close()
    (tmp_path / tinyimagenet.PART).write_bytes(tiny_zip(list(FIFTY)))
    assert len(load("tinyimagenet", view="twenty")) == 240
    with pytest.raises(DataUnavailableError, match=r"tiny-imagenet-50.zip in its place is enough"):
        load("tinyimagenet")
    (tmp_path / tinyimagenet.PART).write_bytes(tiny_zip(list(FIFTY)[:20]))
    assert len(load("tinyimagenet", view="ten")) == 120
    with pytest.warns(UserWarning, match="50.zip is damaged"), pytest.raises(DataUnavailableError):
        load("tinyimagenet", view="fifty")


def test_the_fifty_classes_are_those_of_the_course_in_its_order():
    assert len(FIFTY) == len(set(FIFTY.values())) == 50
    numbers = list(FIFTY)
    assert numbers[:3] == ["n01443537", "n02056570", "n01882714"]
    assert numbers[9] == "n02206856"
    assert (numbers[19], numbers[20], numbers[49]) == ("n09256479", "n01641577", "n09246464")
    digest = hashlib.sha256(" ".join(numbers).encode()).hexdigest()
    assert digest[:16] == "a8d4999847595eac"


def test_cifar10_is_read_in_its_order(server):
    train, test = load("cifar10"), load("cifar10", train=False)
    assert (train.images.shape, test.images.shape) == ((20, 3, 32, 32), (4, 3, 32, 32))
    assert train.images[:, 0, 0, 0].tolist() == [0, 1, 2, 3] * 5
    assert train.images[:, 0, 0, 1].tolist() == [n for n in range(5) for _ in range(4)]
    assert (train.images[:, 1, 0, 0] == 9).all()
    assert train.labels.tolist()[::4] == [0, 1, 2, 3, 4]
    assert test.labels.tolist() == [5, 1, 2, 3]
    assert test.classes[5] == "dog"


def test_imagenette_is_unpacked_once_and_read_from_its_folders(server, tmp_path):
    train, test = load("imagenette"), load("imagenette", train=False)
    assert (len(train), len(test)) == (30, 10)
    assert train.classes == tuple(imagenette.NAMES.values())
    assert train.describe() == "imagenette, view 320px, ten classes of ImageNet (Howard, 2019)"
    images, labels = next(train.with_workers(0).ordered(30))
    assert images.shape == (30, 3, 256, 256)
    levels = images.double().mean((1, 2, 3))
    assert (levels - labels * 10 - torch.arange(3).repeat(10)).abs().max() < 2
    server.close()
    (tmp_path / "imagenette2-320.tgz").unlink()
    assert len(load("imagenette", view="320px")) == 30
    kept = sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".lock")
    assert kept == ["imagenette2-320"]


SETS = [
    ("tinyimagenet", tinyimagenet, tinyimagenet.WHOLE),
    ("cifar10", cifar10, cifar10.ARCHIVE),
    ("imagenette", imagenette, "imagenette2-320.tgz"),
]


@pytest.mark.parametrize(("name", "module", "file"), SETS, ids=[row[0] for row in SETS])
def test_what_is_missing_or_damaged_is_fetched_and_a_wrong_file_is_refused(
    server, tmp_path, name, module, file
):
    assert module.missing_files() == (file,)
    good = server.files[file]
    server.files[file] = good[:-50] + b"x" * 50
    with pytest.raises(DataUnavailableError, match=r"not the expected file .its MD5 is .*expected"):
        load(name)
    assert [path for path in tmp_path.iterdir() if path.suffix != ".lock"] == []
    (tmp_path / file).write_bytes(good[:-50])
    server.files[file] = good
    with pytest.warns(UserWarning, match=f"{file} is damaged .its MD5 is"):
        load(name)
    assert module.missing_files() == ()
    assert (tmp_path / f"{file}.corrupt").read_bytes() == good[:-50]


@pytest.mark.parametrize(("name", "module", "file"), SETS, ids=[row[0] for row in SETS])
def test_without_a_network_the_error_says_where_to_put_the_file(server, name, module, file):
    server.close()
    with pytest.raises(DataUnavailableError, match=f"{file} is missing from .*refused") as error:
        load(name)
    assert f"put the file into {module.folder()}" in str(error.value)


def test_fetching_has_all_and_keeps_it(server):
    for _, module, file in SETS:
        getattr(module, f"fetch_{module.__name__.rpartition('.')[2]}")()
        assert module.missing_files() == ()
        getattr(module, f"fetch_{module.__name__.rpartition('.')[2]}")()
        assert server.asked.count(f"/good/{file}") == 1


def test_views_that_there_are_not_are_refused(server):
    with pytest.raises(ValueError, match="no view 'thirty'; it has: ten, twenty, fifty"):
        load("tinyimagenet", view="thirty")
    with pytest.raises(ValueError, match="no view 'full'; it has: 320px, 160px"):
        load("imagenette", view="full")


def test_addresses_and_checksums_are_torchvisions():
    from torchvision.datasets import CIFAR10, Imagenette  # late: its import takes seconds

    assert (CIFAR10.url, CIFAR10.tgz_md5) == (cifar10.URLS[0], cifar10.MD5)
    for view, (name, md5) in imagenette.ARCHIVES.items():
        assert Imagenette._ARCHIVES[view] == (f"{imagenette.MIRRORS[0]}{name}.tgz", md5)
    theirs = {number: names[0] for number, names in Imagenette._WNID_TO_CLASS.items()}
    assert theirs == imagenette.NAMES


def test_the_address_of_tinyimagenet_is_the_public_one():
    assert tinyimagenet.URLS == ("http://cs231n.stanford.edu/tiny-imagenet-200.zip",)
    assert tinyimagenet.MD5 == "90528d7ca1a48142e341f4ef8d21d0de"


def test_no_name_of_a_path_leaves_the_data_folder(server, tmp_path):
    name = imagenette.ARCHIVES["320px"][0]
    server.files[f"{name}.tgz"] = tar({f"{name}/train/../../../escaped": b"x"})
    md5 = hashlib.md5(server.files[f"{name}.tgz"]).hexdigest()
    imagenette.ARCHIVES["320px"] = (name, md5)  # the fixture puts it back
    with pytest.raises(DataUnavailableError, match="cannot be unpacked"):
        load("imagenette")
    assert not (Path(tmp_path).parent / "escaped").exists()


def test_an_archive_with_a_link_is_refused(server):
    name = imagenette.ARCHIVES["320px"][0]
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        link = tarfile.TarInfo(f"{name}/train/link.JPEG")
        link.type, link.linkname = tarfile.SYMTYPE, "other.JPEG"
        archive.addfile(link)
    server.files[f"{name}.tgz"] = packed.getvalue()
    md5 = hashlib.md5(server.files[f"{name}.tgz"]).hexdigest()
    imagenette.ARCHIVES["320px"] = (name, md5)  # the fixture puts it back
    with pytest.raises(DataUnavailableError, match=r"link\.JPEG"):
        load("imagenette")
