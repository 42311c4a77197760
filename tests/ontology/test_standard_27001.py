"""ISO/IEC 27001 against itself: one requirement a clause and control, and what the bank's records say of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from engine.coverage.assess import Assessment, assess
from engine.coverage.census import census, units
from engine.coverage.values import Kind
from engine.graph import Iri
from engine.model import Implementation, RoleAssignment, State
from engine.vocabulary import ID, NG
from engine.workspace import open_organisation
from tests.shipped import shipped

if TYPE_CHECKING:
    from engine.coverage.values import Result
    from engine.model import Organisation, Requirement

CONTENT = shipped()
KNOWLEDGE = CONTENT.knowledge
DAY = date(2026, 11, 20)
BANK = open_organisation(CONTENT, "bank").organisation
STANDARD = Iri(f"{ID}iso-27001")
ROLE = Iri(NG.InformationSecurityManagementSystemOrganisation.value)
LEAVES = {
    4: (".1", ".2", ".3", ".4"),
    5: (".1", ".2", ".3"),
    6: (".1.1", ".1.2", ".1.3", ".2", ".3"),
    7: (".1", ".2", ".3", ".4", ".5.1", ".5.2", ".5.3"),
    8: (".1", ".2", ".3"),
    9: (".1", ".2.1", ".2.2", ".3.1", ".3.2", ".3.3"),
    10: (".1", ".2"),
}
CLAUSES = {f"{clause}{leaf}" for clause, leaves in LEAVES.items() for leaf in leaves}
LAST_CONTROLS = {5: 37, 6: 8, 7: 14, 8: 34}
CONTROLS = {f"A.{theme}.{number}" for theme, last in LAST_CONTROLS.items() for number in range(1, last + 1)}
CLOSED_IN_THEME = {
    5: (4, 6, 7, 9, 10, 14, 15, 16, 18, 19, 21, 23, 24, 25, 26, 27, 28, 30, 37),
    6: (2,),
    7: (1, 10),
    8: (3, 6, 9, 17, 21, 25, 26, 27, 28, 29, 30, 32),
}
CLOSED = {f"A.{theme}.{number}" for theme, numbers in CLOSED_IN_THEME.items() for number in numbers}
CLOSED |= {"4.3", "6.3", "7.3", "8.3", "9.3.3"}
"""Where the wording leaves nobody anything to judge."""


def iri(number: str) -> Iri:
    return Iri(f"{STANDARD}/{number}/req_1")


def written() -> dict[str, Requirement]:
    """Return the requirements of the standard by what their identifiers leave out of the standard's own."""
    home = f"{STANDARD}/"
    return {key.removeprefix(home): r for key, r in KNOWLEDGE.requirements.items() if key.startswith(home)}


def assessed(organisation: Organisation = BANK) -> Assessment:
    return assess(KNOWLEDGE, organisation, DAY, frameworks=[STANDARD])


def statement(number: str, *, status: str = "Excluded", **given: object) -> Implementation:
    """Return what the statement of applicability says of a control for the whole bank."""
    whole: dict[str, object] = {
        "iri": Iri(f"https://example.org/{number}"),
        "label": number,
        "control": Iri(f"{STANDARD}/{number}"),
        "status": status,
        "scopes": (BANK.iri,),
        "owner": None,
        "valid_from": None,
        "valid_until": None,
        "justification": "there is nothing of the kind",
        "approved_by": (Iri("https://example.org/board"),),
        "graph": Iri(""),
    }
    return Implementation(**{**whole, **given})  # type: ignore[arg-type]


def found(number: str, *stated: Implementation) -> Result:
    """Return the one result of a clause or control in the bank with some statements more."""
    changed = replace(BANK, implementations=(*BANK.implementations, *stated))
    (result,) = assessed(changed).by_requirement[iri(number)]
    return result


def test_one_requirement_for_each_clause_and_control_and_none_beside() -> None:
    assert (len(CLAUSES), len(CONTROLS)) == (30, 93)
    framework = KNOWLEDGE.frameworks[STANDARD]
    assert {unit.removeprefix(f"{STANDARD}/") for unit in units(KNOWLEDGE, framework, DAY)} == CLAUSES | CONTROLS
    assert written().keys() == {f"{number}/req_1" for number in CLAUSES | CONTROLS}
    assert all(key == f"{r.provision.removeprefix(f'{STANDARD}/')}/req_1" for key, r in written().items())


def test_nothing_of_the_standard_is_left_unmodelled() -> None:
    (counted,) = (each for each in census(KNOWLEDGE, DAY) if each.key == "iso-27001")
    assert (counted.units, counted.requirements, counted.classified, counted.not_modelled) == (123, 123, 0, 0)


def test_each_binds_the_adopter_by_elements_that_nobody_has_confirmed() -> None:
    for key, requirement in written().items():
        numbered = [f"{STANDARD}/{key}/el_{n}" for n in range(1, len(requirement.elements) + 1)]
        assert requirement.elements, key
        assert [e.iri for e in requirement.elements] == numbered
        assert len({e.text for e in requirement.elements}) == len(numbered), key
        assert (requirement.modality, requirement.bearers) == ("Obligation", (ROLE,))
        assert (requirement.assessed_per, requirement.conditions) == ("PerOrganisation", ())
        assert requirement.organisation_facing
        assert not requirement.elements_complete


def test_no_two_say_the_same() -> None:
    texts = Counter(text for r in written().values() for text in (r.text, *(e.text for e in r.elements)))
    assert [text for text, times in texts.items() if times > 1] == []
    assert len({r.label for r in written().values()}) == len(written())


