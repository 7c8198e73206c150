"""One table of chapters and one address, shown the same everywhere."""

import dataclasses
import json
import re
from pathlib import Path

import bench_table
import chapter_files
import chapter_openings
import chapter_table
import nbformat
import page_texts
import pages
import pytest
import yaml
from minutes import Minutes
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

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
def test_chapter_opens_with_its_question_and_one_line_of_facts(
    chapter: chapter_table.Chapter,
) -> None:
    heading, facts = first_cell(chapter).split("\n\n")
    assert heading == f"# {chapter.question}"
    assert "\n" not in facts
    assert f"**Goal** {chapter.goal} · **Time** {COURSE.existing[chapter.slug].shown} min" in facts
    assert f"**You need** {chapter.prerequisites}" in facts
    assert len(re.sub(r"\]\([^)]*\)|[*\[]", "", facts)) <= 190  # two lines of a page


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_leads_to_its_exercises(chapter: chapter_table.Chapter) -> None:
    links = re.findall(r"\]\((\S+)\)", first_cell(chapter))
    assert links == ([f"student/{chapter.slug}.ipynb"] if (ROOT / chapter.student).exists() else [])


def write_first_cell(source: str) -> str:
    """The chapter that results from this first cell."""
    notebook = new_notebook(cells=[new_markdown_cell(source), new_code_cell("1 + 1")])
    course = dataclasses.replace(COURSE, exercises=frozenset())
    return chapter_openings.write_opening(nbformat.writes(notebook), COURSE.chapters[0], course)


def test_the_first_cell_is_written_whole() -> None:
    first, setup, _ = nbformat.reads(write_first_cell("# Old?\n\nOld line"), as_version=4).cells
    assert first.source == chapter_openings.opening(
        COURSE.chapters[0], dataclasses.replace(COURSE, exercises=frozenset())
    )
    assert chapter_files.is_setup(setup.source)
    assert setup.metadata.tags == ["setup"]


@pytest.mark.parametrize("source", ["Text", "# Old?\n\nfacts\n\nAn author's paragraph"])
def test_what_an_author_wrote_into_the_first_cell_is_not_lost(source: str) -> None:
    with pytest.raises(chapter_table.PagesError, match="move what was written there"):
        write_first_cell(source)


def test_an_opening_tells_what_goes_deeper_and_of_a_gpu() -> None:
    chapter = dataclasses.replace(COURSE.chapters[0], hardware="a GPU", prerequisites="Python")
    times = {chapter.slug: Minutes(core=1.2, main=20.1, deeper=3.4)}
    facts = chapter_openings.facts(chapter, chapter_table.Course([chapter], existing=times))
    assert "**Time** 21 minutes, 4 more to go deeper · **You need** Python, a GPU" in facts


def test_a_chapter_that_exists_must_have_all_fields() -> None:
    chapter = dataclasses.replace(COURSE.chapters[0], goal="")
    with pytest.raises(chapter_table.PagesError, match="must give its goal"):
        chapter_table.refuse_incomplete(chapter)
    with pytest.raises(chapter_table.PagesError, match="shorten it to at most 70"):
        chapter_table.refuse_incomplete(dataclasses.replace(chapter, goal="x" * 71))


def test_every_chapter_of_the_course_is_in_the_table() -> None:
    assert [chapter.number for chapter in COURSE.table] == list(range(15))


@pytest.mark.parametrize("page", ["README.md", "book/index.md", "book/how-to-use.md"])
def test_what_is_coming_is_listed_without_a_link(page: str) -> None:
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    for chapter in COURSE.table:
        (line,) = [
            line for line in lines if chapter.question in line and str(chapter.number) in line
        ]
        exists = chapter in COURSE.chapters
        assert (f"notebooks/{chapter.slug}.ipynb" in line) == exists
        assert ("coming" in line) != exists


