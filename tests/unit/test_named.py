import json
from dataclasses import dataclass

import pytest

from lessonlib.named import as_data, from_data


@dataclass(frozen=True)
class Nudge:
    pixels: int
    ways: tuple[str, ...] = ("up",)


KNOWN = {"Nudge": Nudge}


def test_an_object_comes_back_from_json_equal():
    nudge = Nudge(2, ("up", "down"))
    text = json.dumps(as_data(nudge))
    assert json.loads(text) == {"kind": "Nudge", "pixels": 2, "ways": ["up", "down"]}
    assert from_data(json.loads(text), KNOWN, "change") == nudge


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "Push"}, "unknown change 'Push'; known: Nudge"),
        ({"pixels": 2}, "unknown change None"),
        ({"kind": "Nudge", "lines": 2}, "change Nudge takes pixels, ways, got {'lines': 2}"),
    ],
)
def test_what_is_no_such_object_is_named(data, said):
    with pytest.raises(ValueError, match=said.replace("{", r"\{")):
        from_data(data, KNOWN, "change")
