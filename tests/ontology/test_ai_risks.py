"""The catalogue of AI risks: what it must hold, and that its controls do serve the norms it says are threatened."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from engine.mapping.relations import Relation
from engine.model import ReviewState
from engine.vocabulary import ID, NG, PREFIXES

if TYPE_CHECKING:
    from engine.content import Content
    from engine.graph import Iri
    from engine.mapping.rows import MappingRow

EXPECTED = {
    "bias",
    "data-poisoning",
    "data-quality",
    "data-shift",
    "direct-prompt-injection",
    "environment-complexity",
    "evasion",
    "excessive-autonomy",
    "false-origin",
    "hardware-faults",
    "indirect-prompt-injection",
    "jailbreak",
    "lack-of-oversight",
    "lack-of-transparency",
    "lifecycle-defects",
    "missing-trace",
    "model-drift",
    "model-theft",
    "over-reliance",
    "poisoned-component",
    "resource-exhaustion",
    "sensitive-disclosure",
    "stolen-access",
    "supplier-dependency",
    "technology-immaturity",
    "training-data-inference",
    "unauthorised-change",
    "unreliable-output",
    "use-beyond-purpose",
}
STANDARDS, LAWS = {"iso-27001", "iso-42001"}, {"dora", "eu-ai-act", "gdpr", "nis2"}


@pytest.fixture(scope="module")
def types(content: Content) -> tuple[Iri, ...]:
    return tuple(content.graph.instances(NG.RiskType))


@pytest.fixture(scope="module")
def rows(content: Content) -> dict[tuple[Iri, Iri], list[MappingRow]]:
    """Return the rows that find something in common, by their pair; what is disputed or out of use is left out."""
    found = defaultdict(list)
    for row in content.knowledge.rows:
        if row.review_state >= ReviewState.PROPOSED and row.relation not in (None, Relation.DIS):
            found[row.subject, row.object].append(row)
    return found


def test_the_types_of_the_catalogue(content: Content, types: tuple[Iri, ...]) -> None:
    assert {iri.removeprefix(f"{ID}risk-type/") for iri in types} == EXPECTED
    in_scheme = f"{PREFIXES['skos']}inScheme"
    assert {scheme for iri in types for scheme in content.graph.iris(iri, in_scheme)} == {f"{ID}scheme/ai-risks"}


def test_every_facet_and_every_stage_has_a_type(content: Content, types: tuple[Iri, ...]) -> None:
    for link, kind in ((NG.strideFacet, NG.StrideFacet), (NG.lifecycleStage, NG.LifecycleStage)):
        assert {value for iri in types for value in content.graph.iris(iri, link)} == set(content.graph.instances(kind))


def test_every_risk_source_of_annex_c_has_its_type(content: Content, types: tuple[Iri, ...]) -> None:
    notes = " ".join(content.graph.text(iri, f"{PREFIXES['skos']}scopeNote") for iri in types)
    assert [number for number in range(1, 8) if f"as C.3.{number}, " not in notes] == []


def test_controls_are_of_the_standards_and_requirements_of_the_laws(content: Content, types: tuple[Iri, ...]) -> None:
    for link, frameworks in ((NG.addressedByControl, STANDARDS), (NG.threatensRequirement, LAWS)):
        named = {target for iri in types for target in content.graph.iris(iri, link)}
        assert {target.removeprefix(ID).partition("/")[0] for target in named} == frameworks


def test_every_threatened_requirement_is_served_by_a_control_of_its_type(
    content: Content, types: tuple[Iri, ...], rows: dict[tuple[Iri, Iri], list[MappingRow]]
) -> None:
    for iri in types:
        controls = content.graph.iris(iri, NG.addressedByControl)
        for requirement in content.graph.iris(iri, NG.threatensRequirement):
            assert any((control, requirement) in rows for control in controls), (iri, requirement)


def test_every_type_has_a_control_that_functions(
    content: Content, types: tuple[Iri, ...], rows: dict[tuple[Iri, Iri], list[MappingRow]]
) -> None:
    for iri in types:
        pairs = (
            (control, requirement)
            for control in content.graph.iris(iri, NG.addressedByControl)
            for requirement in content.graph.iris(iri, NG.threatensRequirement)
        )
        assert any(row.rationale_type == "functional" for pair in pairs for row in rows.get(pair, ())), iri
