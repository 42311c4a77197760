"""State what an amending act did to the provisions of another: which slots it made, changed or emptied."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from engine.eurlex.graph import date, home_of
from engine.vocabulary import NG, PREFIXES, Namespace, identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.eurlex.known import Framework

__all__ = ["Change", "ChangeType", "change_quads"]

_DCTERMS, _RDF, _SKOS = (Namespace(PREFIXES[prefix]) for prefix in ("dcterms", "rdf", "skos"))


class ChangeType(StrEnum):
    """What happened to a slot; the value is the local name of the term that says so."""

    INSERTED = "Inserted"
    REPLACED = "Replaced"
    DELETED = "Deleted"


@dataclass(frozen=True)
class Change:
    """What an amending point (``by``, its identifier) did to the slot ``path``, told in our own words.

    ``title`` is the new official heading where a heading was replaced.
    """

    path: str
    type: ChangeType
    by: str
    summary: str
    title: str = ""


def change_quads(changes: Iterable[Change], before: Framework, after: Framework) -> Iterator[Quad]:
    """Yield a version node of every changed slot, and of one that had a wording before also the version that ended.

    The end of the earlier version is the first day on which it is no longer law.
    """
    for change in changes:
        yield from _new_version(change, after)
        if change.type is not ChangeType.INSERTED:
            yield from _old_version(change, before, after)


def _new_version(change: Change, after: Framework) -> Iterator[Quad]:
    home, subject = home_of(after), _version(change, after)
    yield Quad(subject, _RDF.type, NG.ProvisionVersion, home)
    yield Quad(subject, NG.versionOf, identifier(f"{after.key}/{change.path}"), home)
    yield Quad(subject, NG.validFrom, date(after.valid_from), home)
    yield Quad(subject, NG.changeType, NG(change.type.value), home)
    yield Quad(subject, NG.changedBy, identifier(change.by), home)
    yield Quad(subject, _DCTERMS.abstract, Literal(change.summary, language="en"), home)
    if change.title:
        yield Quad(subject, _SKOS.prefLabel, Literal(change.title, language="en"), home)


def _old_version(change: Change, before: Framework, after: Framework) -> Iterator[Quad]:
    home, subject = home_of(after), _version(change, before)
    yield Quad(subject, _RDF.type, NG.ProvisionVersion, home)
    yield Quad(subject, NG.versionOf, identifier(f"{before.key}/{change.path}"), home)
    yield Quad(subject, NG.validFrom, date(before.valid_from), home)
    yield Quad(subject, NG.validUntil, date(after.valid_from), home)


def _version(change: Change, framework: Framework) -> NamedNode:
    return identifier(f"{framework.key}/{change.path}/v/{framework.version}")
