"""The bundled examples: their records hold together, and give exactly the findings, questions and states meant."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import NamedNode

from engine.coverage.assess import assess
from engine.graph import Graph, Iri
from engine.queries import bind, find, run
from engine.validation import validate
from engine.vocabulary import ID, NG, PREFIXES

if TYPE_CHECKING:
    from engine.shacl.results import ValidationResult
    from engine.workspace import Workspace

DATA = Path(__file__).parents[1] / "data" / "examples"


def meant(example: Workspace, name: str) -> list[tuple[str, ...]]:
    """Return the rows of a file of expectations, without its header."""
    with (DATA / f"{example.name}-{name}.tsv").open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file, delimiter="\t")][1:]


def short(example: Workspace, iri: str) -> str:
    return iri.removeprefix(example.organisation.iri.removesuffix("organisation"))


def the_day(example: Workspace) -> date:
    assert example.organisation.example_date
    return example.organisation.example_date


def test_every_link_leads_somewhere(example: Workspace) -> None:
    organisation, knowledge = example.organisation, example.content.knowledge
    done = {i.iri for i in organisation.implementations}
    events = {event.iri for event in organisation.events}
    assert {i.control for i in organisation.implementations} <= knowledge.provisions.keys()
    assert {i for e in organisation.evidence for i in e.implementations} <= done
    assert {i for f in organisation.findings for i in f.against} <= done
    assert {j.requirement for j in organisation.judgements} <= knowledge.requirements.keys()
    assert {r.role for r in organisation.roles} <= knowledge.schemes.keys()
    assert {iri for item in organisation.evidence for iri in item.events} <= events


def test_every_term_and_every_record_named_is_described(example: Workspace) -> None:
    base = example.organisation.iri.removesuffix("organisation")
    records = Graph(example.quads)
    terms = [term for quad in example.quads for term in (quad.predicate, quad.object)]
    named = {term.value for term in terms if isinstance(term, NamedNode)}
    assert {iri for iri in named if iri.startswith(base) and f"{base}0.1.0/" not in iri} <= set(records)
    shipped = (NG.base, ID, PREFIXES["dpv"], PREFIXES["eu-aiact"])
    assert {iri for iri in named if iri.startswith(shipped)} <= set(example.content.graph)


def test_every_fact_is_about_its_class(example: Workspace) -> None:
    graph, organisation = example.content.graph, example.organisation
    for subject, fact in organisation.facts:
        asset = organisation.assets.get(subject)
        classes = asset.classes if asset else {Iri(NG.Organisation.value)}
        assert set(graph.iris(fact, NG.factOf)) & set(classes), (subject, fact)


def test_the_open_questions_are_those_left_open_on_purpose(example: Workspace) -> None:
    query = find("missing-facts")
    rows = run(example.store(), query, bind(query, {}, Iri)).rows
    found = {(short(example, str(row[0])), str(row[1]).removeprefix(NG.base)) for row in rows}
    assert sorted(found) == sorted(meant(example, "open-questions"))


def test_validation_finds_exactly_what_was_planted(example: Workspace) -> None:
    found = validate(example, the_day(example))
    rows = [(found.names[r.shape], *_about(example, r)) for r in found.results]
    assert sorted(rows) == sorted(meant(example, "findings"))


def _about(example: Workspace, result: ValidationResult) -> tuple[str, str]:
    """Return what a result is about: the record to mend, and the scope or the other thing that its message names."""
    focus, value = (str(getattr(node, "value", "")) for node in (result.focus, result.value))
    record = focus if focus != example.organisation.iri else value
    _, _, scope = result.message.rstrip(".").partition(" in respect of ")
    named = [iri.rstrip(".:,;") for iri in re.findall(r"https?://\S+", result.message)]
    others = [short(example, iri).removeprefix(ID).removeprefix(NG.base) for iri in named if iri.rstrip(".") != record]
    return short(example, record), short(example, scope) or " ".join(others)


@pytest.mark.parametrize("year", ["2026", "2028"])
def test_the_states_per_framework(example: Workspace, year: str) -> None:
    expected = [row for row in meant(example, "states") if row[0].startswith(year)]
    day, laws = date.fromisoformat(expected[0][0]), {row[1] for row in expected}
    assessment = assess(example.content.knowledge, example.organisation, day)
    found = Counter[tuple[str, ...]]()
    for framework in assessment.frameworks:
        if framework.key in laws:
            counts = assessment.counts(framework).states
            found.update({(str(day), framework.key, state.value): n for state, n in counts.items() if n})
    assert sorted((*key, str(n)) for key, n in found.items()) == sorted(expected)
