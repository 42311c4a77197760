from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from engine.graph import Iri
from engine.rulebook import rules_on
from engine.rules import law_on
from engine.vocabulary import ID

if TYPE_CHECKING:
    from engine.content import Content

AMENDED = date(2026, 7, 27)
BEFORE = date(2026, 7, 26)


def told(content: Content, requirement: str, day: date) -> set[str]:
    known = content.knowledge
    return {note.iri.removeprefix(ID) for note in rules_on(known, known.requirements[Iri(ID + requirement)], day)}


@pytest.mark.parametrize(
    ("requirement", "rule"),
    [
        ("eu-ai-act/art_27/par_1/req_1", "rule/eu-ai-act/impact-assessment-from-data-protection"),
        ("eu-ai-act/art_73/par_10/req_1", "rule/eu-ai-act/incidents-to-the-ai-office"),
    ],
)
def test_a_rule_is_told_from_the_day_on_which_it_is_law(content: Content, requirement: str, rule: str) -> None:
    assert (rule in told(content, requirement, BEFORE), rule in told(content, requirement, AMENDED)) == (False, True)


def test_every_rule_that_reaches_a_requirement_is_told_on_the_days_on_which_it_is_law(content: Content) -> None:
    known = content.knowledge
    rules = (*known.limitations, *known.displacements, *known.deemings, *known.legacies, *known.accompanying)
    seen = set()
    for day in (BEFORE, AMENDED, date(2031, 1, 1)):
        law = {rule.iri for rule in law_on(rules, day)}
        for requirement in known.requirements.values():
            found = {note.iri for note in rules_on(known, requirement, day)}
            assert found <= law
            seen |= found
    assert seen == {rule.iri for rule in rules}
