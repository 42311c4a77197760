"""An organisation as its records would be once some actions were carried out; nothing is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.graph import Iri
from engine.model import Evidence, Implementation, Judgement
from engine.plan.actions import How, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from engine.model import Organisation
    from engine.plan.actions import Action, Item

__all__ = ["carried_out", "planned_iri"]


def carried_out(organisation: Organisation, actions: Iterable[Action], day: date) -> Organisation:
    """Return what would be recorded on a day: controls in operation, evidence current and approved, judgements made."""
    actions = tuple(actions)
    items = [item for action in actions for item in action.items]
    approved = {item.evidence for item in items if item.how is How.APPROVE}
    known = {item.iri: item for item in organisation.evidence}
    new = (made for item in items if item.how is not How.APPROVE for made in _made(organisation, item, known, day))
    return replace(
        organisation,
        implementations=(*organisation.implementations, *_implemented(organisation, actions)),
        evidence=(*(_approved(organisation, e) if e.iri in approved else e for e in organisation.evidence), *new),
        judgements=(*organisation.judgements, *_judged(organisation, actions, day)),
    )


def planned_iri(organisation: Organisation, *parts: str) -> Iri:
    """Return the identifier of something that is only imagined."""
    return Iri(f"{organisation.iri}#planned-{'-'.join(part.rpartition('/id/')[2] for part in parts)}")


def _implemented(organisation: Organisation, actions: Iterable[Action]) -> Iterator[Implementation]:
    for action in actions:
        if action.kind is Kind.IMPLEMENT:
            yield Implementation(
                iri=planned_iri(organisation, action.subject, *action.scopes),
                label="",
                control=action.subject,
                status="Implemented",
                scopes=action.scopes,
                owner=None,
                valid_from=None,
                valid_until=None,
                justification="",
                approved_by=(),
                graph=organisation.iri,
            )


def _made(organisation: Organisation, item: Item, known: Mapping[Iri, Evidence], day: date) -> Iterator[Evidence]:
    old = known.get(item.evidence) if item.evidence else None
    for number in range(1, item.number + 1):
        yield Evidence(
            iri=planned_iri(organisation, *item.key, str(number)),
            label="",
            implementations=old.implementations if old else item.implementations,
            evidence_type=old.evidence_type if old else item.evidence_type,
            outcome="Supports",
            issued=day,
            valid_until=day,
            collected_by=(),
            approved_by=(_second_person(organisation),),
            respects=old.respects if old else item.about,
            supersedes=(),
            performs=(),
            events=(),
            sha256="",
            graph=organisation.iri,
        )


def _second_person(organisation: Organisation) -> Iri:
    return planned_iri(organisation, "second-person")


def _approved(organisation: Organisation, item: Evidence) -> Evidence:
    return replace(item, approved_by=(_second_person(organisation),))


def _judged(organisation: Organisation, actions: Iterable[Action], day: date) -> Iterator[Judgement]:
    for action in actions:
        if action.kind is Kind.JUDGEMENT:
            yield Judgement(
                iri=planned_iri(organisation, action.subject, *action.scopes),
                requirement=action.subject,
                respects=action.scopes,
                sufficient=True,
                judged_by=None,
                issued=day,
                valid_until=day,
                reason="imagined",
                graph=organisation.iri,
            )
