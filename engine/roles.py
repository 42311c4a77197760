"""Which roles an organisation has: on record, or given and ended by rules (AI Act 25; decision 22)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.graph import Iri
from engine.kleene import Truth
from engine.rules import law_on
from engine.timing import Timing
from engine.verdicts import Ground, Verdict, disjoin, ground
from engine.vocabulary import NG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.applicability import Applicability
    from engine.model import RoleAssignment
    from engine.rules import RoleChangeRule

__all__ = ["Bearing", "Change", "RoleReader"]

_ORGANISATION = Iri(NG.Organisation.value)


@dataclass(frozen=True, slots=True)
class Change:
    """What a change of role does for an asset: whether it gives the role, and from when its provision applies there."""

    verdict: Verdict
    timing: Timing


@dataclass(frozen=True, slots=True)
class Bearing:
    """Whether a role is held in respect of a scope: what the record says, and the changes of role that may give it."""

    recorded: Ground
    changes: tuple[Change, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Whether the role is held, on record or by a change."""
        return disjoin([Verdict(self.recorded.truth, (self.recorded,)), *(change.verdict for change in self.changes)])

    def since(self) -> tuple[list[Timing], list[Timing]]:
        """Return from when the role surely binds, one timing a way in which it is held, and from when it may."""
        sure = [change.timing for change in self.changes if change.verdict.truth is Truth.TRUE]
        unsure = [change.timing for change in self.changes if change.verdict.truth is Truth.UNDETERMINED]
        if self.recorded.truth is Truth.TRUE:
            return [_ALWAYS, *sure], unsure
        return sure, [_ALWAYS, *unsure] if self.recorded.truth is Truth.UNDETERMINED and not sure else unsure


_ALWAYS = Timing((), (), bound=False)


