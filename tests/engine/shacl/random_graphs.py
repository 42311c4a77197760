"""Random shapes over random data, as hypothesis draws them: every Core component, every path, every target."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from engine.shacl.terms import RDF, RDFS, SH, XSD, Subject, Term

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

__all__ = ["cases"]

EX = "http://example.org/"
NODES = [NamedNode(f"{EX}n{number}") for number in range(6)]
PREDICATES = [NamedNode(f"{EX}p{number}") for number in range(4)]
ORDERED = [NamedNode(f"{EX}q{number}") for number in range(2)]
"""Properties that have numbers or days only: pySHACL also puts IRIs and texts in order, which SPARQL does not."""
CLASSES = [NamedNode(f"{EX}C{number}") for number in range(3)]
DATATYPES = [XSD.string, XSD.integer, XSD.decimal, XSD.boolean, XSD.date, XSD.dateTime, RDF.langString]
TEXTS: list[Term] = [
    *(Literal(text) for text in ("", "a", "abc", "ABC", "b 1", "10")),
    *(Literal(text, language=tag) for text in ("hallo", "Hallo", "HALLO") for tag in ("de", "de", "de-at", "en")),
]
COMPARED: list[list[Term]] = [
    [
        *(Literal(number) for number in (-1, 0, 1, 2, 10)),
        *(Literal(text, datatype=XSD.decimal) for text in ("0.5", "1.5", "-2.25")),
    ],
    [Literal(True), Literal(False)],  # noqa: FBT003 - RDF literals
    [Literal(f"2026-11-{day}", datatype=XSD.date) for day in (20, 25, 27)],
    [Literal(f"2026-11-{day}T09:30:00", datatype=XSD.dateTime) for day in (20, 25, 27)],
]
"""Literals of which one graph has one kind only: rdflib compares booleans, numbers and days with each other.

