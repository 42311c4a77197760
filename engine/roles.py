"""Which roles an organisation has: on record, or given and ended by rules (AI Act 25; decision 22)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from engine.graph import Iri
from engine.kleene import Truth
from engine.timing import Timing
from engine.verdicts import Ground, Verdict, conjoin, disjoin, ground
from engine.vocabulary import NG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.applicability import Applicability
    from engine.rules import RoleChangeRule

__all__ = ["Bearing", "RoleReader"]

_SYSTEM = Iri(NG.AISystem.value)


@dataclass(frozen=True, slots=True)
class Bearing:
    """Whether a role is held in respect of a scope.

    :ivar sources: the provisions that alone give the role, with the asset each is about; none where it is on record.
    """

    verdict: Verdict
    sources: tuple[tuple[Iri, Iri], ...] = ()


class RoleReader:
    """Answer, for one organisation on one day, which roles it has in respect of what."""

    def __init__(self, applicability: Applicability) -> None:
        self.applicability = applicability
        self.knowledge = applicability.knowledge
        self.organisation = applicability.organisation
        self.day = applicability.day
        self._known: dict[tuple[Iri, Iri], Bearing] = {}

    def bearing(self, role: Iri, scope: Iri) -> Bearing:
        """Return whether the organisation has a role in respect of a scope."""
        key = (role, scope)
        if key not in self._known:
            self._known[key] = self._bearing(role, scope)
        return self._known[key]

    def since(self, roles: Iterable[Iri], scope: Iri) -> Timing | None:
        """Return from when a role that rules alone give binds; nothing where one of the roles is on record, or none is.

        Of several rules the one that applies first counts.
        """
        held = [b for role in roles if (b := self.bearing(role, scope)).verdict.truth is Truth.TRUE]
        if not held or any(not bearing.sources for bearing in held):
            return None
        sources = {source for bearing in held for source in bearing.sources}
        timings = (self.applicability.timing(provision, asset) for provision, asset in sorted(sources))
        return reduce(Timing.or_earlier, timings)

    def _bearing(self, role: Iri, scope: Iri) -> Bearing:
        recorded = self._recorded(role, scope)
        if recorded.truth is Truth.TRUE:
            return Bearing(self._unless_ended(role, scope, recorded))
        made, sources = self._made(role, scope)
        if made.truth is Truth.TRUE:
            return Bearing(made, sources)
        silent = made.truth is Truth.UNDETERMINED and recorded.truth is Truth.FALSE and not self._denied(role, scope)
        return Bearing(made if silent else Verdict(recorded.truth, (recorded,)))

    def _recorded(self, role: Iri, scope: Iri) -> Ground:
        recorded = [r for r in self.organisation.roles if scope == self.organisation.iri or scope in r.respects]
        current = [r for r in recorded if r.in_force(self.day)]
        name, where = self.knowledge.citation(role), self.applicability.name(scope)
        for assignment in current:
            if assignment.holds and self.knowledge.is_a(assignment.role, role):
                statement = f"{name} of {where}: {assignment.ground or 'as recorded'}"
                return Ground(Truth.TRUE, statement, (assignment.iri,))
        denials = self._denied(role, scope)
        scheme = self.knowledge.schemes.get(role)
        others = [r.iri for r in recorded if r.holds and scheme and self.knowledge.schemes.get(r.role) == scheme]
        if denials or others:
            return Ground(Truth.FALSE, f"not {name} of {where}", tuple(denials or others))
        question = f"Is {self.organisation.label or self.organisation.iri} {name} in respect of {where}?"
        return Ground(Truth.UNDETERMINED, f"no role of this kind is recorded for {where}", (scope, role), question)

    def _denied(self, role: Iri, scope: Iri) -> list[Iri]:
        return [
            r.iri
            for r in self.organisation.roles
            if (scope == self.organisation.iri or scope in r.respects)
            and r.in_force(self.day)
            and not r.holds
            and self.knowledge.is_a(role, r.role)
        ]

    def _made(self, role: Iri, scope: Iri) -> tuple[Verdict, tuple[tuple[Iri, Iri], ...]]:
        rules = [r for r in self.knowledge.role_changes if r.makes_role and self.knowledge.is_a(r.makes_role, role)]
        found = [(self._fires(rule, asset), rule.source, asset) for rule in rules for asset in self._assets(scope)]
        whole = disjoin([verdict for verdict, _, _ in found])
        return whole, tuple((source, asset) for verdict, source, asset in found if verdict.truth is Truth.TRUE)

    def _fires(self, rule: RoleChangeRule, asset: Iri) -> Verdict:
        conditions = self.applicability.hold(rule.conditions, asset)
        if not rule.if_roles or conditions.truth is Truth.FALSE:
            return self._by(rule, conditions)
        before = disjoin([Verdict((g := self._recorded(role, asset)).truth, (g,)) for role in rule.if_roles])
        return self._by(rule, conjoin([before, conditions]))

    def _by(self, rule: RoleChangeRule, verdict: Verdict) -> Verdict:
        named = tuple(
            Ground(g.truth, f"{rule.label}: {g.statement}", (rule.iri, *g.inputs), g.question) for g in verdict.grounds
        )
        return Verdict(verdict.truth, named)

    def _assets(self, scope: Iri) -> tuple[Iri, ...]:
        return self.applicability.assets_of(_SYSTEM) if scope == self.organisation.iri else (scope,)

    def _unless_ended(self, role: Iri, scope: Iri, recorded: Ground) -> Verdict:
        for rule in self.knowledge.role_changes:
            if (
                rule.ends_role is None
                or scope == self.organisation.iri
                or not self.knowledge.is_a(rule.ends_role, role)
            ):
                continue
            applies = self.applicability.timing(rule.source, scope).applies(self.day)
            ended = self.applicability.hold(rule.conditions, scope)
            if applies is Truth.TRUE and ended.truth is Truth.TRUE:
                told = f"not {self.knowledge.citation(role)} of {self.applicability.name(scope)} any more: {rule.label}"
                return ground(Truth.FALSE, told, rule.iri)
        return Verdict(Truth.TRUE, (recorded,))