def test_a_person_judges_wherever_the_wording_is_open() -> None:
    closed = {key.removesuffix("/req_1") for key, r in written().items() if not r.needs_judgement}
    assert closed == CLOSED
    assert [key for key, r in written().items() if r.qualifiers and not r.needs_judgement] == []


def test_each_unit_is_captured_whole_and_no_group_is_flagged() -> None:
    flagged = {key for key, p in KNOWLEDGE.provisions.items() if p.framework == STANDARD and p.decomposed}
    assert flagged == {f"{STANDARD}/{number}" for number in CLAUSES | CONTROLS}


def test_the_amendment_on_climate_is_an_element_of_one_clause() -> None:
    climate = {e.iri for r in written().values() for e in r.elements if "climate" in e.text}
    assert climate == {f"{STANDARD}/4.1/req_1/el_3"}


def test_the_states_of_the_bank() -> None:
    assessment = assessed()
    counts = assessment.counts(KNOWLEDGE.frameworks[STANDARD])
    assert (counts.total, counts.not_modelled) == (123, 0)
    assert {state: n for state, n in counts.states.items() if n} == {
        State.COVERED: 14,
        State.CLAIMED: 9,
        State.NOT_COVERED: 76,
        State.REVIEW: 23,
        State.NOT_APPLICABLE: 1,
    }
    assert counts.not_applicable == {Kind.EXCLUDED: 1}
    assert not any(counts.unreviewed.values())
    reviewed = {r.reason for r in assessment.results if r.state is State.REVIEW}
    assert reviewed == {"ready for judgement"}


@pytest.mark.parametrize(
    ("number", "state"),
    [
        ("8.3", State.COVERED),
        ("A.5.9", State.COVERED),
        ("A.8.32", State.COVERED),
        ("A.8.16", State.REVIEW),
        ("A.8.13", State.CLAIMED),
        ("4.1", State.NOT_COVERED),
        ("A.8.24", State.REVIEW),
    ],
)
def test_a_unit_of_the_bank(number: str, state: State) -> None:
    assert found(number).state is state


def test_a_control_is_its_own_support_and_needs_no_row() -> None:
    result = found("A.8.16")
    assert [(s.control, s.relationship, s.premises) for s in result.support] == [
        (f"{STANDARD}/A.8.16", "equal-to", ()),
    ]
    assert result.missing == ()


def test_the_control_the_bank_leaves_out_does_not_apply() -> None:
    result = found("A.8.30")
    assert (result.state, result.kind, result.rule) == (State.NOT_APPLICABLE, Kind.EXCLUDED, "R1")
    assert result.reason.startswith("excluded: All software the bank has made is made by its own staff")


@pytest.mark.parametrize("number", ["A.5.3", "A.6.4", "A.7.4", "A.8.23"])
def test_an_approved_exclusion_takes_a_control_out_of_the_count(number: str) -> None:
    assert found(number).state is State.NOT_COVERED
    result = found(number, statement(number))
    assert (result.state, result.kind) == (State.NOT_APPLICABLE, Kind.EXCLUDED)


@pytest.mark.parametrize("lack", [{"approved_by": ()}, {"justification": ""}, {"valid_from": date(2026, 11, 21)}])
def test_an_exclusion_that_lacks_something_excludes_nothing(lack: dict[str, object]) -> None:
    result = found("A.7.4", statement("A.7.4", **lack))
    assert (result.state, result.kind) == (State.NOT_COVERED, None)


def test_an_unapproved_exclusion_still_stands_against_an_implementation() -> None:
    assert found("A.8.32").state is State.COVERED
    assert found("A.8.32", statement("A.8.32", approved_by=())).state is State.NOT_COVERED


@pytest.mark.parametrize("number", sorted(CLAUSES))
def test_a_clause_cannot_be_excluded(number: str) -> None:
    result = found(number, statement(number))
    assert (result.state, result.kind) == (State.NOT_COVERED, None)


def test_what_is_in_operation_without_evidence_is_claimed() -> None:
    assert found("4.1", statement("4.1", status="Implemented")).state is State.CLAIMED
    assert found("4.1", statement("4.1", status="Planned")).state is State.NOT_COVERED


def without_role(*more: RoleAssignment) -> Organisation:
    return replace(BANK, roles=(*(r for r in BANK.roles if r.role != ROLE), *more))


def test_the_bank_holds_the_role_with_ground_and_date() -> None:
    (assignment,) = (r for r in BANK.roles if r.role == ROLE)
    assert (assignment.respects, assignment.holds) == ((BANK.iri,), True)
    assert assignment.ground
    assert assignment.valid_from == date(2024, 1, 1)


def test_who_is_silent_on_the_standard_is_asked_and_who_has_not_adopted_it_is_out() -> None:
    asked = assessed(without_role()).by_requirement
    assert {key for key, (result,) in asked.items() if result.state is not State.REVIEW} == {iri("A.8.30")}
    assert any("security management system" in question for question in asked[iri("4.1")][0].questions)
    denied = RoleAssignment(Iri("https://example.org/no"), ROLE, (BANK.iri,), "not adopted", None, None, holds=False)
    out = assessed(without_role(denied)).results
    assert {(r.state, r.kind) for r in out} == {(State.NOT_APPLICABLE, Kind.ROLE_OR_CLASS)}


def test_the_role_is_alone_in_its_scheme_and_touches_no_other_framework() -> None:
    scheme = KNOWLEDGE.schemes[ROLE]
    assert [role for role, home in KNOWLEDGE.schemes.items() if home == scheme] == [ROLE]
    others = [key for key in KNOWLEDGE.frameworks if key != STANDARD]
    before, after = (assess(KNOWLEDGE, o, DAY, frameworks=others).results for o in (without_role(), BANK))
    assert before == after
