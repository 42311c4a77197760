"""What the rules before R3 settle, whatever the evidence: read once a day by the plain readers (COVERAGE §5 R0 to R2b).

Whether a norm binds, is displaced or has begun to apply depends on facts, roles and dates, which are few, and not on
evidence, which is much. The plain readers decide it, and take off columns what a pair comes to of its own. What they
say is kept, save of norms deemed fulfilled by others: those are read anew, because the others hang on evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.coverage.columns.addressed import FRESHNESS, STATES
from engine.coverage.columns.joins import NEVER, NOWHERE, day_number, ints, to_date
from engine.coverage.states import StateReader
from engine.coverage.values import Freshness, Kind, Result
from engine.limits import LimitationReader

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from engine.applicability import Applicability
    from engine.coverage.columns.addressed import Own
    from engine.coverage.columns.joins import Ints
    from engine.coverage.values import Policy
    from engine.graph import Iri
    from engine.model import Implementation, Requirement

__all__ = ["KINDS", "RULES", "Final", "Settlement"]

KINDS = tuple(Kind)
RULES = ("R0", "R1", "R1b", "R1c", "R1d", "R2", "R2b", "R7")
_LAST_RULE = "R7"


@dataclass(frozen=True)
class Final:
    """Each result, in document order: places in STATES, RULES, KINDS and FRESHNESS, and numbers of days.

    What is not there is NOWHERE for a place, NEVER for a day or a review state.
    """

    requirement: Ints
    scope: Ints
    state: Ints
    rule: Ints
    kind: Ints
    if_applicable: Ints
    first_expiry: Ints
    freshness: Ints
    assurance: Ints
    effective_from: Ints


class _Line(NamedTuple):
    """A result, with the pairs from whose own columns its state, expiry, assurance and other state are taken."""

    requirement: int
    scope: int
    state: int
    rule: int
    kind: int
    effective_from: int
    state_of: int
    expiry_of: int
    assurance_of: int
    otherwise_of: int


@dataclass(frozen=True, slots=True)
class _OwnResult(Result):
    """What a pair comes to of its own, by the columns."""

    pair: int = NOWHERE


class _OffColumns:
    """Answer off columns how far requirements are addressed."""

    def __init__(self, applicability: Applicability, own: Own, place: Mapping[tuple[Iri, Iri], int]) -> None:
        self.applicability = applicability
        self.limits = LimitationReader(applicability)
        self.own = own
        self._place = place
        day, recorded = applicability.day, applicability.organisation.implementations
        self._excluding = [one for one in recorded if one.excludes and one.in_force(day)]

    def of(self, requirement: Requirement, scope: Iri) -> Result:
        """Return the state of a pair by R3 to R7."""
        pair = self._place[requirement.iri, scope]
        return _OwnResult(
            requirement.iri,
            scope,
            STATES[self.own.state[pair]],
            _LAST_RULE,
            "by the columns",
            first_expiry=to_date(int(self.own.first_expiry[pair])),
            freshness=FRESHNESS[self.own.freshness[pair]],
            pair=pair,
        )

    def exclusion(self, control: Iri, scope: Iri) -> Implementation | None:
        """Return a justified and approved exclusion of a control for a scope."""
        within = {scope, self.applicability.organisation.iri}
        return next((one for one in self._excluding if one.control == control and within & set(one.scopes)), None)


class _Reader(StateReader):
    """Read states as ever, and note how far the state of one requirement hangs on those of others."""

    depth = deepest = 0

    def results(self, requirement: Requirement, among: Container[Iri] | None = None) -> tuple[Result, ...]:
        """Return the results of a requirement, for its own sake or for another's."""
        self.depth += 1
        self.deepest = max(self.deepest, self.depth)
        found = super().results(requirement, among)
        self.depth -= 1
        return found


class Settlement:
    """What is settled for one organisation on one day, ready for any state of its evidence on that day.

    :ivar requirements: those to settle, by their place among the live ones, in order.
    """

    def __init__(
        self,
        applicability: Applicability,
        policy: Policy,
        requirements: Mapping[int, Requirement],
        scopes: Mapping[Iri, int],
        place: Mapping[tuple[Iri, Iri], int],
        own: Own,
    ) -> None:
        self._requirements = requirements
        self._scopes = scopes
        self._off = _OffColumns(applicability, own, place)
        organisation, day = applicability.organisation, applicability.day
        self._reader = _Reader(applicability.knowledge, organisation, day, policy, addressed=self._off)
        self._hanging: list[int] = []
        lines = [line for number in requirements for line in self._read(number)]
        self._columns = np.array(lines, np.int64).reshape(len(lines), len(_Line._fields))

    def _read(self, number: int) -> list[_Line]:
        self._reader.deepest = 0
        results = self._reader.results(self._requirements[number])
        if self._reader.deepest > 1 and number not in self._hanging:
            self._hanging.append(number)
        return [self._line(number, result) for result in results]

    def _line(self, number: int, result: Result) -> _Line:
        basis = result if isinstance(result, _OwnResult) else result.otherwise
        own = _pair(result)
        return _Line(
            number,
            self._scopes[result.scope],
            STATES.index(result.state),
            RULES.index(result.rule),
            NOWHERE if result.kind is None else KINDS.index(result.kind),
            day_number(result.effective_from),
            own if result.rule == _LAST_RULE else NOWHERE,
            own,
            _pair(basis),
            NOWHERE if result.rule == "R0" else _pair(result.otherwise),
        )

    def on(self, own: Own) -> Final:
        """Return the results, given what each pair comes to of its own."""
        columns = self._columns
        if self._hanging:
            self._off.own = own
            self._reader.memory.results.clear()
            columns = columns.copy()
            lines = np.array([line for number in self._hanging for line in self._read(number)], np.int64)
            columns[np.isin(columns[:, 0], ints(self._hanging))] = lines
        found = dict(zip(_Line._fields, columns.T, strict=True))
        return Final(
            requirement=found["requirement"],
            scope=found["scope"],
            state=np.where(found["state_of"] == NOWHERE, found["state"], own.state[found["state_of"]]),
            rule=found["rule"],
            kind=found["kind"],
            if_applicable=_taken(own.state, found["otherwise_of"], NOWHERE),
            first_expiry=_taken(own.first_expiry, found["expiry_of"], NEVER),
            freshness=_taken(own.freshness, found["expiry_of"], FRESHNESS.index(Freshness.UNKNOWN)),
            assurance=_taken(own.assurance, found["assurance_of"], NEVER),
            effective_from=found["effective_from"],
        )


def _pair(result: Result | None) -> int:
    return result.pair if isinstance(result, _OwnResult) else NOWHERE


def _taken(column: Ints, pair: Ints, otherwise: int) -> Ints:
    return np.append(column, otherwise)[pair]
