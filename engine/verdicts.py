"""Verdicts in three values, each with its grounds and the questions that would settle it (COVERAGE §4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.kleene import Truth, all_of, any_of, negate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.graph import Iri

__all__ = ["Ground", "Verdict", "conclude", "conjoin", "disjoin", "ground", "negated"]


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason for a truth value: what is said, on which inputs, and what to ask where it is undetermined."""

    truth: Truth
    statement: str
    inputs: tuple[Iri, ...]
    question: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A truth value with its grounds."""

    truth: Truth
    grounds: tuple[Ground, ...] = ()

    @property
    def decisive(self) -> tuple[Ground, ...]:
        """The grounds that have the truth value of the whole."""
        return tuple(ground for ground in self.grounds if ground.truth is self.truth)

    @property
    def questions(self) -> tuple[str, ...]:
        """What to ask to settle the undetermined grounds, each once."""
        asked = (g.question or g.statement for g in self.grounds if g.truth is Truth.UNDETERMINED)
        return tuple(dict.fromkeys(asked))


def conclude(completions: Sequence[Truth]) -> Truth:
    """Return the value that all completions agree on, or undetermined."""
    return completions[0] if len(set(completions)) == 1 else Truth.UNDETERMINED


def ground(truth: Truth, statement: str, subject: Iri, question: str = "") -> Verdict:
    """Return a verdict with one ground, about one subject; the question is the statement where there is none."""
    return Verdict(truth, (Ground(truth, statement or question, (subject,), question),))


def conjoin(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the conjunction of verdicts, with all their grounds."""
    return Verdict(all_of(v.truth for v in verdicts), tuple(g for v in verdicts for g in v.grounds))


def disjoin(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the disjunction of verdicts: where it is true, with the grounds of those that are."""
    truth = any_of(v.truth for v in verdicts)
    telling = [v for v in verdicts if v.truth is truth] if truth is Truth.TRUE else list(verdicts)
    return Verdict(truth, tuple(g for v in telling for g in v.grounds))


def negated(verdict: Verdict) -> Verdict:
    """Return the negation of a verdict, ground by ground."""
    return Verdict(
        negate(verdict.truth),
        tuple(Ground(negate(g.truth), g.statement, g.inputs, g.question) for g in verdict.grounds),
    )
