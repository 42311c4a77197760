"""What would change if controls were implemented: against an assessment in which they are recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from engine.coverage.assess import assess
from engine.coverage.values import Policy
from engine.graph import Iri
from engine.lift import fewest_controls, offers_of_elements
from engine.model import Implementation, State, Template
from engine.plan.offers import is_control
from engine.what_if import what_if
from tests.engine.coverage.test_known_failures import (
    ARTICLE,
    FIRST,
    LAW,
    NORM,
    SECOND,
    THIRD,
    elements,
    row,
    world,
)
from tests.engine.values import DAY, ORG, TYPE, a, organisation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.coverage.assess import Assessment
    from engine.mapping.rows import MappingRow

HALVES = (row(FIRST, NORM, "intersects-with", 1), row(SECOND, NORM, "intersects-with", 2))


def assessed(rows: Iterable[MappingRow], *implementations: Implementation) -> Assessment:
    made = world(rows)
    return assess(made, organisation(roles=(), implementations=implementations), DAY, Policy())


def settled(assessment: Assessment) -> Assessment:
    """Take what the norm would be if it applied for its state: who bears it is not what these tests are about."""
    return replace(assessment, results=tuple(result.otherwise or result for result in assessment.results))


def recorded(control: Iri, status: str = "Implemented") -> Implementation:
    return a(Implementation, iri=Iri(f"{control}/here"), control=control, status=status, scopes=(ORG,))


@pytest.mark.parametrize("controls", [(FIRST,), (SECOND,), (FIRST, SECOND), (THIRD,)])
def test_it_is_what_an_assessment_with_the_controls_says(controls: tuple[Iri, ...]) -> None:
    found = what_if(assessed(HALVES), controls)
    really = assessed(HALVES, *map(recorded, controls))
    shown = [(r.requirement, r.scope, r.state, r.missing) for r in found.after.results]
    assert shown == [(r.requirement, r.scope, r.state, r.missing) for r in really.results]


def test_what_is_gained_are_the_elements_that_were_missing() -> None:
    found = what_if(assessed(HALVES, recorded(SECOND)), [FIRST])
    before, after = settled(found.before), settled(found.after)
    assert replace(found, before=before, after=after).gained == {NORM: elements(1)}


def test_no_evidence_is_presumed() -> None:
    made = replace(world(HALVES), templates={})
    found = what_if(assess(made, organisation(roles=()), DAY, Policy()), [FIRST, SECOND])
    assert [result.state for result in settled(found.after).results] == [State.CLAIMED]


def test_evidence_is_imagined_of_the_controls_named_for_that() -> None:
    asked = [a(Template, iri=Iri(f"{c}/template"), control=c, evidence_type=TYPE, minimum=2) for c in (FIRST, SECOND)]
    made = replace(world(HALVES), templates={template.control: (template,) for template in asked})
    before = assess(made, organisation(roles=(), implementations=(recorded(SECOND),)), DAY, Policy())
    one, both = what_if(before, [FIRST], (), [SECOND]), what_if(before, [FIRST], (), [FIRST, SECOND])
    assert [settled(found.after).results[0].state for found in (one, both)] == [State.CLAIMED, State.COVERED]
    assert settled(one.after).results[0].unevidenced == elements(1)
    assert before.organisation.evidence == ()


def test_a_control_that_is_left_out_changes_nothing_and_is_named() -> None:
    found = what_if(assessed(HALVES, recorded(FIRST, "Excluded")), [FIRST, SECOND])
    assert found.excluded == (FIRST,)
    assert settled(found.after).results[0].missing == elements(1)


def test_in_another_scope_it_changes_nothing_here() -> None:
    found = what_if(assessed(HALVES), [FIRST], [Iri("https://example.org/elsewhere")])
    assert found.changes == ()
    assert found.gained == {}


def test_what_gives_the_whole_is_offered_for_every_element() -> None:
    results = settled(assessed([row(THIRD, relation="equal-to")])).results
    offers = offers_of_elements(results)
    assert offers == {THIRD: {(ORG, element) for element in elements(1, 2)}}
    assert fewest_controls(offers) == (THIRD,)


def test_only_a_leaf_of_a_standard_is_a_control() -> None:
    made = world(HALVES)
    assert is_control(made, FIRST)
    assert not any(is_control(made, iri) for iri in (ARTICLE, NORM, LAW))
