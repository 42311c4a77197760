"""What the engine cannot settle, each put as a question to the one who can."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.model import State
from engine.report.values import Question

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.coverage.values import Result
    from engine.graph import Iri
    from engine.report.names import Names
    from engine.report.values import GapRow

__all__ = ["KINDS", "questions"]

KINDS = ("judgement", "law", "fact")


@dataclass
class _Asked:
    requirements: dict[Iri, None] = field(default_factory=dict)
    scopes: dict[Iri, None] = field(default_factory=dict)


def questions(names: Names, rows: Iterable[GapRow]) -> tuple[Question, ...]:
    """Return every open question once, with all the requirements and scopes it holds up."""
    known = names.knowledge
    legal = {*(rule.question for rule in known.legacies), *(rule.question for rule in known.limitations)}
    asked: dict[tuple[str, str], _Asked] = {}
    for result in names.assessment.results:
        for found in (result, result.otherwise) if result.otherwise else (result,):
            for text in found.questions:
                entry = asked.setdefault((_kind(found, text, legal), text), _Asked())
                entry.requirements[result.requirement] = None
                entry.scopes[result.scope] = None
    refs = {(row.requirement.iri, scope.iri): row.ref for row in rows for scope in row.scopes}
    ordered = sorted(asked, key=lambda key: KINDS.index(key[0]))
    return tuple(_question(names, kind, text, asked[kind, text], refs) for kind, text in ordered)


def _kind(result: Result, text: str, legal: Iterable[str]) -> str:
    if text in legal:
        return "law"
    if any(text in {ground.question, ground.statement} for ground in result.grounds):
        return "fact"
    if result.rule in {"R2", "R2b"}:
        return "law"
    return "judgement" if result.state is State.REVIEW else "fact"


def _question(names: Names, kind: str, text: str, asked: _Asked, refs: dict[tuple[str, str], str]) -> Question:
    pairs = ((requirement, scope) for requirement in asked.requirements for scope in asked.scopes)
    return Question(
        kind=kind,
        text=text,
        requirements=tuple(names.law(iri) for iri in asked.requirements),
        scopes=tuple(names.scope(iri) for iri in asked.scopes),
        refs=tuple(dict.fromkeys(refs[pair] for pair in pairs if pair in refs)),
    )