def test_next_after_the_last_chapter_leads_to_no_benchmark() -> None:
    files = toc_files()
    after = files[files.index(f"notebooks/{COURSE.chapters[-1].slug}") + 1]
    assert after.startswith("book/")
    assert after not in {"book/how-fast", "book/api"}


def test_work_in_a_student_version_is_not_written_over(tmp_path: Path) -> None:
    source = ROOT / "notebooks" / "exercises" / "03_lenet5.ipynb"
    target = tmp_path / source.name
    target.write_text(pages.student_version(source, target), encoding="utf-8")
    assert pages.student_version(source, target) == target.read_text(encoding="utf-8")
    target.write_text(target.read_text("utf-8").replace("# YOUR CODE HERE", "c5_parameters = 1"))
    with pytest.raises(chapter_table.PagesError, match="move it away first"):
        pages.student_version(source, target)


@pytest.mark.parametrize("folder", ["student", "colab"])
def test_a_copy_without_a_source_is_told(tmp_path: Path, folder: str) -> None:
    (tmp_path / "notebooks" / folder).mkdir(parents=True)
    (tmp_path / "notebooks" / folder / "99_gone.ipynb").write_text("{}")
    problems: list[str] = []
    list(pages.changes(tmp_path, chapter_table.Course([]), problems))
    assert any(f"{folder}/99_gone.ipynb" in text and "delete it" in text for text in problems)
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


def test_bench_report_shows_both_engines_of_sdlm_fit_if_they_were_measured() -> None:
    rates = {
        "torch": {"min": 500.2, "median": 600.1, "max": 650.0},
        "fast": {"min": 15_000.0, "median": 16_000.4, "max": 17_000.0},
    }
    sdlm = {
        "date": "2026-11-26",
        "recipe": "LECUN1998",
        "data": "mnist",
        "images": 60_000,
        "numba": "0.61.2",
        "updates_per_second": rates,
        "fast / torch": {"min": 24.0, "median": 26.66, "max": 28.0},
        "seconds_per_pass": {"min": 3.9, "median": 4.0, "max": 4.4},
        "passes": 20,
        "seconds_in_all": 80.6,
        "curvature_seconds": {"min": 0.1, "median": 0.11, "max": 0.3},
        "curvature_share": 0.0275,
    }
    measured = bench_table.read_result(ROOT)
    report = bench_table.report(measured | {"sdlm": sdlm})
    assert "| torch | 600 (500 to 650) |" in report
    assert "| fast | 16,000 (15,000 to 17,000) |" in report
    assert "`fast` made 26.7 (24.0 to 28.0) times as many updates" in report
    assert "a pass over 60,000 digits of MNIST took 4.0 (3.9 to 4.4) seconds" in report
    assert "all 20 passes of `LECUN1998` together 81 seconds" in report
    assert "2.8% of a pass" in report
    embedded = bench_table.report(measured | {"sdlm": sdlm | {"data": "digits"}})
    assert "60,000 digits (embedded ones, repeated) took" in embedded
    measured.pop("sdlm", None)
    assert "sdlm_fit" not in bench_table.report(measured)


@pytest.mark.parametrize("folder", ["notebooks", "notebooks/colab"])
def test_every_notebook_is_in_the_table(folder: str) -> None:
    stored = {path.stem for path in (ROOT / folder).glob("*.ipynb")}
    assert stored == {chapter.slug for chapter in COURSE.chapters}


def test_every_page_is_in_the_table_of_contents() -> None:
    written = {
        path.relative_to(ROOT).with_suffix("").as_posix()
        for path in (ROOT / "book").rglob("*.md")
        if "_static" not in path.parts
    }
    assert written <= set(toc_files())


def test_picture_of_the_readme_is_small_and_has_a_title() -> None:
    picture = (ROOT / pages.PICTURE).read_text(encoding="utf-8")
    assert f"<title>{pages.PICTURE_TITLE}</title>" in picture
    assert len(picture.encode()) < 150_000


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
