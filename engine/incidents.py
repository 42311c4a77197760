"""From what people call an incident to the event types that the law knows, certain and possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import UnknownName
from engine.kleene import Truth
from engine.vocabulary import ID, NG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.graph import Graph, Iri

__all__ = ["event_types_of"]

_KIND, _EVENT = f"{ID}incident-kind/", f"{ID}event/"


def event_types_of(
    content: Graph, kind: str, *, certain: Iterable[str] = (), excluded: Iterable[str] = ()
) -> dict[Iri, Truth]:
    """Return the event types of an incident: true where it is of the type, undetermined where it may be.

    :param kind: the name of an incident kind (``ransomware``), or of an event type, which is then certain.
    :param certain: names of event types it certainly is.
    :param excluded: names of event types it certainly is not.
    :raises UnknownName: if there is no such kind or type.
    """
    known = {iri.removeprefix(_EVENT): iri for iri in content.instances(NG.EventType)}
    kinds = {iri.removeprefix(_KIND): iri for iri in content.instances(NG.IncidentKind)}
    found = _of_kind(content, kinds[kind]) if kind in kinds else {_named(kind, known, kinds): Truth.TRUE}
    found |= {_named(name, known): Truth.TRUE for name in certain}
    for name in excluded:
        found[_named(name, known)] = Truth.FALSE
    return found


def _of_kind(content: Graph, kind: Iri) -> dict[Iri, Truth]:
    possible = dict.fromkeys(content.iris(kind, NG.mayBeOfType), Truth.UNDETERMINED)
    return possible | dict.fromkeys(content.iris(kind, NG.isOfType), Truth.TRUE)


def _named(name: str, known: dict[str, Iri], kinds: Iterable[str] = ()) -> Iri:
    if name not in known:
        raise UnknownName(
            "incident kind or event type" if kinds else "event type", name, (*sorted(kinds), *sorted(known))
        )
    return known[name]
