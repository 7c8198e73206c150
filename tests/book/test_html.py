"""The built pages, as text."""

import json
import re
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import chapter_table
import pytest
from bs4 import BeautifulSoup
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"
COURSE = chapter_table.read_course(ROOT)
CHAPTERS = [pytest.param(chapter, id=chapter.slug) for chapter in COURSE.chapters]
WITH_EXERCISES = [param for param in CHAPTERS if param.id in COURSE.exercises]
Pages = dict[str, BeautifulSoup]


def page_of(chapter: chapter_table.Chapter) -> str:
    return chapter.notebook.replace(".ipynb", ".html")


def test_nothing_is_loaded_from_another_host(pages: Pages) -> None:
    loaded = [
        (name, tag.get("src") or tag.get("href"))
        for name, page in pages.items()
        for tag in page.select("[src], link[href]")
    ]
    assert len(loaded) > len(pages)
    assert [pair for pair in loaded if urlsplit(pair[1]).netloc] == []


def test_styles_and_scripts_name_no_other_host() -> None:
    styles = [path for path in (HTML / "_static").rglob("*.css")]
    assert styles
    pattern = re.compile(r"(?:url\(|@import)\s*['\"]?\s*(?:https?:)?//")
    assert [path.name for path in styles if pattern.search(path.read_text(encoding="utf-8"))] == []


def test_only_copies_of_chapters_and_student_versions_can_be_downloaded() -> None:
    assert not (HTML / "_sources").exists()
    published = [path for path in (HTML / "_downloads").rglob("*") if path.is_file()]
    given = [ROOT / chapter.colab_copy for chapter in COURSE.chapters]
    given += ROOT.glob("notebooks/student/*.ipynb")
    assert sorted(path.read_bytes() for path in published) == sorted(
        path.read_bytes() for path in given
    )


@pytest.mark.parametrize("chapter", WITH_EXERCISES)
def test_exercises_are_a_download_and_open_in_colab(
    chapter: chapter_table.Chapter, pages: Pages
) -> None:
    page = pages[page_of(chapter)]
    student = ROOT / "notebooks" / "student" / f"{chapter.slug}.ipynb"
    downloads = {link["href"] for link in page.select("article a.download")}
    (href,) = downloads
    assert (HTML / page_of(chapter)).parent.joinpath(href).read_bytes() == student.read_bytes()
    colab = [link for link in page.select("article a") if "/student/" in link.get("href", "")]
    address = COURSE.colab_exercises(chapter)
    assert {link["href"] for link in colab} == ({address} if address else set())
    assert len(page.select("article .exercise a.download")) >= 2  # from the boxes, too


def test_only_the_used_part_of_mathjax_is_published() -> None:
    files = [path for path in (HTML / "_static" / "mathjax").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".js", ".woff"}
    assert sum(path.stat().st_size for path in files) < 1_700_000


def test_thebe_is_not_there(pages: Pages) -> None:
    assert [name for name, page in pages.items() if "thebe" in str(page).lower()] == []


def test_every_picture_has_a_text(pages: Pages) -> None:
    texts = [
        (name, image.get("alt" if image.name == "img" else "aria-label", "").strip())
        for name, page in pages.items()
        for image in page.select("article :is(img, svg[role=img])")
    ]
    assert texts
    assert [pair for pair in texts if not pair[1] or pair[1].endswith((".png", ".svg"))] == []


