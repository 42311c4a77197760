"""The competency questions, and what answers each: a query of the catalogue, or a call of the command line."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from engine.queries import Parameter, catalogue
from engine.resources import folder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.queries import Query

__all__ = ["Call", "CompetencyQuestion", "calls", "competency_questions"]


@dataclass(frozen=True, slots=True)
class Call:
    """A named question that the engine computes, where a query alone cannot.

    :ivar command: the words of the command that answers it, as in ``evidence list``.
    :ivar parameters: its arguments, in capitals as they are written, and its options.
    :ivar competency: the numbers of the competency questions it answers.
    """

    name: str
    title: str
    question: str
    command: str
    parameters: tuple[Parameter, ...]
    returns: str
    reading: str
    competency: tuple[int, ...]
    asked_by: tuple[str, ...]

    @property
    def line(self) -> str:
        """How it is asked, with what may be left out in brackets."""
        return " ".join(["normgraph", self.command, *map(_written, self.parameters)])


def _written(parameter: Parameter) -> str:
    option = parameter.name.startswith("--")
    word = f"{parameter.name} {parameter.kind.upper()}" if option and parameter.kind != "flag" else parameter.name
    return word if parameter.required else f"[{word}]"


@dataclass(frozen=True, slots=True)
class CompetencyQuestion:
    """A question that Normgraph must answer, with the names of what answers it."""

    number: int
    topic: str
    question: str
    asked_by: tuple[str, ...]
    queries: tuple[Query, ...]
    calls: tuple[Call, ...]

    @property
    def answers(self) -> tuple[Query | Call, ...]:
        """What answers it, queries first."""
        return (*self.queries, *self.calls)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(folder("queries").joinpath(name).read_text(encoding="utf-8"))


@cache
def calls() -> tuple[Call, ...]:
    """Return the calls of the catalogue, sorted by name."""
    told = sorted(_read("calls.toml")["calls"], key=lambda call: str(call["name"]))
    return tuple(_call(**call) for call in told)


def _call(
    *, parameters: Iterable[dict[str, Any]], competency: Iterable[int], asked_by: Iterable[str], **told: str
) -> Call:
    return Call(
        parameters=tuple(Parameter(**parameter) for parameter in parameters),
        competency=tuple(competency),
        asked_by=tuple(asked_by),
        **told,
    )


@cache
def competency_questions() -> tuple[CompetencyQuestion, ...]:
    """Return the competency questions by number, each with the queries and calls that say they answer it."""
    told = [(topic["title"], one) for topic in _read("competency.toml")["topics"] for one in topic["questions"]]
    return tuple(_question(topic, **one) for topic, one in sorted(told, key=lambda pair: int(pair[1]["number"])))


def _question(topic: str, *, number: int, question: str, asked_by: Iterable[str]) -> CompetencyQuestion:
    return CompetencyQuestion(
        number=number,
        topic=topic,
        question=question,
        asked_by=tuple(asked_by),
        queries=tuple(query for query in catalogue() if number in query.competency),
        calls=tuple(call for call in calls() if number in call.competency),
    )
