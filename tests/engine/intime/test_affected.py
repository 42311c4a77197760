"""Which records rest on changed text, on a small law and for the bank in July 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.graph import Iri
from engine.intime.affected import OLD_TEXT, OLDER, Affected, affected
from engine.intime.changes import changes_between_days
from engine.mapping.rows import MappingRow
from engine.model import (
    Asset,
    Evidence,
    Framework,
    FrameworkVersion,
    Implementation,
    Judgement,
    Override,
    Provision,
    ProvisionVersion,
    Requirement,
    ReviewState,
)
from engine.vocabulary import ID, NG
from tests.engine.values import CONTROL, DAY, SYSTEM, a, knowledge, organisation

if TYPE_CHECKING:
    from engine.workspace import Workspace

EVE, BEFORE, AFTER = DAY - timedelta(days=1), DAY - timedelta(days=100), DAY + timedelta(days=1)
LAW, ARTICLE = Iri("https://example.org/law"), Iri("https://example.org/law/art_1")
GONE, NEW = Iri(f"{ARTICLE}/req_1"), Iri(f"{ARTICLE}/req_2")
IMPLEMENTED, PROOF, WORD, POLICY = (
    Iri(f"https://example.org/org/{name}") for name in ("implementation", "proof", "word", "policy")
)


def row(target: Iri, version: str, **given: Any) -> MappingRow:
    made = MappingRow("set", CONTROL, target, "subset-of", "functional", "why", object_version=version)
    return replace(made, **given)


def law(*rows: MappingRow) -> Any:
    versions = tuple(a(FrameworkVersion, name=n, valid_from=d) for n, d in (("old", BEFORE), ("new", DAY)))
    texts = (
        a(ProvisionVersion, iri=Iri("text-1"), valid_until=DAY),
        a(ProvisionVersion, iri=Iri("text-2"), valid_from=DAY, change="Replaced"),
    )
    requirements = (
        a(Requirement, iri=GONE, provision=ARTICLE, version=Iri("text-1")),
        a(Requirement, iri=NEW, provision=ARTICLE, version=Iri("text-2")),
    )
    return knowledge(
        frameworks={LAW: a(Framework, iri=LAW, versions=versions)},
        provisions={ARTICLE: a(Provision, iri=ARTICLE, framework=LAW, parent=LAW, versions=texts)},
        requirements={r.iri: r for r in requirements},
        rows=rows,
        ancestors_of_concept={Iri(NG.PolicyDocument.value): frozenset()},
    )


def implemented(**given: Any) -> Implementation:
    made: Implementation = a(
        Implementation,
        **{"iri": IMPLEMENTED, "control": CONTROL, "status": "Implemented", "valid_from": BEFORE, **given},
    )
    return made


def proof(**given: Any) -> Evidence:
    made: Evidence = a(Evidence, **{"iri": PROOF, "implementations": (IMPLEMENTED,), "issued": EVE, **given})
    return made


def found(made: Any, **records: Any) -> tuple[Affected, ...]:
    changes = changes_between_days(made, made.frameworks[LAW], EVE, AFTER)
    return affected(changes, organisation(**records))


def told(found: tuple[Affected, ...]) -> set[tuple[str, Iri, str]]:
    return {(record.kind, record.iri, path.reason) for record in found for path in record.paths}


def test_what_stands_behind_a_stale_row_rests_on_the_old_text() -> None:
    stale = row(GONE, "old")
    records = found(law(stale), implementations=(implemented(),), evidence=(proof(issued=AFTER),))
    assert told(records) == {("evidence", PROOF, OLD_TEXT), ("implementation", IMPLEMENTED, OLD_TEXT)}
    by_kind = {record.kind: record.paths for record in records}
    assert [path.steps for path in by_kind["evidence"]] == [(PROOF, IMPLEMENTED, CONTROL, stale.iri, GONE, ARTICLE)]
    assert [path.since for path in by_kind["implementation"]] == [DAY]


def test_a_row_on_the_changed_provision_itself_is_one_too() -> None:
    records = found(law(row(ARTICLE, "old")), implementations=(implemented(),))
    assert [path.steps[-1] for record in records for path in record.paths] == [ARTICLE]
    assert told(records) == {("implementation", IMPLEMENTED, OLD_TEXT)}


@pytest.mark.parametrize(
    ("issued", "expected"),
    [(EVE, {("evidence", PROOF, OLDER)}), (DAY, set()), (None, set())],
)
def test_what_supports_the_new_text_is_told_where_it_is_older(issued: date | None, expected: Any) -> None:
    made = law(row(NEW, "new"))
    records = found(made, implementations=(implemented(valid_from=DAY),), evidence=(proof(issued=issued),))
    assert told(records) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, True),
        ({"review_state": ReviewState.EXPERT_REVIEWED}, True),
        ({"review_state": ReviewState.DISPUTED}, False),
        ({"review_state": ReviewState.REJECTED}, False),
        ({"rationale_type": "semantic"}, False),
        ({"relationship": "no-relationship"}, False),
        ({"relationship": ""}, False),
    ],
)
def test_only_rows_that_could_give_coverage_are_rested_on(given: dict[str, Any], expected: bool) -> None:  # noqa: FBT001
    assert bool(found(law(row(GONE, "old", **given)), implementations=(implemented(),))) is expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, True),
        ({"status": "Planned"}, False),
        ({"status": "Excluded"}, False),
        ({"valid_until": AFTER}, False),
        ({"valid_from": AFTER + timedelta(days=1)}, False),
        ({"control": Iri("https://example.org/another")}, False),
    ],
)
def test_only_implementations_in_operation_count(given: dict[str, Any], expected: bool) -> None:  # noqa: FBT001
    assert bool(found(law(row(GONE, "old")), implementations=(implemented(**given),))) is expected


@pytest.mark.parametrize(("last", "expected"), [(None, True), (AFTER, True), (DAY, False)])
def test_what_has_lapsed_rests_on_nothing(last: date | None, expected: bool) -> None:  # noqa: FBT001
    made = law(row(GONE, "old"))
    records = found(made, implementations=(implemented(),), evidence=(proof(valid_until=last),))
    assert (("evidence", PROOF, OLD_TEXT) in told(records)) is expected
    judged = (a(Judgement, iri=WORD, requirement=GONE, valid_until=last),)
    assert bool(found(made, judgements=judged)) is expected


@pytest.mark.parametrize(("kind", "model"), [("judgements", Judgement), ("overrides", Override)])
def test_words_on_a_requirement_rest_on_its_text(kind: str, model: Any) -> None:
    name = kind.removesuffix("s")
    assert told(found(law(), **{kind: (a(model, iri=WORD, requirement=GONE, issued=AFTER),)})) == {
        (name, WORD, OLD_TEXT)
    }
    assert told(found(law(), **{kind: (a(model, iri=WORD, requirement=NEW, issued=EVE),)})) == {(name, WORD, OLDER)}
    assert found(law(), **{kind: (a(model, iri=WORD, requirement=NEW, issued=DAY),)}) == ()


def test_evidence_of_performance_rests_on_the_duty_it_names() -> None:
    records = found(law(), evidence=(proof(implementations=(), performs=(GONE,)),))
    assert [path.steps for record in records for path in record.paths] == [(PROOF, GONE, ARTICLE)]


def test_a_policy_is_a_document_or_an_asset_that_a_record_names() -> None:
    document = proof(evidence_type=Iri(NG.PolicyDocument.value))
    assert ("policy", PROOF, OLD_TEXT) in told(
        found(law(row(GONE, "old")), implementations=(implemented(),), evidence=(document,))
    )
    assets = {POLICY: a(Asset, iri=POLICY, classes=(Iri(NG.Policy.value),)), SYSTEM: a(Asset, iri=SYSTEM)}
    scoped = found(law(row(GONE, "old")), assets=assets, implementations=(implemented(scopes=(POLICY, SYSTEM)),))
    assert told(scoped) == {("policy", POLICY, OLD_TEXT), ("implementation", IMPLEMENTED, OLD_TEXT)}
    shown = proof(respects=(POLICY,))
    named = found(
        law(row(NEW, "new")), assets=assets, implementations=(implemented(valid_from=DAY),), evidence=(shown,)
    )
    assert told(named) == {("policy", POLICY, OLDER), ("evidence", PROOF, OLDER)}


def test_the_bank_has_evidence_older_than_the_new_text_and_nothing_on_the_old(bank: Workspace) -> None:
    known = bank.content.knowledge
    framework = known.frameworks[Iri(f"{ID}eu-ai-act")]
    changes = changes_between_days(known, framework, date(2026, 7, 26), date(2026, 7, 28))
    records = affected(changes, bank.organisation)
    assert {path.reason for record in records for path in record.paths} == {OLDER}
    assert {record.kind for record in records} == {"implementation", "evidence", "policy"}
    literacy = {r.iri for r in records for path in r.paths if path.steps[-1].endswith("art_4/par_1")}
    assert {bank.organisation.labels[iri] for iri in literacy} >= {
        "E-learning on the AI policy 2025, 96 % of staff",
        "Yearly e-learning on the AI policy for all staff",
    }
    issued = {item.iri: item.issued for item in bank.organisation.evidence}
    assert all(str(issued[record.iri]) < "2026-07-27" for record in records if record.kind in {"evidence", "policy"})
