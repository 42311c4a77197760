"""Which evidence lapses within some days, on which day, and which states fall with it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from engine.coverage.assess import assess
from engine.coverage.evidence import EvidenceReader, last_day
from engine.model import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from engine.coverage.assess import Assessment
    from engine.coverage.values import EvidenceCheck, Policy, Result
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Evidence, Implementation, Organisation

__all__ = ["Expiry", "Fall", "Lapse", "expiries"]

_DAY = timedelta(days=1)
_RANK = (State.NOT_COVERED, State.PARTIALLY, State.CLAIMED, State.REVIEW, State.COVERED)
"""The states between which evidence decides, in order; what waits for a judgement is evidenced."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """An item that counts for an implementation on its last day, and no longer on the day after.

    :ivar by_age: whether it is then too old for the template, though it is valid longer.
    :ivar left: whether what is left satisfies the template wherever it was satisfied.
    """

    evidence: Iri
    implementation: Iri
    control: Iri
    template: Iri
    by_age: bool
    left: bool


@dataclass(frozen=True, slots=True)
class Fall:
    """A state that is less than it was because of what has lapsed.

    :ivar because: the items it rested on that have lapsed; all that have, where it follows other states.
    """

    requirement: Iri
    scope: Iri
    before: State
    after: State
    because: tuple[Iri, ...]


@dataclass(frozen=True, slots=True)
class Expiry:
    """All that lapses on one last day, and what falls the day after."""

    last_day: date
    lapses: tuple[Lapse, ...]
    falls: tuple[Fall, ...]


def expiries(
    knowledge: Knowledge, organisation: Organisation, begin: date, end: date, policy: Policy
) -> tuple[Expiry, ...]:
    """Return what has its last day from one day to another, both included, if nothing is added to the records.

    What falls is told by two assessments of the day after, by the law of that day: one with the evidence as it is then,
    one as if the evidence were a day younger. What else changes on that day is no matter here.
    """
    reader = _Reader(knowledge, organisation, policy)
    return tuple(reader.expiries(begin, end))


class _Reader:
    def __init__(self, knowledge: Knowledge, organisation: Organisation, policy: Policy) -> None:
        self.knowledge = knowledge
        self.organisation = organisation
        self.policy = policy
        self.readers = cache(lambda day: EvidenceReader(knowledge, organisation, day))
        self.templates = {t.iri: t for templates in knowledge.templates.values() for t in templates}
        self.evidence = {item.iri: item for item in organisation.evidence}
        self.implementations = {i.iri: i for i in organisation.implementations if i.status == "Implemented"}

    def expiries(self, begin: date, end: date) -> Iterator[Expiry]:
        """Yield what has its last day in a span, by day; nothing of implementations that are not in force then."""
        for last, touched in sorted(self._last_days(begin, end).items()):
            lapses = tuple(lapse for iri in sorted(touched) for lapse in self._lapses(self.implementations[iri], last))
            if lapses:
                lapsed = {lapse.evidence for lapse in lapses}
                bears = any(self._gives_way(self.implementations[iri], last) for iri in touched)
                yield Expiry(last, lapses, tuple(self._falls(last, lapsed)) if bears else ())

    def _last_days(self, begin: date, end: date) -> dict[date, set[Iri]]:
        """Return the days that may be the last of some item for a template, with the implementations it evidences."""
        found: dict[date, set[Iri]] = defaultdict(set)
        for item in self.organisation.evidence:
            for iri in self.implementations.keys() & set(item.implementations):
                for template in self.knowledge.templates.get(self.implementations[iri].control, ()):
                    limit = last_day(item, template)
                    if limit is not None and begin <= limit <= end:
                        found[limit].add(iri)
        return found

    def _lapses(self, implementation: Implementation, last: date) -> Iterator[Lapse]:
        if not implementation.in_force(last):
            return
        left: dict[tuple[Iri, Iri], bool] = {}
        pairs = (zip(old.templates, new.templates, strict=True) for old, new in self._checks(implementation, last))
        for before, after in chain.from_iterable(pairs):
            for iri in before.counted:
                if last_day(self.evidence[iri], self.templates[before.template]) == last:
                    key = (iri, before.template)
                    left[key] = left.get(key, True) and (after.passes or not before.passes)
        for (iri, template), enough in sorted(left.items()):
            by_age = self.evidence[iri].valid_until != last
            yield Lapse(iri, implementation.iri, implementation.control, template, by_age, enough)

    def _gives_way(self, implementation: Implementation, last: date) -> bool:
        """Tell whether an implementation is evidenced in some scope on a day and no longer on the next."""
        return any(before.passes and not after.passes for before, after in self._checks(implementation, last))

    def _checks(self, implementation: Implementation, last: date) -> Iterator[tuple[EvidenceCheck, EvidenceCheck]]:
        """Yield how far an implementation is evidenced in each scope, on a day and on the day after."""
        everywhere = (*implementation.scopes, *self.organisation.assets)
        reaches = everywhere if self.organisation.iri in implementation.scopes else implementation.scopes
        today, then = (self.readers(day) for day in (last, last + _DAY))
        for scope in dict.fromkeys(reaches):
            yield today.check(implementation, scope), then.check(implementation, scope)

    def _falls(self, last: date, lapsed: set[Iri]) -> Iterator[Fall]:
        younger = replace(self.organisation, evidence=tuple(map(_a_day_later, self.organisation.evidence)))
        before, after = (self._assessed(org, last + _DAY) for org in (younger, self.organisation))
        for old, new in zip(before.results, after.results, strict=True):
            if {old.state, new.state} <= set(_RANK) and _RANK.index(new.state) < _RANK.index(old.state):
                because = tuple(sorted(lapsed & _counted(old) or lapsed))
                yield Fall(old.requirement, old.scope, old.state, new.state, because)

    def _assessed(self, organisation: Organisation, day: date) -> Assessment:
        return assess(self.knowledge, organisation, day, self.policy)


def _a_day_later(item: Evidence) -> Evidence:
    """Return an item with its dates moved by a day, so that it stands tomorrow as it does today."""
    issued, until = (day + _DAY if day else None for day in (item.issued, item.valid_until))
    return replace(item, issued=issued, valid_until=until)


def _counted(result: Result) -> set[Iri]:
    basis = result.otherwise or result
    checks = (check for support in (*result.support, *basis.support) for check in support.checks)
    return {iri for check in checks for template in check.templates for iri in template.counted}
