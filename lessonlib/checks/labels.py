"""Judging a dictionary that gives each of several names a label, such as {"A": 3, "B": 5}."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lessonlib.checks.first import Committed
from lessonlib.checks.reading import STILL_NONE, describe, refuse_comma, whole_number
from lessonlib.checks.result import AnswerError, Verdict


@dataclass(frozen=True)
class Labels:
    """A judge of one label per name; each right one gets an equal part of the points.

    Attributes:
        names: what has to be labelled, such as "ABCDEF".
        thing: what a name stands for, such as "box" or "kernel".
        example: how to write the answer.
        read: a label as it is compared; raises AnswerError with a sentence for what is none.
        hint: what to say where some labels are wrong.
        praise: what to say where all are right.
        at_most_once: a label that only one name can have; where several have it, none of them
            counts.
    """

    names: Sequence[str]
    thing: str
    example: str
    read: Callable[[Any], Any]
    hint: str
    praise: str
    at_most_once: Any = None

    def __call__(self, value: Any, accepted: Mapping[str, set]) -> Verdict:
        """Judge the answer.

        Args:
            value: the learner's dictionary, plain as an outcome has it.
            accepted: the right labels of each name; more than one where several are as good.

        Raises:
            AnswerError: it is no such dictionary, or nothing in it is filled in.
        """
        labels, remarks = self._read(value)
        given = list(labels.values())
        if self.at_most_once in given and given.count(self.at_most_once) > 1:
            remarks.append(
                f"You call {given.count(self.at_most_once)} of them `{self.at_most_once}`, but "
                f"only one of them is, so these do not count."
            )
            labels = {n: label for n, label in labels.items() if label != self.at_most_once}
        right = sum(label in accepted[name] for name, label in labels.items())
        if right == len(self.names):
            return Verdict(1.0, self.praise)
        said = f"You are right about {right} of {len(self.names)}."
        return Verdict(right / len(self.names), " ".join([said, *remarks, self.hint]))

    def commit(self, value: Any, kept: dict[str, Any] | None) -> Committed:
        """The first label of each name counts; a `lessonlib.checks.first.Commit`.

        Raises:
            AnswerError: as a call; nothing is kept then.
        """
        labels, _ = self._read(value)
        counts = {**labels, **(kept or {})}
        unread = {key: label for key, label in value.items() if self._name(key) not in counts}
        instead = {name: counts[name] for name, label in labels.items() if counts[name] != label}
        return Committed(counts, {**unread, **counts}, f"`{instead!r}`" if instead else "")

    @staticmethod
    def _name(key: Any) -> Any:
        """A key as names are written: 3 is the name "3"."""
        return key.strip().upper() if type(key) is str else str(key) if type(key) is int else key

    def _read(self, value: Any) -> tuple[dict[str, Any], list[str]]:
        """The labels that can be read, and a sentence for each that cannot."""
        labels: dict[str, Any] = {}
        remarks = []
        for key, label in self._entries(value).items():
            name = self._name(key)
            if name not in tuple(self.names):
                every = f"{self.names[0]} to {self.names[-1]}"
                remarks.append(f"There is no {self.thing} {_said(key)}: they are called {every}.")
            elif name in labels:
                raise AnswerError(f"You label {self.thing} {name} twice: take one of them away.")
            elif label is not None:
                try:
                    labels[name] = self.read(label)
                except AnswerError as error:
                    remarks.append(f"{self.thing.capitalize()} {name}: {error}")
        missing = [name for name in self.names if name not in labels]
        if not labels and not remarks:
            raise AnswerError(STILL_NONE)
        if missing and not remarks:
            remarks.append(f"Still to do: {', '.join(missing)}.")
        return labels, remarks

    def _entries(self, value: Any) -> dict:
        if value is None:
            raise AnswerError(STILL_NONE)
        refuse_comma(value)
        if type(value) is not dict:
            raise AnswerError(
                f"Give a dictionary with one entry per {self.thing}, such as `{self.example}`. "
                f"You gave {describe(value)}."
            )
        return value


def _said(key: Any) -> str:
    return f"`{key}`" if type(key) is str and len(key) <= 20 else describe(key)


def word_of(words: Sequence[str], none: str | None = None) -> Callable[[Any], str]:
    """A reader of one of some words, whatever its capitals, blanks and hyphens.

    Args:
        words: the words that there are.
        none: the word for "nothing", where there is one.
    """
    every = [*words, none] if none else list(words)
    known = {_bare(word): word for word in every}

    def read(value: Any) -> str:
        if type(value) is not str:
            raise AnswerError(f"give one of the listed words in quotes, not {describe(value)}.")
        word = known.get(_bare(value))
        if word is None:
            near = difflib.get_close_matches(_bare(value), known, n=1, cutoff=0.6)
            guess = f" Do you mean `{known[near[0]]}`?" if near else " Copy one from the list."
            raise AnswerError(f"{describe(value)} is not in the list.{guess}")
        return word

    return read


def _bare(text: str) -> str:
    return " ".join(text.replace("_", " ").replace("-", " ").replace("\N{NO-BREAK SPACE}", " ")
                    .lower().split())  # fmt: skip


def number_below(bound: int) -> Callable[[Any], int]:
    """A reader of a whole number from 0, also as a text of digits."""

    def read(value: Any) -> int:
        if type(value) is str and value.strip().isdecimal():
            value = int(value)
        number = whole_number(value)
        if not 0 <= number < bound:
            raise AnswerError(f"give a number from 0 to {bound - 1}. You gave {number}.")
        return number

    return read
