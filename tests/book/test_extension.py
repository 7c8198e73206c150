"""The extension `course`: tables, numbers of figures, names."""

import pandas as pd
from bs4 import BeautifulSoup
from course.api import public_name
from course.numbering import number_by_chapter
from course.recipes import rows
from course.tables import mend_tables


def mended(frame: pd.DataFrame) -> BeautifulSoup:
    return BeautifulSoup(mend_tables(frame.to_html()), "html.parser")


def test_name_of_the_index_moves_into_the_one_header_row() -> None:
    frame = pd.DataFrame({"units": [1]}, index=pd.Index(["c1"], name="layer"))
    rows = mended(frame).select("thead tr")
    assert [[cell.text for cell in row.find_all("th")] for row in rows] == [["layer", "units"]]


def test_no_header_is_empty() -> None:
    soup = mended(pd.DataFrame({"units": [1]}))
    assert all(header.text.strip() for header in soup.find_all("th"))
    assert soup.select("thead td")


def test_only_columns_of_numbers_are_set_to_the_right() -> None:
    frame = pd.DataFrame({"count": ["1,516", "−0.1"], "shape": ["6×28×28", "84"]})
    numbers = mended(frame).select("tbody td.number")
    assert [cell.text for cell in numbers] == ["1,516", "−0.1"]


def test_table_has_its_own_scroll_box() -> None:
    assert mended(pd.DataFrame({"units": [1]})).table.parent["class"] == ["scroll-box"]


def test_grouped_headers_stay_as_they_are() -> None:
    frame = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_product([["a"], ["b", "c"]]))
    assert len(mended(frame).select("thead tr")) == 2


def test_other_html_stays_as_it_is() -> None:
    html = "<table><tr><th></th></tr></table>"
    assert mend_tables(html) == html


class Environment:
    toc_fignumbers = {  # noqa: RUF012
        "notebooks/03_lenet5": {"figure": {"a": (7,), "b": (8,)}, "exercise": {"x": (31,)}},
        "book/index": {"figure": {"c": (1,)}},
    }


def test_figures_are_numbered_within_their_chapter() -> None:
    environment = Environment()
    assert number_by_chapter(None, environment) == ["notebooks/03_lenet5"]
    assert environment.toc_fignumbers == {
        "notebooks/03_lenet5": {"figure": {"a": (3, 1), "b": (3, 2)}, "exercise": {"x": (3, 1)}},
        "book/index": {"figure": {"c": (1,)}},
    }


def test_a_name_is_given_as_it_is_imported() -> None:
    import lessonlib.models  # noqa: F401

    assert public_name("lessonlib.models.lenet5.LeNet5") == "lessonlib.models.LeNet5"
    assert public_name("lessonlib.models.lenet5.nothing") is None
    assert public_name("torch.nn.modules.Module") is None


def test_the_table_of_recipes_is_read_from_their_register() -> None:
    from lessonlib.training import RECIPES

    header, *found = rows()
    assert [row[0] for row in found] == list(RECIPES)
    by_name = {row[0]: dict(zip(header, row, strict=True)) for row in found}
    assert all(by_name[name]["lr"] == str(recipe.lr) for name, recipe in RECIPES.items())
