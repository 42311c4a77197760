from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from engine.coverage.values import Freshness, Kind
from engine.model import State
from engine.report.model import build_report
from engine.report.tables import state_words

if TYPE_CHECKING:
    from engine.coverage.assess import Assessment
    from engine.report.values import GapRow, Report


def _row(report: Report, label: str) -> GapRow:
    return next(row for row in report.gaps if row.label == label)


def test_counts_add_up_to_the_denominator_under_both_policies(report: Report) -> None:
    (counts,) = report.summary.frameworks
    assert counts.total == 7
    assert sum(count.requirements for count in counts.states) == 7
    assert sum(count.stricter or 0 for count in counts.states) == 7
    assert {(k.kind, k.requirements) for k in counts.not_applicable} == {(Kind.ROLE_OR_CLASS, 1)}
    assert counts.not_modelled == 1


def test_what_rests_on_unreviewed_rows_is_counted_and_falls_under_the_stricter_policy(report: Report) -> None:
    (counts,) = report.summary.frameworks
    by_state = {count.state: count for count in counts.states}
    claimed, missing = by_state[State.CLAIMED], by_state[State.NOT_COVERED]
    assert (claimed.requirements, claimed.unreviewed, claimed.stricter) == (1, 1, 0)
    assert (missing.requirements, missing.stricter) == (1, 3)


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Keep accounts", "Covered"),
        ("Test the system", "Claimed without current evidence · unreviewed mappings"),
        ("Manage risk", "Partially covered · unreviewed mappings"),
        ("Inform customers", "Not covered"),
        ("Register the system", "Not yet applicable"),
        ("Publish a report", "Needs legal review"),
    ],
)
def test_each_state_says_what_it_rests_on(report: Report, label: str, words: str) -> None:
    assert state_words(_row(report, label)) == words


def test_what_is_not_applicable_is_in_no_row_but_in_the_applicability_table(report: Report) -> None:
    assert "Use the short form" not in {row.label for row in report.gaps}
    group = next(g for g in report.applicability if g.verdict == "not-applicable")
    assert group.kind is Kind.ROLE_OR_CLASS
    assert [r.label for r in group.requirements] == ["Law 7 no. 1"]
    assert group.reason.startswith("Small: no")


def test_applicability_says_from_when_and_what_to_ask(report: Report) -> None:
    by_verdict = {group.verdict: group for group in report.applicability}
    assert by_verdict["not-yet"].applies_from == date(2027, 3, 1)
    assert by_verdict["undetermined"].reason.startswith("Is the company listed?")
    assert len(by_verdict["applies"].requirements) == 4


def test_a_row_names_element_control_evidence_and_owner(report: Report) -> None:
    row = _row(report, "Manage risk")
    assert row.missing == ("Risks are treated",)
    assert row.unevidenced == ("Risks are found",)
    (control,) = row.controls
    assert (control.control.label, control.relationship, control.review_state) == (
        "Standard A.3",
        "intersects-with",
        "proposed",
    )
    assert [(e.label, e.counts, e.reason) for e in control.evidence] == [
        ("Report on A.3", False, "outcome is contradicts")
    ]
    assert [(r.control, r.reason) for r in row.rejected] == [("Standard A.1", "the row is rejected")]
    assert row.owners == ("=Boss()",)
    assert row.penalty == "High fines"


def test_a_row_links_to_the_act_and_says_its_version(report: Report) -> None:
    row = _row(report, "Keep accounts")
    assert row.requirement.href == "http://data.europa.eu/eli/reg/2020/1/oj"
    assert row.requirement.iri.endswith("/id/law/art_1/req_1")
    assert row.version == "2024-01-01"
    assert (row.freshness, row.first_expiry) == (Freshness.EXPIRING, date(2026, 8, 1))


def test_a_later_requirement_shows_what_it_would_be_today(report: Report) -> None:
    row = _row(report, "Register the system")
    assert (row.state, row.if_applicable) == (State.NOT_YET, State.NOT_COVERED)


def test_rows_are_numbered_and_every_row_has_its_proof(report: Report) -> None:
    assert [row.ref for row in report.gaps] == [f"R{n:03}" for n in range(1, 7)]
    anchors = {proof.anchor for proof in report.proofs}
    assert all(set(row.proofs) <= anchors and row.proofs for row in report.gaps)


def test_front_page_names_versions_and_review_states(report: Report) -> None:
    law, standard = report.cover.editions
    assert (law.version, law.amended_by, law.assessed) == (
        "2024-01-01",
        "http://data.europa.eu/eli/reg/2023/9/oj",
        True,
    )
    assert (standard.version, standard.assessed, standard.is_law) == ("2023", False, False)
    (mappings,) = report.cover.mapping_sets
    assert [(c.review_state, c.rows) for c in mappings.per_review_state] == [
        ("rejected", 1),
        ("proposed", 2),
        ("expert-reviewed", 1),
    ]
    assert report.cover.status == "Draft"


def test_evidence_status_tells_lapsing_lapsed_self_approved_and_contradicting(report: Report) -> None:
    status = report.evidence
    assert (status.total, status.current) == (3, 2)
    assert [item.label for item in status.expiring] == ["Report on A.1"]
    assert [item.label for item in status.expired] == ["Report on A.2"]
    assert [item.label for item in status.self_approved] == ["Report on A.3"]
    assert [item.label for item in status.contradicting] == ["Report on A.3"]
    assert [(f.label, f.overdue) for f in status.findings] == [("Logs can be altered", True)]


def test_questions_point_to_their_rows(report: Report) -> None:
    (question,) = report.questions
    assert question.kind == "fact"
    assert question.text.startswith("Is the company listed?")
    assert question.refs == (_row(report, "Publish a report").ref,)


def test_the_mapping_register_holds_only_rows_relied_on(report: Report) -> None:
    assert [row.control.label for row in report.mappings] == ["Standard A.1", "Standard A.2", "Standard A.3"]


def test_a_report_needs_neither_a_second_policy_nor_proofs(assessment: Assessment) -> None:
    report = build_report(assessment)
    assert report.cover.stricter_policy == ""
    assert report.proofs == ()
    assert all(count.stricter is None for count in report.summary.frameworks[0].states)


def test_equal_inputs_give_equal_reports(assessment: Assessment) -> None:
    assert build_report(assessment) == build_report(assessment)


def test_an_organisation_cannot_rename_law_or_roles(report: Report) -> None:
    row = _row(report, "Keep accounts")
    assert (row.requirement.label, row.addressees) == ("Law 1 no. 1", ("Provider",))
    assert [role.role.label for role in report.assets[0].roles] == ["Provider"]
