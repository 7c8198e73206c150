"""The kept maps of the plateau: what they hold, and what is refused."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from lessonlib.runs.plateau import MAPS, keep, plateau_map

# Definition: a run has left when the mean of its last 20 losses is below 0.97 ln 10.
BOUND = 0.97 * 2.302585
PROOFS = ("proof", "planted")


@pytest.mark.parametrize("name", [name for name in MAPS if name not in PROOFS])
def test_a_run_has_left_where_its_last_losses_are_below_the_bound(name):
    rows = plateau_map(name).rows
    assert (rows["left"] == (rows["last_loss"] < BOUND + 5e-5)).all()
    assert not rows.duplicated(["start", "rate", "seed"]).any()


@pytest.mark.parametrize("name", PROOFS)
@pytest.mark.parametrize("way", ["", "other_", "all_"])
def test_a_run_is_freed_where_its_last_losses_are_below_the_bound(name, way):
    rows = plateau_map(name).rows.dropna(subset="named")
    assert len(rows) > 0
    assert (rows[f"{way}left"].astype(bool) == (rows[f"{way}loss"] < BOUND + 5e-5)).all()


def test_the_map_has_five_seeds_of_each_start_and_rate():
    cells = plateau_map("small").cells()
    assert len(cells) == 3 * 4
    assert set(cells["runs"]) == {5}


def test_the_recipe_with_plain_sgd_leaves_in_at_least_19_of_20_seeds():
    found = plateau_map("recipe")
    assert found.recipe["momentum"] == 0
    assert sorted(found.rows["seed"]) == list(range(20))
    (cell,) = found.cells().to_dict("records")
    assert cell["runs"] == 20
    assert cell["left"] >= 19
    assert cell["steps"] == found.rows["steps"][found.rows["left"]].median()
    assert "recorded on 2026" in found.source()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    found = plateau_map("recipe")
    monkeypatch.setattr("lessonlib.runs.run.kept", lambda: tmp_path)
    keep(replace(found, rows=found.rows.head(3)))
    return tmp_path / "plateau"


def test_a_map_is_read_as_it_was_kept(folder):
    assert plateau_map("recipe").rows["seed"].tolist() == [0, 1, 2]


def test_a_map_that_was_edited_or_is_not_there_is_refused(folder):
    table = pd.read_csv(folder / "recipe.csv").assign(left=True, steps=1)
    table.to_csv(folder / "recipe.csv", index=False)
    with pytest.raises(ValueError, match="was changed after it was recorded; restore it from git"):
        plateau_map("recipe")
    (folder / "recipe.json").write_text(json.dumps({"name": "recipe"}))
    with pytest.raises(ValueError, match="expected the fields about, begun"):
        plateau_map("recipe")
    with pytest.raises(
        ValueError, match=r"(?s)cannot be read .* measure it again with .* small --restart"
    ):
        plateau_map("small")
    with pytest.raises(ValueError, match=r"(?s)it again with .* run --restart"):
        plateau_map("proof")
    with pytest.raises(ValueError, match="no map 'medium'; there are: recipe, small"):
        plateau_map("medium")
