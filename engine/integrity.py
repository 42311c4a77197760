"""Check that what a file states can be: links that lead somewhere, terms that exist, parts without a cycle."""

from __future__ import annotations

import re
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad

from engine.errors import BadInput
from engine.intake import line_of
from engine.vocabulary import ID, NG, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from engine.graph import Graph, Iri

__all__ = ["Source", "check_links", "check_parts", "check_records", "check_terms", "check_values", "with_days"]

_TYPE = PREFIXES["rdf"] + "type"
_SKOS, _XSD = PREFIXES["skos"], PREFIXES["xsd"]
_ORGANISATION = PREFIXES["org"] + "FormalOrganization"


class Source(NamedTuple):
    """A file that was read: where it is, what it says as text, and as statements."""

    path: Path | str
    text: str
    quads: list[Quad]

    def line(self, *iris: str) -> int | None:
        """Return the line of the first IRI found: in full, or as what is left of it after a base or prefix."""
        for iri in iris:
            for form in _forms(iri):
                found = re.search(rf"(?<![\w/.-]){re.escape(form)}(?![\w/-])", self.text)
                if found:
                    return self.text.count("\n", 0, found.start()) + 1
        return None


def _forms(iri: str) -> Iterator[str]:
    yield iri
    yield from filter(None, (iri[mark.end() :] for mark in re.finditer(r"[/#]", iri)))


def check_terms(source: Source, vocabulary: Collection[str]) -> None:
    """Refuse terms in our namespace that our vocabulary does not have.

    :param vocabulary: the IRIs of all our terms.
    :raises BadInput: for the first such term, with the nearest that there is.
    """
    for quad in source.quads:
        for term in (quad.predicate, quad.object):
            if isinstance(term, NamedNode) and term.value.startswith(NG.base) and term.value not in vocabulary:
                near = get_close_matches(term.value, vocabulary, n=1)
                remedy = f"did you mean ng:{NG.local(near[0])}?" if near else "see `normgraph show` for the vocabulary"
                raise BadInput(
                    source.path, source.line(term.value), f"there is no term ng:{NG.local(term.value)}", remedy
                )


_LINKS: dict[str, tuple[str, str]] = {
    "evidences": ("implementation", "record the control implementation, or correct the link"),
    "implementsControl": ("control", "name a control or clause of a loaded framework, as <…/id/iso-42001/A.6.2.4>"),
    "against": ("implementation", "record the control implementation, or correct the link"),
    "treatedBy": ("implementation", "record the control implementation, or correct the link"),
    "ofRequirement": ("requirement", "name a requirement of a loaded framework"),
    "showsPerformanceOf": ("requirement", "name a requirement of a loaded framework"),
    "hasScope": ("scope", "name the organisation or one of its assets"),
    "inRespectOf": ("scope", "name the organisation or one of its assets"),
    **dict.fromkeys(("borneBy", "sharedWith", "thresholdOf"), ("scope", "name the organisation or one of its assets")),
    "hasClauseFor": ("requirement", "name a requirement of a loaded framework"),
    "legalBasis": ("legal basis", "name a provision of a loaded framework, as <…/id/gdpr/art_6/par_1/pnt_f>"),
    "supersedes": ("evidence", "record the older item, or remove the link"),
    "ofEvent": ("event", "record the event, or correct the link"),
    "role": ("role", "name a role of the schemes, as dpv:DataController"),
    "evidenceType": ("evidence type", "name a type of the scheme, as ng:TestResult"),
    "overridingState": ("state", "name a state, as ng:Covered"),
    "hasNone": ("class of assets", "name a class of assets, as ng:AISystem"),
    **dict.fromkeys(
        ("approvedBy", "collectedBy", "ownedBy", "judgedBy"), ("agent", "describe the agent: <…> a org:Role")
    ),
    "overridesRow": ("mapping row", "name a row by its record_id, as `normgraph mapping list` prints it"),
    f"{PREFIXES['prov']}used": ("mapping row", "name a row by its record_id, as `normgraph mapping list` prints it"),
    **dict.fromkeys(
        ("decision", "status", "outcome", "severity", "conclusion", "eventType", "strideFacet", "lifecycleStage"),
        ("concept", "name a concept of the schemes, as ng:Implemented"),
    ),
    **dict.fromkeys(
        ("derivedFrom", "exceptProvision", "presupposes"),
        ("provision", "name a provision of a loaded framework, or one that the file adds"),
    ),
    **dict.fromkeys(
        ("versionOf", "governs", "directPartOf"),
        ("framework or provision", "name one that is loaded, or a provision that the file adds"),
    ),
    **dict.fromkeys(
        ("appliesWhen", "underCondition", "operand"),
        ("condition", "name a condition of the schemes, or one that the file adds"),
    ),
    "ofRiskType": (
        "risk type",
        "name a type of the catalogue, as <…/id/risk-type/model-drift>, or one that the file adds",
    ),
    "inFramework": ("framework", "name a loaded framework, as <…/id/eu-ai-act>"),
    "derivedFromVersion": ("version in this file", "name a version that the file adds: its text is the pending one"),
    "hasElement": ("element in this file", "describe the element, or remove the link"),
    "bearer": ("role", "name a role of the schemes, as dpv:DataController"),
    **dict.fromkeys(
        ("triggeredBy", "penaltyTier"), ("node of the content", "name an event type or a penalty of the schemes")
    ),
    "onFact": ("fact", "name a fact property, as ng:riskClass"),
    "changedBy": ("amending provision", "name a provision of a loaded framework, or leave it out"),
    PREFIXES["dcterms"] + "replaces": ("window", "name a window of the rules, as <…/id/window/gdpr/general>"),
}


