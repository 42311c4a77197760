"""Who vouches for a mapping row: decisions of named persons, and the review state they add up to (decision 23).

A row leaves ``proposed`` only by a named person. An objection stops it, whoever has signed; two other persons may set
the objection aside, and it stays on record. ``legally-reviewed`` takes a lawyer and a second person.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from engine.graph import Iri
from engine.model import ReviewState
from engine.vocabulary import NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from engine.graph import Graph
    from engine.mapping.rows import MappingRow

__all__ = ["Decision", "Review", "Standing", "content_hash", "reviews_of", "standing"]

_PROV, _SKOS = PREFIXES["prov"], PREFIXES["skos"]
_TWO = 2
"""How many persons it takes to call a row legally reviewed, and to set an objection aside."""


class Decision(Enum):
    """What a person decided about a row; the value is the local name of the term.

    The order counts where a file states two of one person for one day: the later one here claims less, or stops more.
    """

    UPHELD = "Upheld"
    LAWYER = "SignedAsLawyer"
    EXPERT = "SignedAsExpert"
    WITHDRAWN = "Withdrawn"
    CONTESTED = "Contested"
    DISMISSED = "Dismissed"


_SIGNED = frozenset({Decision.EXPERT, Decision.LAWYER, Decision.UPHELD})
_CAUTION = {decision: place for place, decision in enumerate(Decision)}
_STOPS = {Decision.CONTESTED: ReviewState.DISPUTED, Decision.DISMISSED: ReviewState.REJECTED}


@dataclass(frozen=True, slots=True)
class Review:
    """One decision of one person about one row.

    :ivar hash: the hash of what the row said then.
    """

    iri: Iri
    mapping: Iri
    person: Iri
    name: str
    decision: Decision
    on: date | None
    reason: str
    hash: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the decisions about a row add up to.

    :ivar counted: the decision of each person that counts, by person.
    :ivar minority: objections that others have set aside.
    :ivar stale: signatures for another content of the row.
    """

    state: ReviewState
    counted: tuple[Review, ...] = ()
    minority: tuple[Review, ...] = ()
    stale: tuple[Review, ...] = ()


def content_hash(row: MappingRow) -> str:
    """Return the SHA-256 of what a row says, labels, comments and its review aside."""
    said = (
        row.subject,
        row.object,
        row.relationship,
        row.rationale_type,
        row.rationale,
        row.residual,
        list(row.covers),
        list(row.touches),
        list(row.exceptions),
        row.scope_qualifier,
        row.subject_version,
        row.object_version,
    )
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def reviews_of(content: Graph) -> tuple[Review, ...]:
    """Return the reviews that a graph records, by day and identifier."""
    found = [_review(content, iri) for iri in content.instances(NG.MappingReview)]
    return tuple(sorted(found, key=lambda review: (str(review.on), review.iri)))


def _review(content: Graph, iri: Iri) -> Review:
    person = Iri(content.text(iri, f"{_PROV}wasAssociatedWith"))
    return Review(
        iri=iri,
        mapping=Iri(content.text(iri, f"{_PROV}used")),
        person=person,
        name=content.text(person, f"{_SKOS}prefLabel") or person.removeprefix("mailto:"),
        decision=Decision(NG.local(content.text(iri, NG.decision))),
        on=content.date(iri, f"{_PROV}endedAtTime"),
        reason=content.text(iri, NG.reason),
        hash=content.text(iri, NG.contentHash),
    )


def standing(row: MappingRow, reviews: Iterable[Review], day: date) -> Standing:
    """Return what the reviews of a row, up to a day, make of it.

    A stale signature counts for nothing; a stale objection still stops the row, for whoever objected has not said that
    the new content is right.
    """
    latest = _latest(review for review in reviews if review.on is not None and review.on <= day)
    digest = content_hash(row)
    stale = tuple(r for r in latest if r.decision in _SIGNED and r.hash != digest)
    counted = tuple(r for r in latest if r not in stale and r.decision is not Decision.WITHDRAWN)
    minority = tuple(r for r in counted if r.decision in _STOPS and _set_aside(r, counted))
    stopping = [_STOPS[r.decision] for r in counted if r.decision in _STOPS and r not in minority]
    state = max(stopping) if stopping else _signed(row, counted)
    return Standing(state, tuple(r for r in counted if r not in minority), minority, stale)


def _latest(reviews: Iterable[Review]) -> tuple[Review, ...]:
    """Return the last decision of each person; of several on one day, whose order nobody knows, the most cautious."""
    by_person: dict[Iri, list[Review]] = defaultdict(list)
    for review in reviews:
        by_person[review.person].append(review)
    found = (max(of_one, key=lambda r: (str(r.on), _CAUTION[r.decision], r.iri)) for of_one in by_person.values())
    return tuple(sorted(found, key=lambda review: (str(review.on), review.person)))


def _set_aside(objection: Review, counted: Iterable[Review]) -> bool:
    later = {r.person for r in counted if r.decision is Decision.UPHELD and str(r.on) >= str(objection.on)}
    return len(later - {objection.person}) >= _TWO


def _signed(row: MappingRow, counted: Iterable[Review]) -> ReviewState:
    """Return the state by signatures; a row shipped as disputed or out of use first has to be upheld by two."""
    counted = tuple(counted)
    if row.review_state < ReviewState.PROPOSED and len(_persons(counted, Decision.UPHELD)) < _TWO:
        return row.review_state
    signers = _persons(counted, *_SIGNED)
    if _persons(counted, Decision.LAWYER) and len(signers) >= _TWO:
        return ReviewState.LEGALLY_REVIEWED
    return max(row.review_state, ReviewState.EXPERT_REVIEWED if signers else ReviewState.PROPOSED)


def _persons(reviews: Iterable[Review], *decisions: Decision) -> set[Iri]:
    return {review.person for review in reviews if review.decision in decisions}