There is no double among them: rdflib and Oxigraph, whose queries name values, write them anew in different forms.
"""
QUERIES = (
    "SELECT DISTINCT $this ?value WHERE { $this ex:p0 ?value . FILTER NOT EXISTS { ?value ex:p1 ?any } }",
    "SELECT DISTINCT $this ?path ?value WHERE { $this ?path ?value . FILTER(isLiteral(?value)) }",
    "SELECT DISTINCT $this WHERE { OPTIONAL { $this ex:p1 ?any } FILTER(!BOUND(?any)) }",
    "SELECT DISTINCT $this ?value WHERE { { $this ex:p2 ?value } UNION { FILTER(isIRI($this)) ?value ex:p2 $this } }",
    "SELECT DISTINCT $this ?value WHERE { BIND($this AS ?value) { SELECT $this WHERE { $this ex:p0 ?a } } }",
    "SELECT DISTINCT $this ?value { ?value ex:p3 [] OPTIONAL { ?value ex:p0 ?x FILTER(?x=$this) } FILTER(!BOUND(?x)) }",
    "SELECT $this (COUNT(?any) AS ?value) WHERE { $this ex:p0 ?any } GROUP BY $this HAVING (COUNT(?any) > 1)",
)
PATTERNS = ("a", "^a", "c$", "[0-9]+", "^$", "b.1", "^[A-Z]+$")


@st.composite
def cases(draw: DrawFn) -> tuple[list[Triple], list[Triple]]:
    """Draw a shapes graph and a data graph."""
    compared = draw(st.sampled_from(COMPARED))
    return _shapes_graph(draw, compared), _data_graph(draw, compared)


def _data_graph(draw: DrawFn, compared: list[Term]) -> list[Triple]:
    values = st.sampled_from([*NODES, *TEXTS, *compared])
    said = st.tuples(st.sampled_from(NODES), st.sampled_from(PREDICATES), values)
    ordered = st.tuples(st.sampled_from(NODES), st.sampled_from(ORDERED), st.sampled_from(compared))
    twins = st.tuples(st.sampled_from(NODES), st.sampled_from(PREDICATES), st.sampled_from(PREDICATES), values)
    typed = st.tuples(st.sampled_from(NODES), st.sampled_from(CLASSES))
    below = st.tuples(st.sampled_from(CLASSES), st.sampled_from(CLASSES))
    return [
        *(Triple(s, p, o) for s, p, o in draw(st.lists(ordered, max_size=8))),
        *(Triple(s, p, o) for s, p, o in draw(st.lists(said, min_size=3, max_size=24))),
        *(
            Triple(s, p, o)
            for s, p, q, o in draw(st.lists(twins, max_size=4))
            for p, o in ((p, o), (q, o), (q, _twin(o)))
        ),
        *(Triple(s, RDF.type, c) for s, c in draw(st.lists(typed, min_size=1, max_size=8))),
        *(Triple(c, RDFS.subClassOf, d) for c, d in draw(st.lists(below, max_size=2))),
    ]


def _twin(value: Term) -> Term:
    """Return another text in the same language, so that languages are not unique."""
    return (
        Literal(f"{value.value}!", language=value.language) if isinstance(value, Literal) and value.language else value
    )


class _Drawn:
    """A shapes graph that grows as it is drawn."""

    def __init__(self, draw: DrawFn, compared: list[Term]) -> None:
        self.draw = draw
        self.compared = compared
        self.values: list[Term] = [*NODES, *TEXTS, *compared]
        self.triples: list[Triple] = []
        self.numbers = count(1)

    def say(self, subject: Subject, predicate: NamedNode, value: Term) -> None:
        self.triples.append(Triple(subject, predicate, value))

    def one(self, values: list[Term] | list[NamedNode]) -> Term:
        return self.draw(st.sampled_from(values))

    def blank(self) -> BlankNode:
        return BlankNode(f"b{next(self.numbers)}")

    def listed(self, members: list[Term]) -> Subject:
        rest: Subject = RDF.nil
        for member in reversed(members):
            node = self.blank()
            self.say(node, RDF.first, member)
            self.say(node, RDF.rest, rest)
            rest = node
        return rest

    def path(self, depth: int) -> Subject:
        kind = self.draw(st.sampled_from(["predicate"] * 4 + ["sequence", "alternative", "inverse", "*", "+", "?"]))
        if kind == "predicate" or depth == 0:
            return self.draw(st.sampled_from([*PREDICATES, *ORDERED]))
        if kind in {"sequence", "alternative"}:
            members = self.listed([self.path(depth - 1) for _ in range(self.draw(st.integers(2, 3)))])
            if kind == "sequence":
                return members
            inner, predicate = members, SH.alternativePath
        else:
            name = {"inverse": "inversePath", "*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}[kind]
            # pySHACL follows a sequence backwards in the order of its steps; test_paths.py has such paths
            inner, predicate = self.path(0 if kind == "inverse" else depth - 1), SH(name)
        node = self.blank()
        self.say(node, predicate, inner)
        return node

    def shape(self, node: Subject, depth: int, *, is_property: bool) -> Subject:
        if is_property:
            self.say(node, SH.path, self.path(2))
        self.say(node, RDF.type, SH.PropertyShape if is_property else SH.NodeShape)
        if self.draw(st.integers(0, 5)) == 0:
            self.say(node, SH.severity, self.one([SH.Warning, SH.Info]))
        if self.draw(st.integers(0, 12)) == 0:
            self.say(node, SH.deactivated, Literal(True))  # noqa: FBT003 - an RDF literal
        qualified = ("qualified",) if is_property and depth else ()
        names = [*_VALUE, *(_PATHS * 3 if is_property else ()), *(_SHAPES * 2 if depth else ()), *qualified * 3]
        for name in self.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)):
            self.constraint(node, name, depth)
        return node

    def nested(self, depth: int, *, is_property: bool | None = None) -> Subject:
        kind = self.draw(st.booleans()) if is_property is None else is_property
        return self.shape(self.blank(), depth - 1, is_property=kind)

    def constraint(self, node: Subject, name: str, depth: int) -> None:
        if name in {"not", "node", "property"}:
            is_property = {"node": False, "property": True}.get(name)
            self.say(node, SH(name), self.nested(depth, is_property=is_property))
        elif name in {"and", "or", "xone"}:
            members = [self.nested(depth) for _ in range(self.draw(st.integers(1, 3)))]
            self.say(node, SH(name), self.listed(list(members)))
        elif name == "qualified":
            self.qualified(node, depth)
        elif name == "sparql":
            self.sparql(node)
        elif name in {"in", "languageIn"}:
            tags: list[Term] = [Literal("de"), Literal("en"), Literal("de-AT")]
            members = self.draw(st.lists(st.sampled_from(tags if name == "languageIn" else self.values), max_size=4))
            self.say(node, SH(name), self.listed(members))
        elif name == "closed":
            self.say(node, SH.closed, Literal(True))  # noqa: FBT003 - an RDF literal
            self.say(node, SH.ignoredProperties, self.listed([RDF.type, self.one(PREDICATES)]))
        else:
            self.say(node, SH(name), self.parameter(name))

    def sparql(self, node: Subject) -> None:
        query, prefixes, declared = self.blank(), self.blank(), self.blank()
        self.say(node, SH.sparql, query)
        self.say(query, SH.select, Literal(self.draw(st.sampled_from(QUERIES))))
        self.say(query, SH.prefixes, prefixes)
        self.say(prefixes, SH.declare, declared)
        self.say(declared, SH.prefix, Literal("ex"))
        self.say(declared, SH.namespace, Literal(EX, datatype=XSD.anyURI))

    def qualified(self, node: Subject, depth: int) -> None:
        self.say(node, SH.qualifiedValueShape, self.nested(depth))
        for name in self.draw(st.sampled_from([("Min",), ("Max",), ("Min", "Max")])):
            self.say(node, SH(f"qualified{name}Count"), Literal(self.draw(st.integers(0, 2))))
        self.say(node, SH.qualifiedValueShapesDisjoint, Literal(self.draw(st.booleans())))

    def parameter(self, name: str) -> Term:
        kinds = ("BlankNode", "IRI", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
        if name in {"minCount", "maxCount", "minLength", "maxLength"}:
            return Literal(self.draw(st.integers(0, 3)))
        if name.startswith(("minIn", "minEx", "maxIn", "maxEx")):
            return self.one(self.compared)
        of: dict[str, list[Term]] = {
            "class": [*CLASSES],
            "datatype": [*DATATYPES],
            "nodeKind": [SH(kind) for kind in kinds],
            "pattern": [Literal(pattern) for pattern in PATTERNS],
            "uniqueLang": [Literal(True)],  # noqa: FBT003 - an RDF literal
            "hasValue": self.values,
            "lessThan": [*ORDERED],
            "lessThanOrEquals": [*ORDERED],
        }
        return self.one(of.get(name, [*PREDICATES]))

    def target(self, node: Subject) -> None:
        kind = self.draw(st.sampled_from(["targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf"]))
        of: dict[str, list[Term]] = {"targetNode": self.values, "targetClass": [*CLASSES]}
        self.say(node, SH(kind), self.one(of.get(kind, [*PREDICATES])))


_VALUE = (
    *("class", "datatype", "nodeKind", "minExclusive", "minInclusive", "maxExclusive", "maxInclusive"),
    *("minLength", "maxLength", "pattern", "languageIn", "equals", "disjoint", "closed", "hasValue", "in", "sparql"),
)
_PATHS = ("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals")
_SHAPES = ("not", "and", "or", "xone", "node", "property")


def _shapes_graph(draw: DrawFn, compared: list[Term]) -> list[Triple]:
    """Return a few shapes with targets."""
    drawn = _Drawn(draw, compared)
    for number in range(draw(st.integers(1, 3))):
        node = NamedNode(f"{EX}s{number}")
        drawn.shape(node, draw(st.integers(0, 2)), is_property=draw(st.booleans()))
        for _ in range(draw(st.integers(1, 2))):
            drawn.target(node)
    return drawn.triples
