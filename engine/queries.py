"""The catalogue of named questions: their headers as data, their parameters as terms, their answers as values.

Parameters enter as a VALUES row at the head of the outermost group. Oxigraph can substitute variables itself, but only
those a query projects, not inside an aggregate without grouping by them, and no other engine does: one VALUES row of
serialised terms means the same everywhere. So a query may use a parameter anywhere its outermost group is visible: in
patterns, filters and EXISTS, not in the filter of a nested group, a MINUS or a sub-select; one that only an OPTIONAL
mentions narrows nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QuerySolutions

from engine.days import OUTSIDE, is_inside
from engine.errors import BadInput, BadParameter, UnknownCitation, UnknownName
from engine.graph import Iri, plain
from engine.resources import folder, query_files
from engine.sparql_guard import check_query, tokens, unreadable
from engine.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyoxigraph import Store, Triple

    from engine.graph import Value

    Term = NamedNode | BlankNode | Literal

__all__ = [
    "Answer",
    "Parameter",
    "Query",
    "Violation",
    "bind",
    "bound_text",
    "catalogue",
    "checks",
    "find",
    "parse_query",
    "run",
    "violations",
]

_HYGIENE = "hygiene/"
_CHECK = "-violation"
_SEVERITIES = ("ERROR", "WARN")
_HEADINGS = ("Question", "Parameters", "Returns", "Reading", "Competency", "Asked by")
_PARAMETER = re.compile(r"\?(\w+) \((IRI|date|string|integer)(?:, (?:(optional)|default ([^)]*)))?\)")
_XSD = PREFIXES["xsd"]
_A_DATE = "a date as 2026-11-20"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query; one that is not required and has no default is left unbound.

    :ivar kind: ``IRI``, ``date``, ``string`` or ``integer``.
    """

    name: str
    kind: str
    required: bool = True
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A named question: what its header says, and its text.

    :ivar competency: the numbers of the competency questions it answers.
    :ivar asked_by: who asks it: ``analyst``, ``GRC tool`` or ``legal``.
    """

    name: str
    title: str
    question: str
    parameters: tuple[Parameter, ...]
    returns: str
    reading: str
    competency: tuple[int, ...]
    asked_by: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A table of plain values in the order of the query; an ASK has one cell, a CONSTRUCT a row for each triple."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Violation:
    """A row of a check: something is wrong with a property of an entity, ``ERROR`` or ``WARN``."""

    severity: str
    check: str
    entity: str
    property: str
    value: str


def parse_query(name: str, text: str) -> Query:
    """Return a query from its file.

    :raises BadInput: if its header lacks a title, a heading or the type of a parameter.
    """
    lines = [line.removeprefix("#").strip() for line in text.splitlines() if line.startswith("#")]
    if not lines or not lines[0].startswith("# "):
        raise BadInput(f"{name}.rq", 1, "the header has no title", "begin the file with “# # Title”")
    parts: dict[str, str] = {}
    heading = ""
    for line in lines[1:]:
        found = re.match(r"\*\*([A-Za-z ]+):\*\* ?(.*)", line)
        heading, said = found.groups() if found else (heading, line)
        parts[heading] = f"{parts.get(heading, '')} {said}".strip()
    missing = [heading for heading in _HEADINGS[:4] if not parts.get(heading)]
    if missing:
        raise BadInput(f"{name}.rq", 1, f"the header has no {missing[0]}", f"add “# **{missing[0]}:** …”")
    return Query(
        name=name,
        title=lines[0].removeprefix("# "),
        question=parts["Question"],
        parameters=_parameters(name, parts["Parameters"]),
        returns=parts["Returns"],
        reading=parts["Reading"],
        competency=tuple(int(number) for number in re.findall(r"\d+", parts.get("Competency", ""))),
        asked_by=tuple(who.strip() for who in parts.get("Asked by", "").split(",") if who.strip()),
        text=text,
    )


def _parameters(name: str, said: str) -> tuple[Parameter, ...]:
    found = _PARAMETER.findall(said)
    if len(found) != said.count("?") or (not found and said != "none"):
        problem = f"the parameters “{said}” cannot be read"
        raise BadInput(f"{name}.rq", 1, problem, "write none, or ?name (IRI|date|string|integer, optional|default …)")
    return tuple(
        Parameter(label, kind, required=not optional and not default, default=default or None)
        for label, kind, optional, default in found
    )


@cache
def _shipped() -> dict[str, Query]:
    return {name: parse_query(name, text) for name, text in sorted(query_files().items())}


def catalogue() -> tuple[Query, ...]:
    """Return the named questions, sorted by name; the checks are not among them."""
    return tuple(query for name, query in _shipped().items() if not name.startswith(_HYGIENE))


def find(name: str) -> Query:
    """Return the question of a name.

    :raises UnknownName: if there is none; it names those that come near, or all.
    """
    known = [query.name for query in catalogue()]
    if name not in known:
        raise UnknownName("query", name, get_close_matches(name, known, n=5) or known)
    return _shipped()[name]


def bind(query: Query, given: Mapping[str, str], resolve: Callable[[str], Iri]) -> dict[str, Term]:
    """Return the terms of the parameters of a query, from what somebody typed.

    :param resolve: gives the IRI of a citation such as “AI Act 15”, and raises a :class:`LookupError` where it knows
        none.
    :raises BadParameter: if a value is no value of its type, is missing, or is of no parameter of the query.
    """
    names = [parameter.name for parameter in query.parameters]
    for name in given:
        if name not in names:
            known = f"it takes {', '.join(names)}" if names else "it takes none"
            raise BadParameter(name, given[name], f"asked for by {query.name}; {known}")
    bound: dict[str, Term] = {}
    for parameter in query.parameters:
        value = given.get(parameter.name, parameter.default)
        if value is not None:
            bound[parameter.name] = _term(parameter, value, resolve)
        elif parameter.required:
            raise BadParameter(parameter.name, "", f"given, and {query.name} needs it")
    return bound


def _term(parameter: Parameter, value: str, resolve: Callable[[str], Iri]) -> Term:
    match parameter.kind:
        case "date":
            return _date(parameter.name, value)
        case "integer":
            if not re.fullmatch(r"[+-]?[0-9]{1,18}", value, re.ASCII):
                raise BadParameter(parameter.name, value, "a whole number")
            return Literal(int(value))
        case "string":
            return Literal(value)
    return _iri(parameter.name, value, resolve)


def _date(name: str, value: str) -> Literal:
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise BadParameter(name, value, _A_DATE) from error
    if day.isoformat() != value:
        raise BadParameter(name, value, _A_DATE)
    if not is_inside(day):
        raise BadParameter(name, value, f"a date to ask about: it {OUTSIDE}")
    return Literal(value, datatype=NamedNode(f"{_XSD}date"))


def _iri(name: str, value: str, resolve: Callable[[str], Iri]) -> NamedNode:
    try:
        return NamedNode(value if re.match(r"(https?://|urn:)", value) else resolve(value))
    except (LookupError, ValueError) as error:
        near = (
            f"; did you mean {' or '.join(error.candidates)}?"
            if isinstance(error, UnknownCitation) and error.candidates
            else ""
        )
        raise BadParameter(name, value, f"an IRI or a known citation such as AI Act 15{near}") from error


def bound_text(query: Query, bindings: Mapping[str, Term]) -> str:
    """Return the text of a query with its parameters as a VALUES row, for any engine.

    :raises BadParameter: if a required parameter is missing.
    """
    if not query.parameters:
        return query.text
    cells = []
    for parameter in query.parameters:
        term = bindings.get(parameter.name)
        if term is None and parameter.required:
            raise BadParameter(parameter.name, "", f"given, and {query.name} needs it")
        cells.append("UNDEF" if term is None else str(term))
    names = " ".join(f"?{parameter.name}" for parameter in query.parameters)
    place = _head_of_group(query.text)
    return f"{query.text[:place]} VALUES ({names}) {{ ({' '.join(cells)}) }}{query.text[place:]}"


def _head_of_group(text: str) -> int:
    depth = 0
    for token in tokens(text):
        if token.text in "()" and token.kind == "mark":
            depth += 1 if token.text == "(" else -1
        elif token.text == "{" and not depth:
            return token.start + 1
    raise BadInput("query", None, "has no group", "write WHERE { … }")


def run(store: Store, query: Query | str, bindings: Mapping[str, Term] | None = None) -> Answer:
    """Return the answer of a store, read as the union of its graphs unless FROM says otherwise.

    :param query: one of the catalogue, or the text of another, which is guarded first.
    :raises BadInput: if the text is no query, or one that may not run.
    :raises BadParameter: if a required parameter is missing.
    """
    if isinstance(query, Query):
        return _answer(store, bound_text(query, bindings or {}), query.name, union=True)
    checked = check_query(query)
    return _answer(store, query, "query", union=not checked.names_graphs)


def _answer(store: Store, text: str, name: str, *, union: bool) -> Answer:
    try:
        found = store.query(text, prefixes=PREFIXES, use_default_graph_as_union=union)
    except SyntaxError as error:
        raise unreadable(name, str(error)) from error
    if isinstance(found, QueryBoolean):
        return Answer(("answer",), ((bool(found),),))
    if isinstance(found, QuerySolutions):
        columns = tuple(variable.value for variable in found.variables)
        return Answer(columns, tuple(tuple(_plain(term) for term in row) for row in found))
    triples = tuple((_plain(t.subject), _plain(t.predicate), _plain(t.object)) for t in found)
    return Answer(("subject", "predicate", "object"), triples)


def _plain(term: Term | Triple | None) -> Value | None:
    """Return a term as a plain value; a literal that is none of its datatype as it is written."""
    try:
        return None if term is None else plain(term)
    except (ValueError, ArithmeticError):
        return term.value if isinstance(term, Literal) else str(term)


def checks() -> tuple[tuple[str, Query], ...]:
    """Return the checks that must find nothing, each with its severity, those of errors first."""
    lines = folder("queries/hygiene").joinpath("profile.tsv").read_text(encoding="utf-8").splitlines()
    named = [line.split("\t") for line in lines if line]
    order = sorted((_SEVERITIES.index(severity), name) for severity, name in named)
    return tuple((_SEVERITIES[rank], _shipped()[f"{_HYGIENE}{name}{_CHECK}"]) for rank, name in order)


def violations(store: Store) -> tuple[Violation, ...]:
    """Return what the checks find in a store: errors first, then by check, entity, property and value."""
    return tuple(
        Violation(severity, query.name.removeprefix(_HYGIENE).removesuffix(_CHECK), *_cells(row))
        for severity, query in checks()
        for row in sorted(run(store, query).rows, key=_cells)
    )


def _cells(row: tuple[Value | None, ...]) -> tuple[str, str, str]:
    entity, name, value = (str(cell).lower() if isinstance(cell, bool) else str(cell or "") for cell in row)
    return entity, name, value
