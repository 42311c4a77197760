from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from engine.coverage.assess import assess
from engine.coverage.run import run_id, run_quads
from engine.graph import Iri
from engine.report.compose import compose_report
from engine.report.html import report_html
from engine.report.model import build_report
from engine.resources import EXAMPLES
from engine.tensions import read_tensions
from engine.vocabulary import GRAPH, ID
from engine.workspace import open_organisation

if TYPE_CHECKING:
    from engine.content import Content
    from engine.report.values import Report
    from engine.workspace import Workspace


@pytest.fixture(scope="module", params=EXAMPLES)
def report(content: Content, request: pytest.FixtureRequest) -> Report:
    organisation = open_organisation(content, request.param).organisation
    assert organisation.example_date
    assessed = assess(content.knowledge, organisation, organisation.example_date)
    return build_report(assessed, tensions=read_tensions(content.graph))


def test_every_requirement_is_counted_once(report: Report) -> None:
    assert report.summary.frameworks
    for counts in report.summary.frameworks:
        assert sum(count.requirements for count in counts.states) == counts.total
        assert sum(kind.requirements for kind in counts.not_applicable) <= counts.total


def test_every_scope_stands_in_one_row_of_a_requirement(report: Report) -> None:
    pairs = [(row.requirement.iri, scope.iri) for row in report.gaps for scope in row.scopes]
    assert len(pairs) == len(set(pairs))


def test_tensions_between_what_binds_today(report: Report) -> None:
    """The bank is a financial entity, and no provider of its own; the maker of imaging AI is the other way round."""
    titles = {tension.title for tension in report.tensions}
    assert ("Backups and erasure" in titles) is (report.cover.organisation.label == "Lindholt Bank")
    assert ("Keeping logs and storage limitation" in titles) is (report.cover.organisation.label != "Lindholt Bank")
    assert all(tension.one_side and tension.other_side for tension in report.tensions)


def test_every_question_leads_to_a_row_and_every_inner_link_to_a_place(report: Report) -> None:
    assert report.questions
    page = report_html(report)
    ids = set(re.findall(r' id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids


def test_ten_urgent_gaps_each_with_a_next_step(report: Report) -> None:
    assert len(report.summary.urgent) == 10
    assert all(gap.next_step.endswith((".", "?", ")")) for gap in report.summary.urgent)


def test_a_report_names_the_run_as_its_statements_do(bank: Workspace) -> None:
    day = date(2028, 1, 10)
    assessment = assess(bank.content.knowledge, bank.organisation, day, frameworks=[Iri(f"{ID}nis2")])
    cover = compose_report(bank, assessment).cover
    run = run_id(bank.content.hash, bank.quads, assessment)
    assert (cover.run, cover.content_hash) == (run, bank.content.hash)
    assert {quad.graph_name.value for quad in run_quads(assessment, cover.run)} == {f"{GRAPH}run/{run}"}
