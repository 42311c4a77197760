"""The changes of July 2026 against the table of them; run with NORMGRAPH_REFERENCE set."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from engine.intime.changes import Change
from engine.vocabulary import ID
from tests.engine.eurlex.test_eurlex_reference import paths, rows
from tests.engine.intime.test_changes import ai_act

if TYPE_CHECKING:
    from pathlib import Path

    from engine.content import Content

KNOWN_DIFFERENCES = {"art_25/par_2/sub_2", "art_25/par_2/sub_4", "art_29/par_4/sub_3"}
"""The table calls these replaced, since their words have forerunners. By the official texts they are inserted: in the
base act 25(2) and 29(4) are undivided, so there was no second, third or fourth subparagraph that could be replaced; the
amending act put a paragraph with subparagraphs in the place of each."""
ONE_ROUTE = {"art_6/par_1c", "art_27/par_4", "art_27/par_5"}
"""What these say can matter on one classification route only, and the table gives the date of that one; the windows of
113(c) name both routes for all of Sections 1 to 3."""
UNSETTLED = f"{ID}condition/annex-iii-derogation"
"""For a system held not to be high-risk both dates of Section 1 are possible; the table speaks of high-risk ones."""


def test_the_changes_of_july_2026_are_those_of_the_table(content: Content, reference: Path) -> None:
    table = paths(rows(reference, "eu-ai-act_2026-07-27_changes"))
    told = {"inserted": "insert", "replaced": "replace", "deleted": "delete"}
    found = {change.provision.removeprefix(f"{ID}eu-ai-act/"): change for change in ai_act(content).provisions}
    counted = Counter(told[change.change.value] for change in found.values())
    expected = Counter(row["operation"] for row in table.values())
    assert sum(counted.values()) == sum(expected.values()) == 245
    assert counted - expected == {"insert": len(KNOWN_DIFFERENCES)}
    assert expected - counted == {"replace": len(KNOWN_DIFFERENCES)}
    assert {path for path, c in found.items() if told[c.change.value] != table[path]["operation"]} == KNOWN_DIFFERENCES
    assert {found[path].change for path in KNOWN_DIFFERENCES} == {Change.INSERTED}
    for path, change in found.items():
        assert change.changed_by
        point = table[path]["amending_point"].removeprefix("Art ")
        assert content.knowledge.citation(change.changed_by) == f"Reg. 2026/1744 {point}"


def test_what_is_new_in_the_ai_act_applies_when_the_table_says(content: Content, reference: Path) -> None:
    table = paths(rows(reference, "eu-ai-act_2026-07-27_changes"))
    entered = date(2026, 7, 27)
    for change in ai_act(content).provisions:
        path = change.provision.removeprefix(f"{ID}eu-ai-act/")
        stated = set(re.findall(r"\d{4}-\d\d-\d\d", table[path]["applies_from"]))
        found = {max(start.day, entered).isoformat() for start in change.starts if start.condition != UNSETTLED}
        if path.startswith(
            ("anx_", "art_113/")
        ):  # no window names them: the general date, where they are of use earlier
            assert found in ({"2026-08-02"}, set()), path
        elif change.change is Change.DELETED:
            assert found == set(), path
        else:
            assert found > stated if path in ONE_ROUTE else found == stated, path
