"""How to install what the instructors' kit needs."""

from importlib.metadata import PackageNotFoundError, metadata

FROM_FOLDER = "pip install '.[grading]'  # in the folder of the course"


def how_to_install() -> str:
    """The command that installs the extra `grading`.

    lessonlib is not on a package index, so the bare name would find nothing: the command takes it
    from the course's repository, or from its folder while the course has no address.
    """
    try:
        urls = metadata("lessonlib").get_all("Project-URL") or []
    except PackageNotFoundError:  # a folder on the path
        urls = []
    named = dict(url.split(", ", 1) for url in urls)
    if "Repository" not in named:
        return FROM_FOLDER
    return f'pip install "lessonlib[grading] @ git+{named["Repository"]}"'
