"""What follows from a few facts on a day, by the text of the law: the table of cases in ``tests/data/cases.toml``."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from rdflib import URIRef

from engine.applicability import Applicability
from engine.citations import CitationIndex
from engine.coverage.assess import assess
from engine.graph import Iri
from engine.shacl.pyshacl_engine import graph_of
from engine.vocabulary import GRAPH
from engine.workspace import open_organisation
from tests.engine.coverage.case_table import BASE, CASES, NO_REQUIREMENT, Case, organisation_file
from tests.oracle import plain

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib import Graph

    from engine.content import Content
    from engine.coverage.values import Result
    from engine.knowledge import Knowledge
    from engine.workspace import Workspace


LAW = tuple(f"{GRAPH}{kind}/" for kind in ("framework", "requirements", "rules", "scheme", "vocabulary", "reused"))


@pytest.fixture(scope="module")
def citations(content: Content) -> CitationIndex:
    return CitationIndex.of(content.knowledge)


@pytest.fixture(scope="module")
def concepts(content: Content) -> dict[str, str]:
    return {re.split(r"[#/]", iri)[-1]: iri for iri in content.knowledge.schemes}


@pytest.fixture(scope="module")
def law(content: Content) -> Graph:
    return graph_of(quad for quad in content.quads if getattr(quad.graph_name, "value", "").startswith(LAW))


def requirements(knowledge: Knowledge, named: Iri, case: Case) -> list[Iri]:
    """Return the counted norms that a case is about: one, or those of a provision and below."""
    if named in knowledge.requirements:
        found = [knowledge.requirements[named]]
    else:
        found = [r for part in knowledge.subtree(named) for r in knowledge.requirements_of.get(part, ())]
    return [r.iri for r in found if knowledge.is_live(r, case.on)]


@pytest.fixture
def opened(
    content: Content, citations: CitationIndex, concepts: dict[str, str], tmp_path: Path, case: Case
) -> Workspace:
    path = tmp_path / "organisation.ttl"
    about = requirements(content.knowledge, citations.resolve(case.provision), case)
    path.write_text(organisation_file(case, concepts, list(about)), encoding="utf-8")
    return open_organisation(content, str(path))


def told(result: Result) -> str:
    statements = [text for ground in result.grounds for text in (ground.statement, ground.question)]
    return "\n".join([result.reason, *result.questions, *statements])


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_case(opened: Workspace, citations: CitationIndex, case: Case) -> None:
    knowledge, named = opened.content.knowledge, citations.resolve(case.provision)
    about = set(requirements(knowledge, named, case))
    assert bool(about) is (case.state != NO_REQUIREMENT), "live norms of the provision"
    if case.dates:
        timing = Applicability(knowledge, opened.organisation, case.on).timing(named, opened.organisation.iri)
        assert tuple(map(str, timing.dates)) == case.dates
    framework = knowledge.framework_of(named)
    assert framework is not None
    scope = Iri(BASE + case.scope) if case.scope else None
    results = assess(knowledge, opened.organisation, case.on, frameworks=[framework.iri], scope=scope).results
    for result in (result for result in results if result.requirement in about):
        found = (result.state.value, result.rule, result.kind.value if result.kind else "")
        assert found == (case.state, case.rule, case.kind), (knowledge.citation(result.requirement), told(result))
        for words in case.says:
            assert words in told(result), knowledge.citation(result.requirement)


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_case_by_the_second_reading(opened: Workspace, law: Graph, citations: CitationIndex, case: Case) -> None:
    records = graph_of(opened.quads)
    for triple in records:
        law.add(triple)
    world = plain.World(law, URIRef(opened.organisation.iri), case.on, plain.Policy())
    named = citations.resolve(case.provision)
    about = requirements(opened.content.knowledge, named, case)
    found = [result for iri in about for result in plain.assess_requirement(world, URIRef(iri))]
    for triple in records:
        law.remove(triple)
    assert {(r["state"], r["rule"], r["kind"] or "") for r in found} == (
        {(case.state, case.rule, case.kind)} if case.state != NO_REQUIREMENT else set()
    )


def test_each_case_has_its_own_name_and_its_reason_in_law() -> None:
    assert [name for name, count in Counter(case.id for case in CASES).items() if count > 1] == []
    assert [case.id for case in CASES if not case.law.strip()] == []