def check_links(sources: Iterable[Source], known: Mapping[str, Container[str]], facts: Collection[str] = ()) -> None:
    """Refuse links of an organisation's graph that lead nowhere.

    :param known: per kind of target (``implementation``, ``control``, …) the IRIs that exist.
    :param facts: the fact properties whose values are concepts: an unknown one would be read as “something else”.
    :raises BadInput: for the first such link.
    """
    for source in sources:
        for quad in source.quads:
            link = _LINKS.get(NG.local(quad.predicate.value))
            if quad.predicate.value in facts:
                link = ("concept", "name a concept of the schemes; a value that is none would be read as a no")
            if link is None or link[0] not in known:
                continue
            target = quad.object.value if isinstance(quad.object, NamedNode | Literal) else "[]"
            if target not in known[link[0]]:
                subject = getattr(quad.subject, "value", "")
                problem = f"{subject.rpartition('/')[2]}: there is no {link[0]} {target.removeprefix(ID)}"
                raise BadInput(source.path, source.line(target, subject), problem, link[1])


def check_records(sources: Iterable[Source], records: Graph) -> None:
    """Refuse records of our kinds that no identifier names, or that lack what they cannot do without.

    :param records: what all the sources state.
    :raises BadInput: for the first such record.
    """
    for source in sources:
        for quad in source.quads:
            kind = getattr(quad.object, "value", "")
            if quad.predicate.value == _TYPE and _is_our_kind(kind):
                _check_record(source, quad, NG.local(kind).rpartition("#")[2], records)


_PROV = PREFIXES["prov"]
_NEEDED: dict[str, tuple[tuple[str, str, str], ...]] = {
    "Override": ((NG.overridingState.value, "sets no state", "add one: ng:overridingState ng:Covered"),),
    "MappingReview": (
        (f"{_PROV}used", "is about no row", "add prov:used with the record_id of the row"),
        (f"{_PROV}wasAssociatedWith", "names no person", "add prov:wasAssociatedWith <mailto:…>"),
        (f"{_PROV}endedAtTime", "has no day", 'add prov:endedAtTime, as "2026-11-20"^^xsd:date'),
        (NG.decision.value, "decides nothing", "add ng:decision, as ng:SignedAsExpert"),
    ),
}
"""What a record of a kind cannot do without: the property, what is wrong without it, and what to do."""


def _check_record(source: Source, quad: Quad, kind: str, records: Graph) -> None:
    if not isinstance(quad.subject, NamedNode):
        raise BadInput(source.path, source.line(kind), f"a record without a name: {kind}", "name it, as <evidence/1>")
    for predicate, problem, remedy in _NEEDED.get(kind, ()):
        if not records.text(quad.subject.value, predicate):
            name = quad.subject.value.rpartition("/")[2]
            raise BadInput(source.path, source.line(name), f"{name} {problem}", remedy)


def _is_our_kind(kind: str) -> bool:
    return kind.startswith(NG.base) or kind == _ORGANISATION