def test_links_within_the_book_lead_somewhere(pages: Pages) -> None:
    anchors = {name: {tag["id"] for tag in page.select("[id]")} for name, page in pages.items()}
    dead = []
    for name, page in pages.items():
        for link in page.select("a[href]"):
            parts = urlsplit(urljoin(name, link["href"]))
            if parts.scheme or parts.netloc or not link["href"]:
                continue
            top = pages["404.html"].html["data-content_root"]
            path = unquote(parts.path).removeprefix(top) or name
            anchor = unquote(parts.fragment)
            if not (HTML / path).is_file() or (
                path in anchors and anchor not in {"", *anchors[path]}
            ):
                dead.append((name, link["href"]))
    assert dead == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_opens_in_colab(chapter: chapter_table.Chapter, pages: Pages) -> None:
    links = [link["href"] for link in pages[page_of(chapter)].select(".dropdown-launch-buttons a")]
    assert links == ([COURSE.colab(chapter)] if COURSE.address else [])


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_is_downloaded_without_outputs(
    chapter: chapter_table.Chapter, pages: Pages
) -> None:
    link = pages[page_of(chapter)].select_one("a.btn-download-source-button")["href"]
    copy = (HTML / page_of(chapter)).parent / link
    assert copy.name == Path(chapter.notebook).name
    assert copy.read_bytes() == (ROOT / chapter.colab_copy).read_bytes()
    cells = json.loads(copy.read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") for cell in cells)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapters_outputs_are_on_its_page(chapter: chapter_table.Chapter, pages: Pages) -> None:
    cells = json.loads((ROOT / chapter.notebook).read_text(encoding="utf-8"))["cells"]
    outputs = [out.get("data", {}) for cell in cells for out in cell.get("outputs", [])]
    drawn = sum(bool({"image/png", "image/svg+xml"} & set(data)) for data in outputs)
    shown = pages[page_of(chapter)].select(".cell_output :is(img, svg.course-figure)")
    assert len(shown) == drawn > 0


def test_every_page_has_a_title_of_its_own(pages: Pages) -> None:
    titles = [page.title.text for name, page in pages.items() if name != "index.html"]
    assert len(set(titles)) == len(titles)


def test_every_page_says_once_what_it_is(pages: Pages) -> None:
    seen: dict[str, str] = {}
    for name, page in pages.items():
        if name == "index.html":
            continue
        assert len(page.select("head meta[name=viewport]")) == 1, name
        (description,) = page.select("head meta[name=description]")
        (title,) = page.select("head meta[property='og:title']")
        (again,) = page.select("head meta[property='og:description']")
        assert 20 < len(description["content"]) <= 300, (name, description)
        assert again["content"] == description["content"]
        assert title["content"] in page.title.text
        assert page.select_one("head meta[name='twitter:card']")
        if page.select_one("article h1") and name not in ("404.html", "search.html"):
            assert description["content"] not in seen, (name, seen[description["content"]])
            seen[description["content"]] = name


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapters_description_is_its_question(
    chapter: chapter_table.Chapter, pages: Pages
) -> None:
    content = pages[page_of(chapter)].select_one("meta[name=description]")["content"]
    assert content.startswith(chapter.question)


def test_picture_for_links_is_named_only_where_it_can_be_found(pages: Pages) -> None:
    for name, page in pages.items():
        for image in page.select("meta[property='og:image']"):
            assert urlsplit(image["content"]).scheme == "https", name


def test_every_page_has_a_small_picture_for_links(pages: Pages) -> None:
    for name in pages:
        if name in ("index.html", "404.html", "search.html"):
            continue
        file = HTML / "_static" / "previews" / name.replace(".html", ".png")
        assert file.stat().st_size < 100_000
        with Image.open(file) as picture:
            assert picture.size == (1200, 630)


def test_missing_page_shows_every_page_by_links_from_the_top(pages: Pages) -> None:
    page = pages["404.html"]
    links = [link["href"] for link in page.select("a[href], link[href]")]
    assert [link for link in links if not link.startswith(("/", "#", "https://github.com/"))] == []
    top = page.html["data-content_root"]
    shown = {link["href"].removeprefix(top) for link in page.select(".course-contents a")}
    apart = {"index.html", "404.html", "search.html"}
    assert {name for name in pages if name not in apart} <= shown


def test_first_page_is_named_by_the_whole_title(pages: Pages) -> None:
    title = pages["book/index.html"].title.text
    assert title == "From LeNet to AlexNet: Every claim that can be run is run."
    brand = pages["book/index.html"].select_one(".course-brand")
    assert "Every claim that can be run is run." in brand.text


def test_top_page_leads_to_the_first_page(pages: Pages) -> None:
    assert "url=book/index.html" in pages["index.html"].select_one("meta[http-equiv]")["content"]
