"""Coverage by R4 to R7 in SPARQL: the same inputs as the columns, as a graph, and the queries that read them.

What does not depend on the amount of evidence is given on both sides: which rows are accepted and give what, which
pairs of requirement and scope are live with which elements, what was judged. Implementations, evidence and findings
are the organisation's own statements.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, Store

from engine.model import State
from engine.vocabulary import NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import QuerySolution

    from engine.coverage.columns.addressed import AddressedIndex
    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Organisation

__all__ = ["DERIVED", "forget", "inputs", "states", "store_of"]

_FOLDER = Path(__file__).parent / "sparql" / "coverage"
_COV = "https://w3id.org/normgraph/benchmark/coverage#"
_DATE = NamedNode(PREFIXES["xsd"] + "date")
DERIVED = (
    *("excludedIn", "activeIn", "implementedIn", "currentSince", "about", "evidencedIn"),
    *("designed", "designedElements", "proven", "provenElements"),
)
"""What the updates add, by the local names of its predicates."""

_Term = NamedNode | Literal
_Said = "Iterable[tuple[str, _Term]]"


def _cov(name: str) -> NamedNode:
    return NamedNode(_COV + name)


def _day(day: date) -> Literal:
    return Literal(day.isoformat(), datatype=_DATE)


def _quads(subject: NamedNode, said: _Said) -> Iterator[Quad]:
    yield from (Quad(subject, _cov(name), value) for name, value in said)


def inputs(index: AddressedIndex, knowledge: Knowledge, organisation: Organisation, day: date) -> Iterator[Quad]:
    """Yield what both forms are given beside the organisation's own statements."""
    whole = NamedNode(organisation.iri)
    yield from _quads(_cov("question"), [("asOf", _day(day)), ("organisation", whole)])
    yield from _rows(index)
    yield from _pairs(index, day)
    kinds = sorted({item.evidence_type for item in organisation.evidence if item.evidence_type})
    yield from _templates(knowledge, kinds, day)
    for finding in organisation.findings:
        if finding.severity == "Major" and finding.is_open(day):
            for iri in finding.against:
                yield Quad(NamedNode(iri), _cov("hasOpenFinding"), Literal(value=True))


def _rows(index: AddressedIndex) -> Iterator[Quad]:
    content = index.content
    for place, requirement in enumerate(content.requirements):
        start, count = content.rows_of.starts[place], content.rows_of.counts[place]
        for row in content.rows_of.order[start : start + count].tolist():
            first, number = content.named_of.starts[row], content.named_of.counts[row]
            named = content.named[content.named_of.order[first : first + number]].tolist()
            gives = "Full" if content.full[row] else "Loose" if content.loose[row] else "Part"
            said = [
                ("onRequirement", NamedNode(requirement.iri)),
                ("control", NamedNode(content.controls[content.control[row]])),
                ("gives", _cov(gives)),
                *(("names", NamedNode(requirement.elements[n].iri)) for n in named),
            ]
            yield from _quads(_cov(f"row/{row}"), said)


def _pairs(index: AddressedIndex, day: date) -> Iterator[Quad]:
    content, pairs = index.content, index.pairs
    dead = set(zip(pairs.dead[0].tolist(), pairs.dead[1].tolist(), strict=True))
    sufficient, insufficient = pairs.judgements.on(day.toordinal())
    for (_, scope), pair in pairs.place.items():
        place = int(pairs.requirement[pair])
        requirement = content.requirements[place]
        live = [e.iri for n, e in enumerate(requirement.elements) if (pair, n) not in dead]
        judged = "Sufficient" if sufficient[pair] else "Insufficient" if insufficient[pair] else ""
        said: list[tuple[str, _Term]] = [
            ("requirement", NamedNode(requirement.iri)),
            ("scope", NamedNode(scope)),
            ("liveCount", Literal(len(live))),
            ("complete", Literal(bool(content.complete[place]))),
            ("openTextured", Literal(bool(content.open_textured[place]))),
            ("conflict", Literal(bool(content.conflict[place]))),
            *(("live", NamedNode(iri)) for iri in live),
            *([("judged", _cov(judged))] if judged else []),
        ]
        yield from _quads(_cov(f"pair/{pair}"), said)


def _templates(knowledge: Knowledge, kinds: list[Iri], day: date) -> Iterator[Quad]:
    for templates in knowledge.templates.values():
        for template in templates:
            if template.demands_nothing and template.justification:
                yield from _quads(NamedNode(template.iri), [("demandsNothingOf", NamedNode(template.control))])
                continue
            taken = [kind for kind in kinds if template.evidence_type and knowledge.is_a(kind, template.evidence_type)]
            age = template.maximum_age
            said: list[tuple[str, _Term]] = [
                ("forControl", NamedNode(template.control)),
                ("needed", Literal(template.minimum)),
                ("perAsset", Literal(template.per_asset)),
                *(("takes", NamedNode(kind)) for kind in taken),
                *([("issuedSince", _day(day - timedelta(days=age)))] if age is not None else []),
            ]
            yield from _quads(NamedNode(template.iri), said)


def store_of(records: Iterable[Quad], given: Iterable[Quad]) -> Store:
    """Return a store of an organisation's statements and the inputs, in one graph."""
    store = Store()
    store.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in records)
    store.bulk_extend(given)
    store.optimize()
    return store


def states(store: Store) -> dict[int, State]:
    """Return the state of each pair: run the updates in their order, then the question."""
    for path in sorted(_FOLDER.glob("*.ru")):
        store.update(path.read_text(encoding="utf-8"))
    solutions = store.query((_FOLDER / "6-states.rq").read_text(encoding="utf-8"))
    return dict(_read(solution) for solution in solutions)


def _read(solution: QuerySolution) -> tuple[int, State]:
    pair = int(solution["pair"].value.rpartition("/")[2])
    return pair, State(NG.local(solution["state"].value))


def forget(store: Store) -> None:
    """Remove what the updates have added."""
    for name in DERIVED:
        store.update(f"DELETE WHERE {{ ?subject <{_COV}{name}> ?object }}")