_DATES = "validFrom validUntil dueDate closedOn exampleDate periodFrom periodUntil keptUntil reviewDue"
_MOMENTS = "sentAt dueAt"
_FLAGS = "holds containsPersonalData isSynthetic"
_AWARE_AT = NG.awareAt.value
_DATATYPES = {
    **{NG(name).value: f"{_XSD}date" for name in _DATES.split()},
    **{NG(name).value: f"{_XSD}dateTime" for name in _MOMENTS.split()},
    **{NG(name).value: f"{_XSD}boolean" for name in _FLAGS.split()},
    PREFIXES["dcterms"] + "issued": f"{_XSD}date",
    f"{PREFIXES['prov']}endedAtTime": f"{_XSD}date",
    _AWARE_AT: f"{_XSD}date",
}
_WRITTEN = {
    f"{_XSD}date": 'as "2026-11-20"^^xsd:date',
    f"{_XSD}dateTime": 'as "2026-11-20T09:30:00Z"^^xsd:dateTime',
    f"{_XSD}boolean": "as true or false",
}


def with_days(source: Source, datatypes: Mapping[str, str]) -> Source:
    """Return a source with the day of each time that is given where a day is asked for; awareness keeps its time.

    :param datatypes: the datatype of each fact property, beside those of the properties of every record.
    """
    known = {**datatypes, **_DATATYPES}
    return source._replace(quads=[_with_day(q) if _wants_day(q, known) else q for q in source.quads])


def _wants_day(quad: Quad, known: Mapping[str, str]) -> bool:
    name = quad.predicate.value
    if known.get(name) != f"{_XSD}date" or name == _AWARE_AT or not isinstance(quad.object, Literal):
        return False
    return quad.object.datatype.value == f"{_XSD}dateTime"


def _with_day(quad: Quad) -> Quad:
    assert isinstance(quad.object, Literal)  # noqa: S101 - as asked before
    day = datetime.fromisoformat(quad.object.value).date().isoformat()
    return Quad(quad.subject, quad.predicate, Literal(day, datatype=NamedNode(f"{_XSD}date")), quad.graph_name)


def check_values(sources: Iterable[Source], records: Graph, datatypes: Mapping[str, str]) -> None:
    """Refuse values that are not of the kind their property takes: unread, they would count as never given.

    :param records: what all the sources state.
    :param datatypes: the datatype of each fact property, beside those of the properties of every record.
    :raises BadInput: for the first such value of a record of ours.
    """
    known = {**datatypes, **_DATATYPES}
    for source in sources:
        for quad in source.quads:
            expected = known.get(quad.predicate.value, "")
            if not expected or not _is_ours(records, getattr(quad.subject, "value", "")):
                continue
            found = quad.object.datatype.value if isinstance(quad.object, Literal) else ""
            if found != expected and (expected, found) != (f"{_XSD}date", f"{_XSD}dateTime"):
                value = getattr(quad.object, "value", "")
                kind, name = expected.removeprefix(_XSD), NG.local(quad.predicate.value).rpartition("/")[2]
                problem = f"“{value[:60]}” is no {kind}, and {name} takes one"
                raise BadInput(
                    source.path,
                    line_of(source.text, value) or source.line(value),
                    problem,
                    f"write it {_WRITTEN.get(expected, kind)}",
                )


def _is_ours(records: Graph, subject: str) -> bool:
    return any(map(_is_our_kind, records.iris(subject, _TYPE)))


def check_parts(sources: Sequence[Source], records: Graph) -> None:
    """Refuse a cycle in part-of or in broader, also one that runs through several files.

    :param records: what all the sources state.
    :raises BadInput: with the things that go round.
    """
    for name, predicate in (
        ("part of", NG.directPartOf),
        ("part of", NG.partOf),
        ("broader", NamedNode(f"{_SKOS}broader")),
    ):
        above = {iri: records.iris(iri, predicate) for iri in records}
        cycle = _cycle({iri: wholes for iri, wholes in above.items() if wholes})
        if cycle:
            ring = " → ".join(iri.removeprefix(ID) for iri in cycle)
            source = next((s for s in sources if s.line(cycle[0])), sources[0])
            raise BadInput(
                source.path, source.line(cycle[0]), f"a cycle in {name}: {ring}", "remove one of these links"
            )


def _cycle(above: dict[Iri, tuple[Iri, ...]]) -> list[Iri]:
    done: set[Iri] = set()
    for start in sorted(above):
        path: list[Iri] = []
        stack = [(start, iter(above[start]))] if start not in done else []
        path += [start] if stack else []
        while stack:
            nearest = next(stack[-1][1], None)
            if nearest is None:
                done.add(stack.pop()[0])
                path.pop()
            elif nearest in path:
                return [*path[path.index(nearest) :], nearest]
            elif nearest in above and nearest not in done:
                stack.append((nearest, iter(above[nearest])))
                path.append(nearest)
    return []
