"""A standard assessed against itself: one requirement a clause and control, and what the bank's records say of it."""

from __future__ import annotations

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
    from engine.model import Organisation, Requirement

CONTENT = shipped()
KNOWLEDGE = CONTENT.knowledge
DAY = date(2026, 11, 20)
BANK = open_organisation(CONTENT, "bank").organisation
BEARERS = {"iso-42001": NG.AIManagementSystemOrganisation}
ADVICE = {"iso-42001": {"B", "C", "D"}}
CLAUSES, CONTROLS = {"iso-42001": 32}, {"iso-42001": 38}
BY_TEXT_PER_SYSTEM = {"iso-42001": {"A.4.4"}}
"""Controls about one system for which no evidence template is written yet."""


def numbers(key: str) -> set[str]:
    """Return the leaf clauses and the controls of a standard that demand something."""
    framework = KNOWLEDGE.frameworks[Iri(ID + key)]
    found = {unit.removeprefix(f"{ID}{key}/") for unit in units(KNOWLEDGE, framework, DAY)}
    assert found >= ADVICE[key]
    return found - ADVICE[key]


def requirements(key: str) -> dict[str, Requirement]:
    """Return the requirements of a standard by what their identifiers leave out of the standard's own."""
    home = f"{ID}{key}/"
    return {iri.removeprefix(home): r for iri, r in KNOWLEDGE.requirements.items() if iri.startswith(home)}


@pytest.mark.parametrize("key", BEARERS)
def test_one_requirement_for_each_clause_and_control_and_none_beside(key: str) -> None:
    wanted = numbers(key)
    assert (sum(n[0] != "A" for n in wanted), sum(n[0] == "A" for n in wanted)) == (CLAUSES[key], CONTROLS[key])
    assert requirements(key).keys() == {f"{number}/req_1" for number in wanted}
    assert {r.provision: iri for iri, r in requirements(key).items()} == {
        f"{ID}{key}/{number}": f"{number}/req_1" for number in wanted
    }


@pytest.mark.parametrize("key", BEARERS)
def test_nothing_of_the_standard_is_left_unmodelled_and_advice_is_classed(key: str) -> None:
    (counted,) = (each for each in census(KNOWLEDGE, DAY) if each.key == key)
    assert (counted.not_modelled, counted.classified) == (0, len(ADVICE[key]))
    assert counted.requirements == CLAUSES[key] + CONTROLS[key]
    assert {KNOWLEDGE.provisions[Iri(f"{ID}{key}/{annex}")].norm_class for annex in ADVICE[key]} == {"Guidance"}


@pytest.mark.parametrize("key", BEARERS)
def test_each_is_an_obligation_of_the_adopter_with_elements_nobody_has_confirmed(key: str) -> None:
    for iri, requirement in requirements(key).items():
        assert [e.iri for e in requirement.elements] == [
            f"{ID}{key}/{iri}/el_{n}" for n in range(1, len(requirement.elements) + 1)
        ]
        assert requirement.elements, iri
        assert (requirement.modality, requirement.bearers) == ("Obligation", (BEARERS[key].value,))
        assert requirement.organisation_facing
        assert not requirement.elements_complete
        assert requirement.needs_judgement or not requirement.qualifiers, iri


@pytest.mark.parametrize("key", BEARERS)
def test_the_leaves_are_whole_and_the_groups_are_not_flagged(key: str) -> None:
    flagged = {iri for iri, part in KNOWLEDGE.provisions.items() if part.decomposed and iri.startswith(f"{ID}{key}/")}
    assert flagged == {f"{ID}{key}/{number}" for number in numbers(key) | ADVICE[key]}


@pytest.mark.parametrize("key", BEARERS)
def test_what_needs_evidence_for_each_system_is_assessed_for_each_system(key: str) -> None:
    per_asset = {
        number
        for number in numbers(key)
        if any(template.per_asset for template in KNOWLEDGE.templates.get(Iri(f"{ID}{key}/{number}"), ()))
    }
    per_system = {iri.removesuffix("/req_1") for iri, r in requirements(key).items() if r.assessed_per == "PerSystem"}
    assert per_system == per_asset | BY_TEXT_PER_SYSTEM[key]
    assert {r.assessed_per for r in requirements(key).values()} == {"PerSystem", "PerOrganisation"}


def view(organisation: Organisation, key: str) -> Assessment:
    return assess(KNOWLEDGE, organisation, DAY, frameworks=[Iri(ID + key)])


def own(assessment: Assessment, key: str, number: str) -> tuple[State, Kind | None]:
    results = assessment.by_requirement[Iri(f"{ID}{key}/{number}/req_1")]
    assert len({result.kind for result in results}) == 1
    return assessment.state_of(results[0].requirement), results[0].kind


BANK_STATES = {
    "iso-42001": {
        State.COVERED: "4.3 8.3 A.2.2 A.4.6 A.5.2 A.5.3 A.7.2 A.8.4 A.10.2",
        State.CLAIMED: "7.3 A.3.3 A.8.3",
        State.PARTIALLY: "4.2 6.1.1 A.4.3 A.4.4 A.4.5 A.5.4 A.6.1.3 A.6.2.3 A.6.2.4 A.6.2.5 A.6.2.7 A.6.2.8 "
        "A.7.4 A.7.5 A.7.6 A.8.5 A.9.4 A.10.3",
        State.NOT_COVERED: "4.1 4.4 5.1 6.2 6.3 7.1 7.4 7.5.1 7.5.2 9.2.1 9.3.1 9.3.3 A.2.3 A.5.5 A.7.3 A.9.3",
        State.REVIEW: "5.2 5.3 6.1.2 6.1.3 6.1.4 7.2 7.5.3 8.1 8.2 8.4 9.1 9.2.2 9.3.2 10.1 10.2 "
        "A.2.4 A.3.2 A.4.2 A.6.1.2 A.6.2.2 A.6.2.6 A.8.2 A.9.2",
        State.NOT_APPLICABLE: "A.10.4",
    }
}


