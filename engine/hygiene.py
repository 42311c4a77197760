"""Whether what is shipped is in order: form, style, content and links, each check with its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from engine.coverage.census import not_modelled
from engine.mapping.hygiene import copied_rationales, idle_exceptions, stale_rows, triage_gaps
from engine.mapping.sssom import read_sssom
from engine.mapping.sssom_writing import write_sssom
from engine.queries import violations
from engine.resources import folder
from engine.shacl.terms import shown
from engine.shacl.triples import Triples
from engine.shacl.validator import run_shapes
from engine.turtle import reformat
from engine.vocabulary import GRAPH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.content import Content

__all__ = ["CHECKS", "Problem", "problems"]

_ONTOLOGY = ("vocabulary/", "scheme/", "shapes/")
_CONTENT = ("requirements/", "rules/", "scheme/", "mapping/")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it should be."""

    check: str
    severity: str
    entity: str
    problem: str


def _turtle(content: Content) -> Iterator[Problem]:
    del content
    root = folder("ontology")
    for path in sorted(root.rglob("*.ttl")):
        if reformat(path) != path.read_text(encoding="utf-8"):
            yield Problem(
                "canonical Turtle", "ERROR", str(path.relative_to(root.parent)), "not in the one form: make format"
            )


def _sssom(content: Content) -> Iterator[Problem]:
    root = folder("mappings")
    for path in sorted(root.rglob("*.sssom.tsv")):
        if write_sssom(read_sssom(path), content.knowledge.citation) != path.read_text(encoding="utf-8"):
            yield Problem(
                "canonical SSSOM",
                "ERROR",
                str(path.relative_to(root.parent)),
                "rows, labels or columns not in the one form",
            )


def _queries(content: Content) -> Iterator[Problem]:
    for violation in violations(content.store()):
        told = f"{violation.property}: {violation.value}"
        yield Problem(violation.check, violation.severity, violation.entity, told)


def _shapes(content: Content, data: tuple[str, ...], shapes: str) -> Iterator[Problem]:
    wanted = tuple(GRAPH + name for name in data)
    records = Triples(q for q in content.quads if getattr(q.graph_name, "value", "").startswith(wanted))
    rules = Triples(q for q in content.quads if getattr(q.graph_name, "value", "") == f"{GRAPH}shapes/{shapes}")
    for result in run_shapes(rules, records).results:
        severity = "ERROR" if result.severity == "Violation" else "WARN"
        yield Problem(f"shapes: {shapes}", severity, shown(result.focus), result.message)


def _style(content: Content) -> Iterator[Problem]:
    yield from _shapes(content, _ONTOLOGY, "ontology-style")


def _content(content: Content) -> Iterator[Problem]:
    yield from _shapes(content, _CONTENT, "content")


def _mappings(content: Content) -> Iterator[Problem]:
    knowledge = content.knowledge
    latest = max(v.valid_from for f in knowledge.frameworks.values() for v in f.versions if v.valid_from)
    for name, severity, found in (
        ("triage", "ERROR", triage_gaps(knowledge, latest)),
        ("exceptions", "ERROR", idle_exceptions(knowledge)),
        ("copied rationale", "ERROR", copied_rationales(knowledge.rows)),
        ("stale rows", "WARN", stale_rows(knowledge, latest)),
    ):
        yield from (Problem(f"mappings: {name}", severity, entity, told) for entity, told in found)


def _completeness(content: Content) -> Iterator[Problem]:
    """Yield the units without a requirement or a class, of every framework that has requirements, in every version."""
    knowledge = content.knowledge
    modelled = {framework.iri for iri in knowledge.requirements if (framework := knowledge.framework_of(iri))}
    for framework in (f for f in knowledge.frameworks.values() if f.iri in modelled):
        for version in framework.versions:
            for unit in not_modelled(knowledge, framework, version.valid_from or date.max):
                told = f"neither a requirement nor a class in the version {version.name}"
                yield Problem("completeness", "ERROR", knowledge.citation(unit), told)


CHECKS: tuple[tuple[str, Callable[[Content], Iterator[Problem]]], ...] = (
    ("canonical Turtle", _turtle),
    ("canonical SSSOM", _sssom),
    ("hygiene queries", _queries),
    ("shapes over the ontology", _style),
    ("shapes over the content", _content),
    ("completeness", _completeness),
    ("mappings", _mappings),
)
"""The checks by name, in the order they are run."""


def problems(content: Content, told: Callable[[str], None] = lambda _: None) -> tuple[Problem, ...]:
    """Return everything that is not in order, by check and entity.

    :param told: hears which check is being run.
    """
    found: list[Problem] = []
    for name, check in CHECKS:
        told(f"Checking: {name}")
        found += sorted(check(content), key=lambda p: (p.severity, p.entity, p.problem))
    return tuple(found)
