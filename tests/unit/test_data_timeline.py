"""The timeline: dates, sources, and their place in the bibliography."""

import re
from pathlib import Path

import pandas as pd
import pytest

from lessonlib.data import timeline
from lessonlib.data.timeline import _check

BIBLIOGRAPHY = Path(__file__).resolve().parents[2] / "book" / "references.bib"

# Dates that the sources print: LeCun et al. 1989 and 1998 (title pages; the latter's section X).
PRINTED = {
    "A network reads zip codes": "1989-12",
    "Banks read cheques with a network": "1996-06",
    "LeNet-5 and MNIST": "1998-11",
    "AlexNet": "2012-12",
}


def test_dates_are_those_that_are_printed():
    dates = timeline().set_index("short")["date"]
    assert dates[list(PRINTED)].to_dict() == PRINTED


def test_keys_are_in_the_bibliography():
    known = set(re.findall(r"^@\w+\{(\w+),", BIBLIOGRAPHY.read_text(encoding="utf-8"), re.M))
    keys = set(timeline()["key"]) - {""}
    assert keys <= known
    assert "lecun1989" in keys


def test_a_sources_year_is_not_before_its_event():
    """A source may be printed later than what it tells, as 1998 of 1996."""
    events = timeline()
    printed = events["key"].str.extract(r"(\d{4})$")[0].dropna().astype(int)
    assert (printed >= events.loc[printed.index, "year"]).all()


def test_short_words_are_short_and_differ():
    short = timeline()["short"]
    assert short.is_unique
    assert short.str.len().max() <= 44


def row(**changes: str) -> pd.DataFrame:
    whole = {"date": "1989", "short": "a", "event": "b", "source": "c", "key": "", "read": "no"}
    return pd.DataFrame([whole | changes])


@pytest.mark.parametrize("wrong", [{"date": "'89"}, {"source": ""}, {"read": ""}])
def test_a_row_without_date_or_source_is_refused(wrong):
    _check(row())
    with pytest.raises(ValueError, match=r"expected a date .* mend \['a'\]"):
        _check(row(**wrong))


def test_rows_out_of_order_are_refused():
    with pytest.raises(ValueError, match="in order of time"):
        _check(pd.concat([row(date="1998"), row()]))
