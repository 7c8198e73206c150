"""The course's address: where the repository is, once that is settled; run by `make address`.

    python scripts/address.py owner/name     write it everywhere, in place of an earlier one
    python scripts/address.py                print it; exit with 1 where none is set

It is kept in one place, [project.urls] of pyproject.toml, and `make pages` writes it into all
others. While it is not set, that table is empty, and no page or notebook shows a link that needs
it.
"""

import argparse
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from lessonlib.writing import write_whole

ROOT = Path(__file__).resolve().parent.parent
SLUG = r"[A-Za-z0-9][A-Za-z0-9-]*/[\w.-]*[\w-]"  # owner/name
NOT_SET = "no address is set: run `make address SLUG=owner/name`"
COLAB = "https://colab.research.google.com/github"


class AddressError(Exception):
    """The address is wrong or missing; the message says what to do."""


@dataclass(frozen=True)
class Address:
    """Addresses that follow from the repository's `owner/name` on GitHub."""

    slug: str

    def __post_init__(self) -> None:
        if re.fullmatch(SLUG, self.slug) is None:
            raise AddressError(
                f"expected SLUG=owner/name, as in github.com/owner/name, got {self.slug!r}"
            )

    @property
    def repository(self) -> str:
        """Address of the repository, to look at and to clone."""
        return f"https://github.com/{self.slug}"

    @property
    def book(self) -> str:
        """Address at which GitHub Pages publishes what .github/workflows/book.yml uploads."""
        owner, name = self.slug.split("/")
        host = f"{owner.lower()}.github.io"
        return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"

    def colab(self, notebook: str) -> str:
        """Address that opens a notebook in Colab, given its path below the root."""
        return f"{COLAB}/{self.slug}/blob/main/{notebook}"


def read_address(root: Path) -> Address | None:
    """The course's address; None while it is not set.

    Raises:
        AddressError: pyproject.toml holds something other than a GitHub repository's address.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    repository = project.get("urls", {}).get("Repository")
    if repository is None:
        return None
    match = re.fullmatch(rf"https://github\.com/({SLUG})", repository)
    if match is None:
        raise AddressError(
            f"pyproject.toml: expected https://github.com/owner/name, got {repository}"
        )
    return Address(match[1])


def in_project(text: str, address: Address) -> str:
    """The text of pyproject.toml with this address in [project.urls].

    Raises:
        AddressError: the table is not there.
    """
    line = f'Repository = "{address.repository}"\n'
    found = re.subn(
        r"(?m)(^\[project\.urls\]\n(?:#.*\n)*)(?:Repository = .*\n)?", rf"\1{line}", text
    )
    if found[1] != 1:
        raise AddressError("pyproject.toml: expected the table [project.urls] once")
    return found[0]


def set_address(root: Path, slug: str) -> int:
    """Write an address into pyproject.toml, and from there into every other place.

    Returns:
        The exit status of `make pages`.

    Raises:
        AddressError: it is not of the form owner/name.
    """
    import pages

    address, project = Address(slug), root / "pyproject.toml"
    write_whole(project, in_project(project.read_text(encoding="utf-8"), address))
    return pages.main(["--root", str(root)])


def main(arguments: list[str] | None = None) -> int:
    """Write or print the address as the arguments say; return the exit status."""
    parser = argparse.ArgumentParser(description="Set the course's address, or print it.")
    parser.add_argument("slug", nargs="?", help="owner/name of the repository on GitHub")
    parser.add_argument("--root", type=Path, default=ROOT, help="folder of the course")
    given = parser.parse_args(arguments)
    try:
        if given.slug:
            return set_address(given.root, given.slug)
        address = read_address(given.root)
    except AddressError as error:
        print(error, file=sys.stderr)
        return 1
    print(address.repository if address else NOT_SET, file=None if address else sys.stderr)
    return 0 if address else 1


if __name__ == "__main__":
    sys.exit(main())
