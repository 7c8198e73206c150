"""How long chapters take: the rule, and its limits."""

from pathlib import Path

import minutes
import nbformat
import pytest
from chapter_files import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

CHAPTERS = sorted(ROOT.glob("notebooks/*.ipynb"))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_core_and_main_line_are_short(path: Path) -> None:
    found = minutes.minutes_of(path)
    assert found.core <= minutes.MOST_CORE, f"the core takes {found.core:.1f} minutes"
    assert found.main <= minutes.MOST_MAIN, f"the main line takes {found.main:.1f} minutes"


def test_the_rule_by_hand(tmp_path: Path) -> None:
    cells = [
        new_markdown_cell("# Why?"),  # 1 word
        new_code_cell("import a\nimport b", metadata={"tags": ["setup"]}),
        new_markdown_cell(
            f"{'word ' * 90}\n\n> **Predict.** Which of the two is it?\n>\n> - A\n> - B"
        ),
        new_code_cell("x = 1\n\n# no line\ny = 2", metadata={"tags": ["answer"]}),  # 2 lines
        new_markdown_cell(f"## A section\n\n{'word ' * 200}"),
        new_markdown_cell("> **Go deeper.** More."),
        new_code_cell("\n".join(["z = 1"] * 12)),  # a minute
        new_markdown_cell(f"## Exercises\n\n{'word ' * 999}"),
    ]
    path = tmp_path / "01_a.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata={"lessonlib": {"run_minutes": 1.5}}), path)
    found = minutes.minutes_of(path)
    assert found.core == pytest.approx(100 / 200 + 0.5 + 10 / 60, abs=0.03)
    assert found.main == pytest.approx(found.core + 202 / 200 + 1.5, abs=0.03)
    assert found.deeper == pytest.approx(1, abs=0.03)
    assert (found.shown, found.shown_deeper) == (4, 2)


@pytest.mark.parametrize(("seconds", "kept"), [(0.1, 0.5), (30, 0.5), (31, 1), (75, 1.5)])
def test_running_time_is_rounded_up_to_half_minutes(seconds: float, kept: float) -> None:
    assert minutes.half_minutes(seconds) == kept
