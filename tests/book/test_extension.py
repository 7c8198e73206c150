"""The extension `course`: tables, numbers of figures, names."""

import re
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from course.api import network_lines, public_name
from course.numbering import number_by_chapter
from course.registers import COLUMNS, recipe_rows, set_rows
from course.tables import mend_tables

ROOT = Path(__file__).resolve().parents[2]


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
    import lessonlib.data
    import lessonlib.models  # noqa: F401

    assert public_name("lessonlib.models.lenet5.LeNet5") == "lessonlib.models.LeNet5"
    forward = public_name("lessonlib.models.controls.mlp.MLP.forward")
    assert forward == "lessonlib.models.MLP.forward"
    table = "lessonlib.models.counting.layer_table"
    assert public_name(f"{table}.layer_table") == "lessonlib.models.layer_table"
    assert public_name(f"{table}.LayerTable") == "lessonlib.models.LayerTable"
    assert public_name("lessonlib.data.load.load") == "lessonlib.data.load"
    assert public_name("lessonlib.models.LeNet5") is None
    assert public_name("lessonlib.models.lenet5.nothing") is None
    assert public_name("torch.nn.modules.Module") is None


def test_the_table_of_recipes_is_read_from_their_register() -> None:
    from lessonlib.training import RECIPES

    by_name = {}
    for kind in COLUMNS:
        header, *found = recipe_rows(kind)
        by_name |= {row[0]: dict(zip(header, row, strict=True)) for row in found}
    assert set(by_name) == set(RECIPES)
    assert all(by_name[name]["loss"] == recipe.loss for name, recipe in RECIPES.items())
    assert by_name["CROSS_ENTROPY_SHORT"]["lr"] == str(RECIPES["CROSS_ENTROPY_SHORT"].lr)


def test_the_table_of_sets_is_read_from_their_register() -> None:
    from lessonlib.data import SETS

    _, *found = set_rows()
    assert [row[0] for row in found] == list(SETS)
    assert found[1] == [
        "mnist",
        "60,000",
        "10,000",
        "unembedded, held_out, demonstration, as_1989",
        "11.6 MB",
    ]


def test_the_page_on_networks_has_every_network_of_the_register_once() -> None:
    from lessonlib.models import NETWORKS

    page = (ROOT / "book" / "api" / "models.md").read_text(encoding="utf-8")
    rooms = re.findall(r"^\.\. networks:: (\w+)$", page, flags=re.MULTILINE)
    lines = [line for room in rooms for line in network_lines(room)]
    shown = [line.split(".")[-1] for line in lines if "autoclass" in line]
    assert sorted(shown) == sorted(NETWORKS)
    assert "   :members: prepare, forward, reset_parameters" in lines
    assert "   :members: prepare, set_mean, forward, reset_parameters" in lines
    with pytest.raises(ValueError, match="no network is in a room 'attic'"):
        network_lines("attic")
