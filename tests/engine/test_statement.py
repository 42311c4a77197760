"""The statement of applicability says of every control what the records say, and nothing that they do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from engine.coverage.assess import Assessment, assess
from engine.coverage.values import Policy
from engine.errors import BadParameter
from engine.graph import Iri
from engine.model import Implementation, ReviewState, State
from engine.statement import Decision, Progress, StatementRow, statement_of_applicability
from engine.vocabulary import ID

if TYPE_CHECKING:
    from engine.workspace import Workspace

DAY = date(2026, 11, 20)
STANDARD = Iri(f"{ID}iso-42001")
BANK = "https://w3id.org/normgraph/example/bank/"
BOARD = Iri("https://example.org/board")


@pytest.fixture(scope="module")
def assessed(bank: Workspace) -> Assessment:
    return assess(bank.content.knowledge, bank.organisation, DAY)


def stated(assessment: Assessment) -> dict[str, StatementRow]:
    rows = statement_of_applicability(assessment, assessment.knowledge.frameworks[STANDARD])
    return {row.citation.rpartition(" ")[2]: row for row in rows}


def row_of(bank: Workspace, number: str, *records: Implementation) -> StatementRow:
    """Return what would be stated of a control if these were all its records."""
    control = Iri(f"{STANDARD}/{number}")
    others = tuple(i for i in bank.organisation.implementations if i.control != control)
    given = tuple(replace(record, control=control) for record in records)
    organisation = replace(bank.organisation, implementations=(*others, *given))
    return stated(assess(bank.content.knowledge, organisation, DAY, frameworks=[STANDARD]))[number]


def record(name: str, status: str, *scopes: str, why: str = "", by: Iri | None = None, **when: date) -> Implementation:
    return Implementation(
        iri=Iri(f"https://example.org/{name}"),
        label=name,
        control=Iri(""),
        status=status,
        scopes=tuple(Iri(BANK + scope) for scope in scopes or ("organisation",)),
        owner=Iri(f"https://example.org/owner-of-{name}"),
        valid_from=when.get("begins"),
        valid_until=when.get("ends"),
        justification=why,
        approved_by=(by,) if by else (),
        graph=Iri(""),
    )


def test_every_control_in_the_order_of_the_standard(assessed: Assessment) -> None:
    rows = stated(assessed)
    assert len(rows) == 38
    assert [*rows][:3] == ["A.2.2", "A.2.3", "A.2.4"]
    assert [*rows][-3:] == ["A.10.2", "A.10.3", "A.10.4"]
    assert {row.decision for row in rows.values()} == set(Decision)


def test_what_the_bank_states(assessed: Assessment) -> None:
    rows = stated(assessed)
    told = {decision: [n for n, row in rows.items() if row.decision is decision] for decision in Decision}
    assert told[Decision.EXCLUDED] == ["A.10.4"]
    assert told[Decision.NOT_DECIDED] == ["A.2.3", "A.4.4", "A.4.5", "A.7.3", "A.8.5", "A.9.3"]
    progress = {p: [n for n, row in rows.items() if row.progress is p] for p in Progress}
    assert progress[Progress.PLANNED] == ["A.5.5"]
    assert progress[Progress.IN_PROGRESS] == ["A.6.2.4", "A.6.2.5", "A.6.2.8"]
    assert progress[Progress.NONE] == [*told[Decision.NOT_DECIDED], *told[Decision.EXCLUDED]]


def test_a_control_left_out_tells_why_and_who_approved(assessed: Assessment) -> None:
    row = stated(assessed)["A.10.4"]
    assert row.reasons_out[0].startswith("The bank hands AI systems over to nobody")
    assert row.approved_by == (f"{BANK}role/chief-risk-officer",)
    assert (row.state, row.lacking, row.scopes, row.progress) == (State.NOT_APPLICABLE, "", (), Progress.NONE)
    assert row.excluded_scopes == (f"{BANK}organisation",)


def test_a_control_taken_in_tells_the_law_and_the_risks_behind_it(assessed: Assessment) -> None:
    row = stated(assessed)["A.5.4"]
    gdpr, act = f"{ID}gdpr", f"{ID}eu-ai-act"
    assert row.needed_by == tuple(f"{gdpr}/{end}/req_1" for end in ("art_6/par_4", "art_25/par_1", "art_35/par_7"))
    assert row.needed_later == (
        f"{act}/art_9/par_2/req_2",
        f"{act}/art_9/par_9/req_1",
        f"{act}/art_27/par_1/req_1",
    )
    assert row.treats == (f"{BANK}risk/unfair-rejection",)
    assert (row.state, row.first_expiry, row.lacking) == (State.PARTIALLY, date(2027, 7, 1), "")
    assert row.owners == (f"{BANK}role/ai-governance-officer",)
    assert f"{BANK}credit-scoring-2" in row.scopes


def test_law_that_begins_to_apply_is_no_longer_law_to_come(bank: Workspace) -> None:
    row = stated(assess(bank.content.knowledge, bank.organisation, date(2028, 8, 2)))["A.5.4"]
    assert f"{ID}eu-ai-act/art_27/par_1/req_1" in row.needed_by
    assert row.needed_later == ()


def test_only_binding_law_and_accepted_rows_that_give_something_are_named(assessed: Assessment) -> None:
    knowledge = assessed.knowledge
    leads = {(row.subject, row.object) for row in knowledge.rows}
    for row in stated(assessed).values():
        for requirement in (*row.needed_by, *row.needed_later):
            assert (row.control, requirement) in leads
            framework = knowledge.framework_of(requirement)
            assert framework is not None
            assert framework.is_law
        states = {assessed.state_of(requirement) for requirement in row.needed_by}
        assert not states & {State.NOT_APPLICABLE, State.NOT_YET}
        assert {assessed.state_of(requirement) for requirement in row.needed_later} <= {State.NOT_YET}


def test_a_row_that_is_not_accepted_or_gives_nothing_is_no_reason(bank: Workspace) -> None:
    knowledge, end = bank.content.knowledge, f"{ID}gdpr/art_35/par_7/req_1"
    (given,) = (r for r in knowledge.rows if (r.subject, r.object) == (f"{STANDARD}/A.5.4", end))
    assert end in stated(assess(knowledge, bank.organisation, DAY))["A.5.4"].needed_by
    for changed in (
        replace(given, review_state=ReviewState.DISPUTED),
        replace(given, rationale_type="semantic"),
        replace(given, relationship="no-relationship"),
    ):
        rows = tuple(changed if row is given else row for row in knowledge.rows)
        found = assess(replace(knowledge, rows=rows), bank.organisation, DAY)
        assert end not in stated(found)["A.5.4"].needed_by
    expert = assess(knowledge, bank.organisation, DAY, Policy(ReviewState.EXPERT_REVIEWED))
    assert not any(row.needed_by or row.needed_later for row in stated(expert).values())


def test_without_a_record_nothing_is_decided(bank: Workspace) -> None:
    row = row_of(bank, "A.9.3")
    assert (row.decision, row.progress, row.lacking) == (Decision.NOT_DECIDED, Progress.NONE, "nothing is recorded")
    assert row.owners == row.scopes == ()


@pytest.mark.parametrize(
    ("why", "by", "lacking"),
    [
        ("", BOARD, "leaving it out is not justified"),
        ("Not needed.", None, "leaving it out is not approved"),
        ("", None, "leaving it out is not justified"),
    ],
)
def test_leaving_out_needs_reason_and_approval(bank: Workspace, why: str, by: Iri | None, lacking: str) -> None:
    row = row_of(bank, "A.9.3", record("out", "Excluded", why=why, by=by))
    assert (row.decision, row.lacking, row.state) == (Decision.NOT_DECIDED, lacking, State.NOT_COVERED)
    assert row.excluded_scopes == ()
    against = row_of(bank, "A.9.3", record("out", "Excluded", why=why, by=by), record("in", "Implemented"))
    assert (against.decision, against.lacking) == (Decision.NOT_DECIDED, lacking)


def test_leaving_out_the_whole_goes_before_what_is_carried_out(bank: Workspace) -> None:
    out = record("out", "Excluded", why="Not needed.", by=BOARD)
    row = row_of(bank, "A.9.3", out, record("in", "Implemented", why="Wanted."))
    assert (row.decision, row.state) == (Decision.EXCLUDED, State.NOT_APPLICABLE)
    assert (row.reasons_in, row.reasons_out, row.owners) == ((), ("Not needed.",), (out.owner,))


def test_leaving_out_for_one_system_is_told_beside_the_rest(bank: Workspace) -> None:
    out = record("out", "Excluded", "recruitment-screener", why="Bought ready-made.", by=BOARD)
    carried = record("in", "Implemented", "credit-scoring-1", "credit-scoring-2", why="Wanted.")
    row = row_of(bank, "A.6.2.3", out, carried)
    assert (row.decision, row.progress, row.lacking) == (Decision.INCLUDED, Progress.IMPLEMENTED, "")
    assert (row.reasons_in, row.reasons_out) == (("Wanted.",), ("Bought ready-made.",))
    assert row.excluded_scopes == out.scopes
    alone = row_of(bank, "A.6.2.3", out)
    assert (alone.decision, alone.lacking) == (
        Decision.NOT_DECIDED,
        "nothing is recorded for what it is not left out for",
    )


def test_leaving_out_for_every_system_leaves_out_the_control(bank: Workspace) -> None:
    systems = ("credit-scoring-1", "credit-scoring-2", "customer-chatbot", "recruitment-screener")
    row = row_of(bank, "A.6.2.3", *(record(s, "Excluded", s, why="Not ours.", by=BOARD) for s in systems))
    assert (row.decision, row.state, row.reasons_out) == (
        Decision.EXCLUDED,
        State.NOT_APPLICABLE,
        ("Not ours.",),
    )


LATER, PAST = date(2027, 1, 1), date(2026, 11, 20)


@pytest.mark.parametrize(
    ("records", "decision", "progress"),
    [
        ([record("a", "Implemented")], Decision.INCLUDED, Progress.IMPLEMENTED),
        ([record("a", "InProgress")], Decision.INCLUDED, Progress.IN_PROGRESS),
        ([record("a", "Planned")], Decision.INCLUDED, Progress.PLANNED),
        ([record("a", "Implemented", begins=LATER)], Decision.INCLUDED, Progress.PLANNED),
        ([record("a", "Implemented"), record("b", "Planned")], Decision.INCLUDED, Progress.IN_PROGRESS),
        ([record("a", "Retired")], Decision.NOT_DECIDED, Progress.NONE),
        ([record("a", "Implemented", ends=PAST)], Decision.NOT_DECIDED, Progress.NONE),
        ([record("a", "Excluded", why="No.", by=BOARD, ends=PAST)], Decision.NOT_DECIDED, Progress.NONE),
        ([record("a", "Excluded", why="No.", by=BOARD, begins=LATER)], Decision.NOT_DECIDED, Progress.NONE),
    ],
)
def test_how_far_it_has_come(
    bank: Workspace, records: list[Implementation], decision: Decision, progress: Progress
) -> None:
    row = row_of(bank, "A.9.3", *records)
    assert (row.decision, row.progress) == (decision, progress)


def test_taking_in_needs_a_reason_too(bank: Workspace) -> None:
    assert row_of(bank, "A.9.3", record("in", "Planned")).lacking == "no reason for taking it in is recorded"
    assert row_of(bank, "A.9.3", record("in", "Planned", why="The board wants it.")).lacking == ""


def test_a_standard_whose_requirements_are_not_assessed_is_stated_without_states(assessed: Assessment) -> None:
    only_law = replace(assessed, results=tuple(r for r in assessed.results if "/iso-" not in r.requirement))
    rows = stated(only_law)
    assert {row.state for row in rows.values()} == {None}
    assert rows["A.10.4"].decision is Decision.EXCLUDED


def test_a_law_has_no_statement(assessed: Assessment) -> None:
    law = assessed.knowledge.frameworks[Iri(f"{ID}gdpr")]
    with pytest.raises(BadParameter, match="“gdpr” is not a framework with controls: iso-27001, iso-42001"):
        statement_of_applicability(assessed, law)
