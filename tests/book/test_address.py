"""The course's address: written everywhere by one command, and nowhere while it is not set."""

import re
import shutil
from pathlib import Path

import address
import nbformat
import pages
import pytest
import yaml
from address import NOT_SET, Address, AddressError
from markdown_links import targets

ROOT = Path(__file__).resolve().parents[2]
FILES = (
    "README.md",
    "CONTRIBUTING.md",
    "CITATION.cff",
    "_config.yml",
    "_toc.yml",
    "pyproject.toml",
)
FIRST, SECOND = "someone/course.one", "Other/other.github.io"


def texts(root: Path) -> dict[str, str]:
    """Every page and notebook, and the files beside them, by path."""
    paths = [
        *map(root.joinpath, FILES),
        *root.glob("book/*.md"),
        *root.glob("notebooks/**/*.ipynb"),
    ]
    found = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in paths}
    return {name: text for name, text in found.items() if not name.startswith("notebooks/work/")}


def without_address(root: Path) -> None:
    """Take the address out of a copy of the course."""
    project = root / "pyproject.toml"
    project.write_text(re.sub(r"(?m)^Repository = .*\n", "", project.read_text()))


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of all files that show an address, with no address set."""
    root = tmp_path_factory.mktemp("course")
    for name in texts(ROOT):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    for path in [*ROOT.glob("book/*.yml"), *ROOT.glob("book/*.json")]:
        shutil.copy(path, root / "book")
    without_address(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "draw_picture", lambda _: None)
        assert pages.main(["--root", str(root)]) == 0
        yield root


def test_while_none_is_set_nothing_leads_to_it(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without_address(tree)
    assert pages.main(["--root", str(tree)]) == 0
    lost = ("OWNER", "colab.research.google.com", "github.io", "git+http", "git clone", "%pip")
    assert [
        (name, word) for name, text in texts(tree).items() for word in lost if word in text
    ] == []
    assert "repository" not in yaml.safe_load((tree / "_config.yml").read_text())
    assert address.main(["--root", str(tree)]) == 1
    assert NOT_SET in capsys.readouterr().err


def test_one_command_writes_it_into_every_place(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert address.main([FIRST, "--root", str(tree)]) == 0
    assert pages.main(["--check", "--root", str(tree)]) == 0
    found = texts(tree)
    notebooks = {name for name in found if name.endswith(".ipynb")}
    pages_with = {"book/index.md", "book/how-to-use.md", *FILES} - {"_toc.yml"}
    assert {name for name, text in found.items() if FIRST in text} == notebooks | pages_with
    config = yaml.safe_load((tree / "_config.yml").read_text())
    assert config["repository"]["url"] == f"https://github.com/{FIRST}"
    assert config["launch_buttons"]
    assert "https://someone.github.io/course.one/" in found["README.md"]
    capsys.readouterr()
    assert address.main(["--root", str(tree)]) == 0
    assert capsys.readouterr().out == f"https://github.com/{FIRST}\n"


def test_another_address_leaves_nothing_of_the_first(tree: Path) -> None:
    assert address.main([FIRST, "--root", str(tree)]) == 0
    assert address.main([SECOND, "--root", str(tree)]) == 0
    assert [name for name, text in texts(tree).items() if "course.one" in text] == []
    assert "https://other.github.io/)" in (tree / "README.md").read_text()


def test_every_notebook_has_a_badge_and_every_badge_a_notebook(tree: Path) -> None:
    assert address.main([FIRST, "--root", str(tree)]) == 0
    stored = [*tree.glob("notebooks/colab/*.ipynb"), *tree.glob("notebooks/student/*.ipynb")]
    for page in ("README.md", "book/index.md"):
        text = (tree / page).read_text(encoding="utf-8")
        badges = re.findall(r"\[!\[Run [^\]]+ in Colab\]\((\S+)\)\]\((\S+)\)", text)
        assert all((ROOT / page).parent.joinpath(picture).is_file() for picture, _ in badges)
        assert {link for _, link in badges} == {
            Address(FIRST).colab(path.relative_to(tree).as_posix()) for path in stored
        }


def test_with_an_address_no_copy_for_colab_has_a_relative_link(tree: Path) -> None:
    assert address.main([FIRST, "--root", str(tree)]) == 0
    for path in tree.glob("notebooks/colab/*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        written = [cell.source for cell in cells if cell.cell_type == "markdown"]
        found = [link for text in written for link in targets(text)]
        assert found
        assert [link for link in found if not link.startswith(("https://", "#scrollTo="))] == []


@pytest.mark.parametrize("slug", ["name", "a/b/c", "a b/c", "https://github.com/a/b", "a/b.git/"])
def test_what_is_no_address_is_refused(slug: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert address.main([slug]) == 1
    assert "expected SLUG=owner/name" in capsys.readouterr().err


def test_an_address_elsewhere_is_refused(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\n[project.urls]\nRepository = "https://example.org/a/b"\n'
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(AddressError, match="got https://example"):
        address.read_address(tmp_path)
