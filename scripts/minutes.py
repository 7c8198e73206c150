"""How many minutes a chapter takes: computed by one rule, never typed.

Reading takes one minute per 200 words, 5 seconds per line of code that is shown and 30 seconds
per prediction. The main line also takes as long as the chapter runs, which `make notebooks-run`
keeps in the notebook. `reading.py` says what belongs to the core, to the main line and
to Go deeper, and what is counted as a word or a line.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reading import Amount, reading

WORDS_PER_MINUTE = 200
SECONDS_PER_LINE = 5
SECONDS_PER_PREDICTION = 30
MOST_CORE, MOST_MAIN = 2, 30  # minutes


@dataclass(frozen=True)
class Minutes:
    """Minutes of a chapter's core, of its main line with the core, and of Go deeper."""

    core: float
    main: float
    deeper: float

    @property
    def shown(self) -> int:
        """Whole minutes of the main line, as the pages give them."""
        return math.ceil(self.main)

    @property
    def shown_deeper(self) -> int:
        """Whole minutes that Go deeper adds; 0 if the chapter has none."""
        return math.ceil(self.deeper)


def reading_minutes(amount: Amount) -> float:
    """Minutes to read what was counted, and to answer its predictions."""
    seconds = amount.code_lines * SECONDS_PER_LINE + amount.predictions * SECONDS_PER_PREDICTION
    return (amount.words + amount.said) / WORDS_PER_MINUTE + seconds / 60


def half_minutes(seconds: float) -> float:
    """Seconds as minutes, rounded up to half minutes; this is kept as a chapter's running time."""
    return math.ceil(seconds / 30) / 2


def run_minutes(notebook: dict[str, Any]) -> float:
    """How long the chapter ran when it was last run; 0 if that was not kept."""
    return notebook["metadata"].get("lessonlib", {}).get("run_minutes", 0)


def minutes_of(path: Path) -> Minutes:
    """The minutes of the chapter in this file."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    amounts = reading(notebook)
    core, main, deeper = map(reading_minutes, (amounts.core, amounts.main, amounts.deeper))
    return Minutes(core, main + run_minutes(notebook), deeper)
