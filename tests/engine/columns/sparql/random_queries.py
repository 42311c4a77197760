"""Random queries over random statements, as hypothesis draws them: whatever the columns cover."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from engine.vocabulary import PREFIXES, Namespace

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

__all__ = ["PREFIX", "cases", "statements"]

XSD = Namespace(PREFIXES["xsd"])
EX = "http://example.org/"
PREFIX = f"PREFIX : <{EX}>\nPREFIX xsd: <{XSD.base}>\n"
NODES = [*(NamedNode(f"{EX}n{number}") for number in range(4)), BlankNode("b")]
PREDICATES = [NamedNode(f"{EX}p{number}") for number in range(3)]
LITERALS = [
    Literal(1),
    Literal(2),
    Literal("01", datatype=XSD.integer),
    Literal("1.0", datatype=XSD.decimal),
    Literal("2.50", datatype=XSD.decimal),
    Literal("1", datatype=XSD.byte),
    Literal("1e0", datatype=XSD.double),
    Literal("NaN", datatype=XSD.double),
    Literal("true", datatype=XSD.boolean),
    Literal("0", datatype=XSD.boolean),
    Literal("2026-11-20", datatype=XSD.date),
    Literal("2026-11-27", datatype=XSD.date),
    Literal("2026-02-30", datatype=XSD.date),
    Literal("2026-11-20+00:00", datatype=XSD.date),
    Literal("2026-11-20T09:30:00Z", datatype=XSD.dateTime),
    Literal("a"),
    Literal("b"),
    Literal("1"),
    Literal("a", language="en"),
    Literal("a", language="de"),
    Literal("x", datatype=NamedNode(f"{EX}own")),
    Literal("x", datatype=XSD.integer),
]
WRITTEN = [
    ":n0",
    ":n1",
    ":n2",
    "1",
    "2",
    "'a'",
    "'a'@en",
    "true",
    "'2026-11-20'^^xsd:date",
    "1.0",
    "'01'^^xsd:integer",
    "false",
    "0",
    "''",
]
VARIABLES = ["?a", "?b", "?c", "?d"]
AGGREGATES = (
    *("COUNT(*)", "COUNT({})", "COUNT(DISTINCT {})", "COUNT({})", "COUNT(DISTINCT {})"),
    *("SUM({})", "MIN({})", "MAX({})", "SUM(DISTINCT {})", "AVG({})"),
)


@st.composite
def statements(draw: DrawFn) -> list[Triple]:
    """Draw a small graph of few terms, so that much of it joins."""
    literals = draw(st.lists(st.sampled_from(LITERALS), min_size=1, max_size=5))
    node, predicate = st.sampled_from(NODES), st.sampled_from(PREDICATES)
    linked = st.builds(Triple, node, predicate, node)
    said = st.builds(Triple, node, predicate, st.sampled_from(literals))
    return draw(st.lists(st.one_of(linked, linked, said), min_size=4, max_size=20))


@st.composite
def cases(draw: DrawFn) -> tuple[list[Triple], str]:
    """Draw a graph and a query."""
    drawn = _Drawn(draw)
    return draw(statements()), PREFIX + drawn.select(2, grouped=drawn.chance(1, 4))


class _Drawn:
    """A query that grows as it is drawn."""

    def __init__(self, draw: DrawFn) -> None:
        self.draw = draw
        self.fresh = count(1)

    def chance(self, part: int, of: int) -> bool:
        return self.draw(st.integers(1, of)) <= part

    def one(self, choices: list[str] | tuple[str, ...]) -> str:
        return self.draw(st.sampled_from(choices))

    def some(self, choices: list[str], least: int, most: int) -> list[str]:
        return self.draw(st.lists(st.sampled_from(choices), min_size=least, max_size=most, unique=True))

    def select(self, depth: int, *, grouped: bool) -> str:
        body = self.group(depth)
        distinct = "DISTINCT " if self.chance(1, 2) else ""
        if not grouped:
            return f"SELECT {distinct}{' '.join(sorted(self.some(VARIABLES, 1, 4)))} WHERE {body}"
        keys = sorted(self.some(VARIABLES, 0, 2))
        of, name = self.one(AGGREGATES).format(self.one(VARIABLES)), f"?g{next(self.fresh)}"
        having = f" HAVING ({self.one(AGGREGATES[:5]).format(self.one(VARIABLES))} > 1)" if self.chance(1, 3) else ""
        by = f" GROUP BY {' '.join(keys)}" if keys else ""
        return f"SELECT {distinct}{' '.join(keys)} ({of} AS {name}) WHERE {body}{by}{having}"

    def group(self, depth: int) -> str:
        parts = [f"{self.one(VARIABLES)} {self.predicate()} {self.one(VARIABLES)} ."] if self.chance(4, 5) else []
        parts += [self.part(depth) for _ in range(self.draw(st.integers(1, 4 if depth else 2)))]
        return f"{{ {' '.join(parts)} }}"

    def part(self, depth: int) -> str:
        kinds = ["triple"] * 6 + ["filter"] * 3 + ["bind", "path", "path"]
        kinds += (
            ["optional"] * 4 + ["optional-not"] * 2 + ["group", "union", "union", "minus", "exists", "values", "select"]
            if depth
            else []
        )
        kind = self.one(kinds)
        if kind == "triple":
            return f"{self.subject()} {self.predicate()} {self.value()} ."
        if kind == "path":
            return f"{self.subject()} {self.path(2)} {self.value()} ."
        if kind == "filter":
            return f"FILTER({self.test(2)})"
        if kind == "bind":
            return f"BIND({self.expression(2)} AS ?f{next(self.fresh)})"
        return self.nested(kind, depth - 1)

    def nested(self, kind: str, depth: int) -> str:
        return {
            "optional": lambda: f"OPTIONAL {self.group(depth)}",
            "optional-not": lambda: self.absent(depth),
            "union": lambda: f"{self.group(depth)} UNION {self.group(depth)}",
            "minus": lambda: f"MINUS {self.group(depth)}",
            "exists": self.exists,
            "values": self.values,
            "select": lambda: f"{{ {self.select(depth, grouped=self.chance(1, 2))} }}",
            "group": lambda: self.group(depth),
        }[kind]()

    def absent(self, depth: int) -> str:
        name, known = f"?f{next(self.fresh)}", self.one(VARIABLES)
        return f"OPTIONAL {{ {known} {self.predicate()} {name} . {self.part(depth)} }} FILTER(!BOUND({name}))"

    def exists(self) -> str:
        test = f"FILTER({self.test(1)})" if self.chance(1, 3) else ""
        pattern = f"{self.subject()} {self.predicate()} {self.value()} . {test}"
        return f"FILTER {'NOT ' if self.chance(1, 2) else ''}EXISTS {{ {pattern} }}"

    def values(self) -> str:
        names = self.some(VARIABLES, 1, 2)
        rows = [" ".join(self.one([*WRITTEN, "UNDEF"]) for _ in names) for _ in range(self.draw(st.integers(1, 2)))]
        return f"VALUES ({' '.join(names)}) {{ {' '.join(f'({row})' for row in rows)} }}"

    def subject(self) -> str:
        return self.one([*VARIABLES, *VARIABLES, ":n0", ":n1"])

    def predicate(self) -> str:
        return self.one([":p0", ":p1", ":p2"]) if self.chance(19, 20) else self.one(["?a", "?p"])

    def value(self) -> str:
        return self.one(VARIABLES) if self.chance(4, 5) else self.one(WRITTEN)

    def path(self, depth: int) -> str:
        kind = self.one(["link", "?", "*", "+", "/", "^", "|"]) if depth else "link"
        if kind == "link":
            return self.one([":p0", ":p1", ":p2"])
        if kind in "/|":
            return f"({self.path(depth - 1)}{kind}{self.path(depth - 1)})"
        return f"^({self.path(depth - 1)})" if kind == "^" else f"({self.path(depth - 1)}){kind}"

    def test(self, depth: int) -> str:
        kind = self.one(["compare"] * 4 + ["bound", "in", "value", "&&", "||", "!"]) if depth else "compare"
        if kind == "compare":
            return f"{self.expression(1)} {self.one(['=', '!=', '<', '<=', '>', '>='])} {self.expression(1)}"
        if kind == "bound":
            return f"{self.one(['', '!'])}BOUND({self.one(VARIABLES)})"
        if kind == "in":
            return f"{self.one(VARIABLES)} {self.one(['IN', 'NOT IN'])} ({', '.join(self.some(WRITTEN, 1, 3))})"
        if kind == "value":
            return self.expression(depth)
        if kind == "!":
            return f"!({self.test(depth - 1)})"
        return f"({self.test(depth - 1)} {kind} {self.test(depth - 1)})"

    def expression(self, depth: int) -> str:
        kind = (
            self.one(["variable"] * 6 + ["written"] * 2 + ["coalesce", "if", "call", "test"]) if depth else "variable"
        )
        if kind == "variable":
            return self.one(VARIABLES)
        if kind == "written":
            return self.one(WRITTEN)
        if kind == "coalesce":
            return f"COALESCE({self.expression(depth - 1)}, {self.expression(depth - 1)})"
        if kind == "if":
            return f"IF({self.test(depth - 1)}, {self.expression(depth - 1)}, {self.expression(depth - 1)})"
        if kind == "test":
            return f"({self.test(depth - 1)})"
        one, other = self.expression(depth - 1), self.expression(depth - 1)
        calls = (
            *("STR({})", "LANG({})", "DATATYPE({})", "isIRI({})", "isBlank({})", "isLiteral({})", "xsd:integer({})"),
            *("({} + {})", "({} - {})", "({} * {})", "(-{})", "STRAFTER(STR({}), 'n')", "STRBEFORE(STR({}), '-')"),
            *("REGEX(STR({}), '^[a1]')", "STRLEN(STR({}))", "sameTerm({}, {})", "xsd:string({})", "YEAR({})"),
        )
        return self.one(calls).format(one, other)
