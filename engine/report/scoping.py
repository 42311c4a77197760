"""Who is bound and why: roles and facts of each asset, and which requirements apply to it from when."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from engine.graph import Iri
from engine.model import State
from engine.report.values import ApplicabilityGroup, Asset, Fact, Role
from engine.vocabulary import NG

if TYPE_CHECKING:
    from datetime import date

    from engine.coverage.values import Kind, Result
    from engine.graph import Value
    from engine.model import RoleAssignment
    from engine.report.names import Names

__all__ = ["VERDICTS", "applicability", "assets", "verdict_of"]

VERDICTS = ("applies", "deemed", "not-yet", "undetermined", "not-applicable")
_RISK_CLASS = Iri(NG.riskClass.value)


def assets(names: Names) -> tuple[Asset, ...]:
    """Return the organisation and every asset that is a scope or in respect of which a role is recorded."""
    organisation = names.organisation
    named = {result.scope for result in names.assessment.results}
    named |= {iri for role in organisation.roles for iri in role.respects}
    owned = sorted(named & set(organisation.assets), key=lambda iri: (_kind(names, iri), iri))
    return tuple(_asset(names, iri) for iri in (organisation.iri, *owned))


def _asset(names: Names, iri: Iri) -> Asset:
    facts = {fact: values for (subject, fact), values in names.organisation.facts.items() if subject == iri}
    classes = facts.pop(_RISK_CLASS, ())
    roles = [r for r in names.organisation.roles if iri in r.respects and r.in_force(names.assessment.day)]
    return Asset(
        asset=names.scope(iri),
        kind=_kind(names, iri),
        risk_class=", ".join(_words(names, value) for value in classes),
        roles=tuple(_role(names, role) for role in roles),
        facts=tuple(sorted((_fact(names, fact, facts[fact]) for fact in facts), key=lambda f: (f.label, f.value))),
    )


def _kind(names: Names, iri: Iri) -> str:
    asset = names.organisation.assets.get(iri)
    return ", ".join(names.label(c) for c in asset.classes) if asset else "Organisation"


def _role(names: Names, role: RoleAssignment) -> Role:
    return Role(names.scope(role.role), role.holds, role.ground, role.valid_from)


def _fact(names: Names, fact: Iri, values: tuple[Value, ...]) -> Fact:
    return Fact(names.label(fact), ", ".join(_words(names, value) for value in values))


def _words(names: Names, value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return names.label(Iri(text)) if "://" in text else text


def verdict_of(result: Result) -> str:
    """Return whether a requirement binds in a scope, by the rule that settled it."""
    settled = result.otherwise if result.rule == "R0" and result.otherwise is not None else result
    if settled.state is State.NOT_APPLICABLE:
        return "not-applicable"
    if settled.state is State.NOT_YET:
        return "not-yet"
    if settled.state is State.REVIEW and settled.rule in {"R2", "R2b"}:
        return "undetermined"
    return "deemed" if settled.rule == "R1c" else "applies"


def applicability(names: Names) -> tuple[ApplicabilityGroup, ...]:
    """Return which requirements apply where and why, those with the same answer together."""
    cells: dict[tuple[str, str, Kind | None, date | None, str], dict[Iri, list[Iri]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for result in names.assessment.results:
        framework = names.knowledge.framework_of(result.requirement)
        verdict = verdict_of(result)
        since = result.effective_from if verdict in {"applies", "not-yet"} else None
        key = (framework.name if framework else "", verdict, result.kind, since, _reason(names, result, verdict))
        cells[key][result.requirement].append(result.scope)
    groups = [group for key, found in cells.items() for group in _groups(names, key, found)]
    order = {framework.name: place for place, framework in enumerate(names.assessment.frameworks)}
    return tuple(sorted(groups, key=lambda g: (order.get(g.framework, -1), VERDICTS.index(g.verdict))))


def _groups(
    names: Names, key: tuple[str, str, Kind | None, date | None, str], found: dict[Iri, list[Iri]]
) -> list[ApplicabilityGroup]:
    framework, verdict, kind, since, reason = key
    alike: dict[tuple[Iri, ...], list[Iri]] = defaultdict(list)
    for requirement, scopes in found.items():
        alike[tuple(scopes)].append(requirement)
    return [
        ApplicabilityGroup(
            verdict=verdict,
            kind=kind,
            framework=framework,
            scopes=tuple(names.scope(scope) for scope in scopes),
            applies_from=since,
            reason=reason,
            requirements=tuple(names.law(iri) for iri in requirements),
        )
        for scopes, requirements in alike.items()
    ]


def _reason(names: Names, result: Result, verdict: str) -> str:
    """Return why, without the name of the scope, so that the same reason for several assets reads once."""
    settled = result.otherwise if result.rule == "R0" and result.otherwise is not None else result
    if verdict in {"not-yet", "applies"}:
        text = settled.grounds[0].statement if settled.grounds else "applies to everyone"
    elif verdict == "undetermined":
        text = settled.questions[0] if settled.questions else settled.reason
    else:
        text = settled.reason
    where = names.label(result.scope)
    return text.replace(f" for {where}", "").replace(f" of {where}", "").replace(f" ({where})", "")
