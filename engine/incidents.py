"""From what people call an incident to the event types that the law knows, certain and possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import UnknownName
from engine.kleene import Truth
from engine.vocabulary import ID, NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.graph import Graph, Iri
    from engine.knowledge import Knowledge

__all__ = ["event_types_of", "is_of"]

_BROADER = f"{PREFIXES['skos']}broader"

_KIND, _EVENT = f"{ID}incident-kind/", f"{ID}event/"


def event_types_of(
    content: Graph, kind: str, *, certain: Iterable[str] = (), excluded: Iterable[str] = ()
) -> dict[Iri, Truth]:
    """Return the event types of an incident: true where it is of the type, undetermined where it may be.

    :param kind: the name of an incident kind (``ransomware``), or of an event type, which is then certain.
    :param certain: names of event types it certainly is.
    :param excluded: names of event types it certainly is not, nor anything narrower that it only might be.
    :raises UnknownName: if there is no such kind or type.
    """
    known = {iri.removeprefix(_EVENT): iri for iri in content.instances(NG.EventType)}
    kinds = {iri.removeprefix(_KIND): iri for iri in content.instances(NG.IncidentKind)}
    found = _of_kind(content, kinds[kind]) if kind in kinds else {_named(kind, known, kinds): Truth.TRUE}
    found |= {_named(name, known): Truth.TRUE for name in certain}
    without = {_named(name, known) for name in excluded}
    open_yet = [iri for iri, truth in found.items() if truth is Truth.UNDETERMINED]
    without.update(iri for iri in open_yet if not without.isdisjoint(_wider(content, iri)))
    return found | dict.fromkeys(sorted(without), Truth.FALSE)


def is_of(knowledge: Knowledge, event_types: Mapping[Iri, Truth], wanted: Iterable[Iri]) -> Truth:
    """Tell whether an incident is of one of some types.

    Types do not exclude each other: what is known leaves open every type below the same wider one, until that is
    excluded.
    """
    return max((_is_of_one(knowledge, event_types, each) for each in wanted), default=Truth.FALSE)


def _is_of_one(knowledge: Knowledge, event_types: Mapping[Iri, Truth], wanted: Iri) -> Truth:
    told = [truth for known, truth in event_types.items() if knowledge.is_a(known, wanted)]
    wider = knowledge.ancestors_of_concept.get(wanted, frozenset())
    if all(event_types.get(each) is not Truth.FALSE for each in (wanted, *wider)) and wanted not in event_types:
        beside = (truth for known, truth in event_types.items() if any(knowledge.is_a(known, each) for each in wider))
        told += [min(truth, Truth.UNDETERMINED) for truth in beside]
    return max(told, default=Truth.FALSE)


def _wider(content: Graph, iri: Iri) -> Iterator[Iri]:
    for above in content.iris(iri, _BROADER):
        yield above
        yield from _wider(content, above)


def _of_kind(content: Graph, kind: Iri) -> dict[Iri, Truth]:
    possible = dict.fromkeys(content.iris(kind, NG.mayBeOfType), Truth.UNDETERMINED)
    return possible | dict.fromkeys(content.iris(kind, NG.isOfType), Truth.TRUE)


def _named(name: str, known: dict[str, Iri], kinds: Iterable[str] = ()) -> Iri:
    if name not in known:
        raise UnknownName(
            "incident kind or event type" if kinds else "event type", name, (*sorted(kinds), *sorted(known))
        )
    return known[name]
