"""What happened when: dated events from the perceptron on, each with its source."""

from importlib.resources import files

import pandas as pd


def timeline() -> pd.DataFrame:
    """The events in order of time, one row per event.

    Columns: `date`, as exactly as we know it ("1989", "1989-12" or "1986-10-09"); `year`,
    a whole number; `short`, a few words for figures; `event`, in full; `source`; `key`, the
    source's key in the bibliography, empty where it is not there; `read`, whether text of the
    source itself was read for the course, or else only its bibliographic entry, or what others
    write.

    Raises:
        ValueError: a row without date, words or source, or not in its place.
    """
    asset = files("lessonlib.data") / "assets" / "timeline.csv"
    with asset.open(encoding="utf-8") as lines:
        events = pd.read_csv(lines, dtype=str, keep_default_na=False)
    _check(events)
    events.insert(1, "year", events["date"].str[:4].astype(int))
    events["read"] = events["read"] == "yes"
    return events


def _check(events: pd.DataFrame) -> None:
    dated = events["date"].str.fullmatch(r"\d{4}(-\d\d){0,2}")
    told = (events[["short", "event", "source"]] != "").all(axis=1)
    wrong = events[~dated | ~told | ~events["read"].isin(["yes", "no"])]
    if len(wrong):
        raise ValueError(
            "expected a date such as 1989-12, words, a source and yes or no in each row of "
            f"timeline.csv; mend {wrong['short'].tolist()}"
        )
    if not events["date"].is_monotonic_increasing:
        raise ValueError("expected the rows of timeline.csv in order of time; sort them by date")
