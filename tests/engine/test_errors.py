"""Errors are the same in another process."""

from __future__ import annotations

import pickle

import pytest

from engine.errors import (
    BadInput,
    BadParameter,
    Busy,
    Conflict,
    EngineError,
    IllFormedShape,
    NotVectorised,
    OverLimit,
    UnknownCitation,
    UnknownName,
    UnreadableFile,
    WorkersFailed,
)
from engine.repository.recording import Taken

ERRORS = [
    UnreadableFile("a.ttl", 3, "is no Turtle", "mend it"),
    BadInput("a.ttl", None, "says nothing", "say something"),
    IllFormedShape("S", "has no target", "give it one"),
    UnknownCitation("10.2", ["ISO/IEC 42001 10.2"], ambiguous=True),
    UnknownName("framework", "cobit", ["gdpr"]),
    BadParameter("--day", "soon", "a date"),
    NotVectorised("LIMIT"),
    OverLimit("it took longer than 1 s", "ask for less", late=True),
    Busy("too many wait", after=3.0),
    Conflict("organisation acme", 1, 2),
    Taken("records", None, "is there already", "choose another name"),
    WorkersFailed("no process starts", "see why"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_travels_with_its_message_and_what_it_is_about(error: EngineError) -> None:
    there = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (type(there), str(there), vars(there)) == (type(error), str(error), vars(error))


def test_every_kind_of_error_is_tried() -> None:
    kinds = {kind for kind in _below(EngineError) if not kind.__name__.startswith("_")}
    assert {type(error) for error in ERRORS} == kinds


def _below(kind: type[EngineError]) -> set[type[EngineError]]:
    return {each for part in kind.__subclasses__() for each in (part, *_below(part))}
