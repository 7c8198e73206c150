"""One table of chapters and one address, shown the same everywhere."""

import json
import re
from pathlib import Path

import bench_table
import chapter_table
import page_texts
import pages
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COURSE = chapter_table.read_course(ROOT)
CHAPTERS = [pytest.param(chapter, id=chapter.slug) for chapter in COURSE.chapters]


def first_cell(chapter: chapter_table.Chapter) -> str:
    notebook = json.loads((ROOT / chapter.notebook).read_text(encoding="utf-8"))
    return "".join(notebook["cells"][0]["source"])


def toc_files() -> list[str]:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    entries = [entry for part in toc["parts"] for entry in part["chapters"]]
    entries += [section for entry in entries for section in entry.get("sections", [])]
    return [toc["root"], *(entry["file"] for entry in entries)]


def test_files_agree_with_their_sources(capsys: pytest.CaptureFixture[str]) -> None:
    status = pages.main(["--check"])
    shown = capsys.readouterr()
    assert status == 0, shown.out + shown.err


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_is_a_notebook_in_the_table_of_contents(chapter: chapter_table.Chapter) -> None:
    assert (ROOT / chapter.notebook).is_file()
    assert f"notebooks/{chapter.slug}" in toc_files()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_opens_with_what_the_table_says(chapter: chapter_table.Chapter) -> None:
    text = first_cell(chapter)
    assert re.findall(r"^# (.+)$", text, re.MULTILINE) == [chapter.question]
    assert [line.strip("- ;.") for line in re.findall(r"^- .+$", text, re.MULTILINE)] == [
        goal.strip(" ;.") for goal in chapter.goals
    ]
    assert f"**Time** {chapter.minutes} minutes · **Hardware** {chapter.hardware}" in text


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_leads_to_its_exercises(chapter: chapter_table.Chapter) -> None:
    links = re.findall(r"\]\((\S*student/\S+)\)", first_cell(chapter))
    here = ROOT / "notebooks" / "student" / f"{chapter.slug}.ipynb"
    assert here.exists() == bool(links)
    if links:
        assert (ROOT / "notebooks" / links[0]).resolve() == here
        assert links[1] == COURSE.colab(chapter).replace("notebooks/", "notebooks/student/")


def test_work_in_a_student_version_is_not_written_over(tmp_path: Path) -> None:
    source = ROOT / "notebooks" / "exercises" / "03_lenet5.ipynb"
    target = tmp_path / source.name
    target.write_text(page_texts.student_version(source, target), encoding="utf-8")
    assert page_texts.student_version(source, target) == target.read_text(encoding="utf-8")
    target.write_text(target.read_text("utf-8").replace("# YOUR CODE HERE", "c5_parameters = 1"))
    with pytest.raises(chapter_table.PagesError, match="move it away first"):
        page_texts.student_version(source, target)


def test_a_student_version_without_an_exercise_is_told(tmp_path: Path) -> None:
    (tmp_path / "notebooks" / "student").mkdir(parents=True)
    (tmp_path / "notebooks" / "student" / "99_gone.ipynb").write_text("{}")
    problems: list[str] = []
    list(pages.changes(tmp_path, chapter_table.Course([], "a/b"), problems))
    assert "notebooks/student/99_gone.ipynb has no exercise notebook: delete it" in problems
    assert "README.md is not there" in problems


def test_bench_report_shows_what_was_measured() -> None:
    spread = {"min": 1.004, "median": 2.006, "max": 3.0}
    result = bench_table.read_result(ROOT) | {
        "seconds": {"LeNet5": {"fit": spread, "tensors": spread}, "LeNetModern": {"fit": spread}},
        "peak_memory_mb": {"import torch": 500.2, "fit": 800.0, "the data as bytes": 47.0},
    }
    report = bench_table.report(result)
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in report.splitlines()]
    assert ["Way", "LeNet5", "LeNetModern"] in rows
    assert ["fit", "2.0 (1.0 to 3.0)", "2.0 (1.0 to 3.0)"] in rows
    assert ["ready, DataLoader", "2.0 (1.0 to 3.0)", "not measured"] in rows
    assert "tutorial" not in {row[0] for row in rows if row}
    assert "so 253 MB beside the data" in report


@pytest.mark.parametrize("page", ["README.md", "book/index.md"])
def test_every_notebook_has_a_badge_and_every_badge_a_notebook(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    colab = f"https://colab.research.google.com/github/{COURSE.slug}/blob/main/"
    badges = re.findall(r"\[!\[Run [^\]]+ in Colab\]\((\S+)\)\]\((\S+)\)", text)
    assert all((ROOT / page).parent.joinpath(picture).is_file() for picture, _ in badges)
    notebooks = [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("notebooks/student/*.ipynb")]
    assert {address.removeprefix(colab) for _, address in badges} == {
        path.relative_to(ROOT).as_posix() for path in notebooks
    }


def test_every_notebook_is_in_the_table() -> None:
    stored = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert stored == {chapter.slug for chapter in COURSE.chapters}


def test_every_page_is_in_the_table_of_contents() -> None:
    written = {
        path.relative_to(ROOT).with_suffix("").as_posix()
        for path in (ROOT / "book").rglob("*.md")
        if "_static" not in path.parts
    }
    assert written <= set(toc_files())


def test_picture_of_the_readme_is_small_and_of_todays_network() -> None:
    from lessonlib.models import LeNet5, layer_table

    picture = (ROOT / pages.PICTURE).read_text(encoding="utf-8")
    table = layer_table(LeNet5())
    assert f"{table.parameters:,} parameters, {table.connections:,} connections" in picture
    assert len(picture) < 150_000


def test_readme_fits_in_150_lines() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 150


def test_files_named_in_the_readme_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", text) + re.findall(
        r"^\| `(\w+)/`", text, re.MULTILINE
    )
    local = [link for link in links if not link.startswith("http")]
    assert local
    assert [link for link in local if not (ROOT / link).exists()] == []


def test_fonts_are_the_files_that_their_list_names() -> None:
    import hashlib

    folder = ROOT / "book/_static/fonts"
    rows = re.findall(
        r"^\| `(\S+)` .*`([0-9a-f]{64})` \|$", (folder / "README.md").read_text(), re.M
    )
    assert {name for name, _ in rows} == {path.name for path in folder.glob("*.woff2")}
    for name, digest in rows:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_pages_have_the_figures_ground() -> None:
    from lessonlib.viz.style import GROUND

    style = (ROOT / "book/_static/course.css").read_text(encoding="utf-8")
    assert f"--course-paper: {GROUND.lower()};" in style


def test_put_refuses_a_file_without_markers() -> None:
    with pytest.raises(chapter_table.PagesError, match="chapters:start"):
        page_texts.put("no markers", "chapters", "block")


def test_address_is_written_where_it_is_of_use_and_nowhere_else() -> None:
    course = chapter_table.Course(COURSE.chapters, "someone/course.one")
    text = (
        'git+https://github.com/a/b" git clone https://github.com/a/b course\n'
        "https://colab.research.google.com/github/a/b/blob/main/x.ipynb https://github.com/a/b\n"
    )
    assert page_texts.write_address(text, course) == (
        'git+https://github.com/someone/course.one" '
        "git clone https://github.com/someone/course.one course\n"
        "https://colab.research.google.com/github/someone/course.one/blob/main/x.ipynb "
        "https://github.com/a/b\n"
    )


def test_address_of_the_sources_is_the_projects() -> None:
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    assert config["repository"]["url"] == f"https://github.com/{COURSE.slug}"
