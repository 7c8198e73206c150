"""How to install what the instructors' kit needs."""

from importlib.metadata import PackageNotFoundError, metadata

UNKNOWN = "the address of the course's repository"


def how_to_install() -> str:
    """The command that installs the extra `grading`, from the course's repository.

    lessonlib is on no package index, so the bare name would find nothing.
    """
    try:
        urls = metadata("lessonlib").get_all("Project-URL") or []
    except PackageNotFoundError:  # a folder on the path
        urls = []
    named = dict(url.split(", ", 1) for url in urls)
    return f'pip install "lessonlib[grading] @ git+{named.get("Repository", UNKNOWN)}"'
