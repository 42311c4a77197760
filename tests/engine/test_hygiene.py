"""What a check of the shipped content finds when something is taken away from it."""

from __future__ import annotations

from dataclasses import replace

from engine.content import Content
from engine.hygiene import CHECKS
from engine.vocabulary import ID
from tests.shipped import shipped

CONTENT = shipped()
COMPLETENESS = dict(CHECKS)["completeness"]


def without(*requirements: str) -> Content:
    kept = {iri: r for iri, r in CONTENT.knowledge.requirements.items() if iri.removeprefix(ID) not in requirements}
    changed = Content(CONTENT.hash, CONTENT.data)
    changed.__dict__["knowledge"] = replace(CONTENT.knowledge, requirements=kept)
    return changed


def test_every_unit_of_a_modelled_framework_has_a_requirement_or_a_class() -> None:
    assert list(COMPLETENESS(CONTENT)) == []


def test_a_paragraph_that_loses_its_only_requirement_is_found() -> None:
    found = list(COMPLETENESS(without("gdpr/art_39/par_2/req_1")))
    assert [(p.severity, p.entity, p.problem) for p in found] == [
        ("ERROR", "GDPR 39(2)", "neither a requirement nor a class in the version 2016-05-04")
    ]