class RoleReader:
    """Answer, for one organisation on one day, which roles it has in respect of what."""

    def __init__(self, applicability: Applicability) -> None:
        self.applicability = applicability
        self.knowledge = applicability.knowledge
        self.organisation = applicability.organisation
        self.day = applicability.day
        self._rules = law_on(self.knowledge.role_changes, self.day)
        self._known: dict[tuple[Iri, Iri, bool], Bearing] = {}

    def bearing(self, role: Iri, scope: Iri, *, whole: bool = False) -> Bearing:
        """Return whether the organisation has a role in respect of a scope.

        :param whole: whether what is on record in respect of the organisation itself counts for the scope.
        """
        key = (role, scope, whole)
        if key not in self._known:
            recorded = self._recorded(role, scope, whole=whole)
            self._known[key] = Bearing(recorded, tuple(self._changes(role, scope, whole=whole)))
        return self._known[key]

    def since(self, roles: Iterable[Iri], scope: Iri, *, whole: bool = False) -> Timing:
        """Return from when one of some roles binds: always where one is on record, else as the rules that give it say.

        The first possible day is that of whatever may give a role; the last that of the first that surely does, or
        where none surely does that of the last that may.
        """
        sure: list[Timing] = []
        unsure: list[Timing] = []
        for role in roles:
            held, open_ = self.bearing(role, scope, whole=whole).since()
            sure, unsure = sure + held, unsure + open_
        if not sure and not unsure:
            return _ALWAYS
        first = min(timing.span[0] for timing in sure + unsure)
        last = min((t.span[1] for t in sure), default=max((t.span[1] for t in unsure), default=first))
        windows = tuple(sorted({window for timing in sure + unsure for window in timing.windows}))
        return Timing((), windows, bound=True, begins=(first, last))

    def _recorded(self, role: Iri, scope: Iri, *, whole: bool) -> Ground:
        recorded = self._assignments(scope, whole=whole)
        name, where = self.knowledge.citation(role), self.applicability.name(scope)
        ended: list[RoleChangeRule] = []
        for assignment in (r for r in recorded if r.in_force(self.day) and r.holds):
            if self.knowledge.is_a(assignment.role, role):
                ending = self._ended(assignment.role, scope, whole=whole)
                if ending is None:
                    statement = f"{name} of {where}: {assignment.ground or 'as recorded'}"
                    return Ground(Truth.TRUE, statement, (assignment.iri,))
                ended.append(ending)
        if ended:
            told = f"not {name} of {where} any more: {ended[0].label}"
            return Ground(Truth.FALSE, told, tuple(rule.iri for rule in ended))
        denials = self._denied(role, recorded)
        scheme = self.knowledge.schemes.get(role)
        others = [r.iri for r in recorded if r.holds and scheme and self.knowledge.schemes.get(r.role) == scheme]
        if denials or others:
            return Ground(Truth.FALSE, f"not {name} of {where}", tuple(denials or others))
        question = f"Is {self.organisation.label or self.organisation.iri} {name} in respect of {where}?"
        return Ground(Truth.UNDETERMINED, f"no role of this kind is recorded for {where}", (scope, role), question)

    def _assignments(self, scope: Iri, *, whole: bool) -> list[RoleAssignment]:
        """Return the assignments in respect of a scope; for the organisation all count."""
        owner = self.organisation.iri
        wanted = {scope, owner} if whole else {scope}
        return [r for r in self.organisation.roles if scope == owner or wanted & set(r.respects)]

    def _denied(self, role: Iri, assignments: Iterable[RoleAssignment]) -> list[Iri]:
        current = (r for r in assignments if r.in_force(self.day) and not r.holds)
        return [r.iri for r in current if self.knowledge.is_a(role, r.role)]

    def _changes(self, role: Iri, scope: Iri, *, whole: bool) -> Iterator[Change]:
        """Yield the changes of role that give a role in a scope, or may."""
        for rule in self._rules:
            if rule.makes_role is None or not self.knowledge.is_a(rule.makes_role, role):
                continue
            for asset in self._read_for(rule, scope):
                verdict = self._made(rule, asset, scope, whole=whole)
                if verdict.truth is not Truth.FALSE:
                    yield Change(verdict, self.applicability.timing(rule.source, asset))

    def _made(self, rule: RoleChangeRule, asset: Iri, scope: Iri, *, whole: bool) -> Verdict:
        """Return whether a rule gives its role for an asset; what is undetermined a recorded denial settles."""
        fires = self._fires(rule, asset, whole=whole)
        if fires.truth is not Truth.UNDETERMINED or rule.makes_role is None:
            return fires
        of_organisation = [r for r in self.organisation.roles if self.organisation.iri in r.respects]
        denying = [*self._assignments(asset, whole=whole), *(of_organisation if scope == self.organisation.iri else ())]
        denials = self._denied(rule.makes_role, denying)
        return ground(Truth.FALSE, f"denied: {rule.label}", denials[0]) if denials else fires

    def _fires(self, rule: RoleChangeRule, asset: Iri, *, whole: bool) -> Verdict:
        if rule.if_roles and not any(self._is_on_record(role, asset, whole=whole) for role in rule.if_roles):
            return ground(Truth.FALSE, f"{rule.label}: none of its roles is on record", rule.iri)
        conditions = self.applicability.hold(rule.conditions, asset)
        named = tuple(
            Ground(g.truth, f"{rule.label}: {g.statement}", (rule.iri, *g.inputs), g.question)
            for g in conditions.grounds
        )
        return Verdict(conditions.truth, named)

    def _is_on_record(self, role: Iri, asset: Iri, *, whole: bool) -> bool:
        current = (r for r in self._assignments(asset, whole=whole) if r.in_force(self.day) and r.holds)
        return any(self.knowledge.is_a(assignment.role, role) for assignment in current)

    def _ended(self, role: Iri, scope: Iri, *, whole: bool) -> RoleChangeRule | None:
        """Return the rule that has ended a role on record for an asset; for the organisation none does."""
        for rule in self._rules if scope != self.organisation.iri else ():
            if rule.ends_role is None or not self.knowledge.is_a(role, rule.ends_role):
                continue
            applies = self.applicability.timing(rule.source, scope).applies(self.day)
            if applies is Truth.TRUE and self._fires(rule, scope, whole=whole).truth is Truth.TRUE:
                return rule
        return None

    def _read_for(self, rule: RoleChangeRule, scope: Iri) -> tuple[Iri, ...]:
        """Return what a rule is read for: a scope, or for the organisation each asset its conditions ask about."""
        if scope != self.organisation.iri:
            return (scope,)
        asked = {kind for condition in rule.conditions for kind in self._asked(condition)} - {_ORGANISATION}
        assets = self.organisation.assets.values()
        if not asked:
            return tuple(asset.iri for asset in assets)
        return tuple(asset.iri for asset in assets if asked & set(asset.classes)) or (scope,)

    def _asked(self, condition: Iri) -> Iterator[Iri]:
        """Yield the classes of things whose facts a condition asks about."""
        known = self.knowledge.conditions.get(condition)
        if known is not None:
            yield from (known.fact_of,) if known.fact_of else ()
            yield from (kind for part in known.operands for kind in self._asked(part))