BY_THE_ISMS = {State.COVERED: 6, State.PARTIALLY: 13, State.REVIEW: 11}
"""How many of them the bank's ISMS has a part in, by rows that nobody has reviewed."""


@pytest.mark.parametrize("key", BEARERS)
def test_the_state_of_every_clause_and_control_of_the_bank(key: str) -> None:
    assessment = view(BANK, key)
    found: dict[State, list[str]] = {state: [] for state in BANK_STATES[key]}
    for iri in assessment.by_requirement:
        found[assessment.state_of(iri)].append(iri.removeprefix(f"{ID}{key}/").removesuffix("/req_1"))
    assert found == {state: told.split() for state, told in BANK_STATES[key].items()}
    counts = assessment.counts(assessment.frameworks[0])
    assert (counts.total, counts.not_modelled) == (CLAUSES[key] + CONTROLS[key], 0)
    assert counts.not_applicable == {Kind.EXCLUDED: 1}
    assert {state: n for state, n in counts.unreviewed.items() if n} == BY_THE_ISMS


def excluding(key: str, number: str, *, why: str = "Not needed here.", by: str = "board") -> Organisation:
    """Return the bank as if it left a clause or control out, for the whole of itself."""
    control = Iri(f"{ID}{key}/{number}")
    exclusion = Implementation(
        iri=Iri("https://example.org/exclusion"),
        label="",
        control=control,
        status="Excluded",
        scopes=(BANK.iri,),
        owner=None,
        valid_from=None,
        valid_until=None,
        justification=why,
        approved_by=(Iri(f"https://example.org/{by}"),) if by else (),
        graph=Iri(""),
    )
    kept = tuple(i for i in BANK.implementations if i.control != control)
    return replace(BANK, implementations=(*kept, exclusion))


def test_the_bank_may_leave_out_a_control_with_reason_and_approval() -> None:
    assert own(view(BANK, "iso-42001"), "iso-42001", "A.10.4") == (State.NOT_APPLICABLE, Kind.EXCLUDED)
    for number in ("A.9.3", "A.6.2.4"):
        found = own(view(excluding("iso-42001", number), "iso-42001"), "iso-42001", number)
        assert found == (State.NOT_APPLICABLE, Kind.EXCLUDED)


@pytest.mark.parametrize(("why", "by"), [("", "board"), ("Not needed here.", ""), ("", "")])
@pytest.mark.parametrize("number", ["A.10.4", "A.9.3", "A.6.2.4"])
def test_nothing_is_left_out_without_reason_or_approval(number: str, why: str, by: str) -> None:
    organisation = excluding("iso-42001", number, why=why, by=by)
    assert own(view(organisation, "iso-42001"), "iso-42001", number) == (otherwise(number), None)


@pytest.mark.parametrize("number", ["4.1", "4.3", "6.1.2", "6.1.3", "9.2.2", "10.2"])
def test_a_clause_cannot_be_left_out(number: str) -> None:
    found = own(view(excluding("iso-42001", number), "iso-42001"), "iso-42001", number)
    assert found == (otherwise(number), None)


def otherwise(number: str) -> State:
    """Return the state of a clause or control the bank does nothing for itself: what its ISMS gives, or nothing."""
    return State.PARTIALLY if number in {"6.1.2", "6.1.3", "A.6.2.4"} else State.NOT_COVERED


def with_role(key: str, *, holds: bool | None) -> Organisation:
    """Return the bank having adopted a standard, having said that it did not, or having said nothing."""
    others = tuple(role for role in BANK.roles if role.role != BEARERS[key].value)
    systems = tuple(iri for iri, asset in BANK.assets.items() if NG.AISystem.value in asset.classes)
    said = RoleAssignment(
        iri=Iri("https://example.org/role"),
        role=Iri(BEARERS[key].value),
        respects=(BANK.iri, *systems),
        ground="",
        valid_from=None,
        valid_until=None,
        holds=bool(holds),
    )
    return replace(BANK, roles=others if holds is None else (*others, said))


@pytest.mark.parametrize("key", BEARERS)
def test_who_has_not_adopted_the_standard_has_nothing_to_fulfil(key: str) -> None:
    results = view(with_role(key, holds=False), key).results
    assert {(r.state, r.kind) for r in results} == {(State.NOT_APPLICABLE, Kind.ROLE_OR_CLASS)}


@pytest.mark.parametrize("key", BEARERS)
def test_who_says_nothing_is_asked_once_for_itself_and_for_each_system(key: str) -> None:
    results = view(with_role(key, holds=None), key).results
    kinds = {(r.rule, r.state) for r in results if r.kind is None}
    assert kinds == {("R2b", State.REVIEW)}
    role = KNOWLEDGE.citation(Iri(BEARERS[key].value))
    scopes = {r.scope for r in results}
    asked = {question for r in results if r.kind is None for question in r.questions}
    assert asked == {f"Is {BANK.label} {role} in respect of {BANK.labels[scope]}?" for scope in scopes}


@pytest.mark.parametrize("key", BEARERS)
def test_the_role_closes_no_scheme_but_its_own(key: str) -> None:
    role = Iri(BEARERS[key].value)
    assert [other for other, scheme in KNOWLEDGE.schemes.items() if scheme == KNOWLEDGE.schemes[role]] == [role]
