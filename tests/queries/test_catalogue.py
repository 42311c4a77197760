from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Store

from engine.graph import Iri
from engine.intake import read_quads
from engine.queries import bind, catalogue, find, run
from engine.vocabulary import GRAPH, ID, NG, graph

if TYPE_CHECKING:
    from engine.queries import Query

DATA = Path(__file__).parents[1] / "data" / "queries"


@dataclass(frozen=True)
class Case:
    given: dict[str, str]
    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]


CASES = {
    "contradictory-rows": Case(
        {},
        (
            "controlCitation",
            "control",
            "target",
            "row",
            "relationship",
            "author",
            "otherRow",
            "otherRelationship",
            "otherAuthor",
        ),
        [
            (
                "Std A.1",
                "std/A.1",
                "law/req_1",
                "row/a",
                "intersects-with",
                "Ada",
                "row/b",
                "superset-of",
                "Ben",
            ),
        ],
    ),
    "controls-behind-provision": Case(
        {"provision": "law/art_1"},
        (
            "citation",
            "target",
            "title",
            "controlCitation",
            "control",
            "relationship",
            "rationaleType",
            "elementsNamed",
            "elements",
            "reviewState",
        ),
        [
            (
                "Law 1",
                "law/art_1",
                None,
                "Std A.2",
                "std/A.2",
                "intersects-with",
                "semantic",
                0,
                0,
                "disputed",
            ),
            (
                "Law 1(1)",
                "law/art_1/par_1/req_1",
                "First duty",
                "Std A.1",
                "std/A.1",
                "intersects-with",
                "functional",
                1,
                2,
                "proposed",
            ),
            (
                "Law 1(2)",
                "law/art_1/par_2/req_1",
                "Second duty",
                "Std A.2",
                "std/A.2",
                "superset-of",
                "functional",
                0,
                0,
                "proposed",
            ),
        ],
    ),
    "controls-without-current-evidence": Case(
        {"asOf": "2026-11-20"},
        (
            "controlCitation",
            "implementation",
            "title",
            "scope",
            "owner",
            "evidenceType",
            "needed",
            "current",
            "lastDay",
        ),
        [
            (
                "Std A.1",
                "control/contradicted",
                None,
                "organisation",
                "role/owner",
                "ng:TestResult",
                1,
                0,
                None,
            ),
            (
                "Std A.1",
                "control/lapsed",
                "Lapsed",
                "organisation",
                "role/owner",
                "ng:TestResult",
                1,
                0,
                date(2026, 5, 31),
            ),
            (
                "Std A.1",
                "control/own-approval",
                None,
                "organisation",
                "role/owner",
                "ng:TestResult",
                1,
                0,
                None,
            ),
            (
                "Std A.1",
                "control/superseded",
                None,
                "organisation",
                "role/owner",
                "ng:TestResult",
                1,
                0,
                None,
            ),
            (
                "Std A.2",
                "control/per-asset",
                None,
                "system/2",
                "role/owner",
                "ng:TestResult",
                1,
                0,
                date(2026, 1, 10),
            ),
            (
                "Std A.2",
                "control/per-asset",
                None,
                "system/3",
                "role/owner",
                "ng:TestResult",
                1,
                0,
                None,
            ),
            (
                "Std A.3",
                "control/no-template",
                None,
                "organisation",
                "role/owner",
                None,
                1,
                0,
                None,
            ),
        ],
    ),
    "counts-by-article": Case(
        {"framework": "law"},
        (
            "run",
            "citation",
            "covered",
            "claimed",
            "partiallyCovered",
            "notCovered",
            "notApplicable",
            "notYetApplicable",
            "needsLegalReview",
            "results",
            "requirements",
        ),
        [
            (
                "g/run/a",
                "Law 1",
                1,
                0,
                0,
                1,
                0,
                0,
                1,
                3,
                2,
            ),
            (
                "g/run/a",
                "Law 2",
                0,
                1,
                0,
                0,
                0,
                0,
                0,
                1,
                1,
            ),
        ],
    ),
    "displaced-or-deemed": Case(
        {},
        ("citation", "norm", "rule", "kind", "instead", "conditions", "except"),
        [
            (
                "Law 1",
                "law/art_1",
                "rule/displaced",
                "displaced",
                "Sector Chapter I, Sector Chapter II",
                "Is a bank; Is essential",
                "Law 1(9)",
            ),
            (
                "Law 2(5)",
                "law/art_2/par_5/req_1",
                "rule/deemed",
                "deemed fulfilled",
                "the rules of the sector",
                "",
                "",
            ),
        ],
    ),
    "evidence-that-expires": Case(
        {"asOf": "2026-11-20", "until": "2027-11-20"},
        ("validUntil", "evidence", "title", "implementation", "controlCitation", "collector", "requirements"),
        [
            (
                date(2026, 11, 20),
                "evidence/sooner",
                None,
                "control/2",
                "Std A.2",
                "role/collector",
                0,
            ),
            (
                date(2026, 12, 31),
                "evidence/soon",
                "Soon",
                "control/1",
                "Std A.1",
                "role/collector",
                2,
            ),
        ],
    ),
    "exclusions-that-law-needs": Case(
        {},
        (
            "controlCitation",
            "implementation",
            "justification",
            "approvedBy",
            "citation",
            "requirement",
            "title",
            "relationship",
        ),
        [
            (
                "Std A.1",
                "control/1",
                "Outsourced.",
                "role/approver",
                "Law 1",
                "law/art_1/req_1",
                "First duty",
                "intersects-with",
            ),
            (
                "Std A.1",
                "control/1",
                "Outsourced.",
                "role/approver",
                "Law 1",
                "law/art_1/req_2",
                "Second duty",
                "superset-of",
            ),
        ],
    ),
    "findings-past-due": Case(
        {"asOf": "2026-11-20"},
        ("dueDate", "finding", "title", "severity", "implementation", "controlCitation", "owner", "requirements"),
        [
            (
                date(2026, 9, 1),
                "finding/closed-later",
                None,
                "major",
                "control/1",
                "Std A.1",
                "role/owner",
                2,
            ),
            (
                date(2026, 11, 19),
                "finding/overdue",
                "Overdue",
                "major",
                "control/1",
                "Std A.1",
                "role/owner",
                2,
            ),
        ],
    ),
    "four-eyes-breaches": Case(
        {},
        ("evidence", "title", "person", "implementation", "controlCitation"),
        [
            (
                "evidence/breach",
                "Breach",
                "role/collector",
                "control/1",
                "Std A.1",
            ),
        ],
    ),
    "illustration-only-evidence": Case(
        {"asOf": "2026-11-20"},
        ("controlCitation", "implementation", "evidence", "title", "validUntil", "better"),
        [
            (
                "Std A.1",
                "control/1",
                "evidence/picture",
                "Picture",
                date(2027, 1, 10),
                1,
            ),
            (
                "Std A.2",
                "control/2",
                "evidence/picture-only",
                None,
                date(2027, 1, 10),
                0,
            ),
        ],
    ),
    "legacy-of-systems": Case(
        {"asOf": "2026-11-20"},
        (
            "system",
            "marketDate",
            "rule",
            "title",
            "firstCutOff",
            "lastCutOff",
            "graceUntil",
            "endedByChange",
            "changed",
            "reading",
        ),
        [
            (
                "system/between",
                date(2026, 8, 2),
                "rule/grace",
                None,
                date(2026, 8, 2),
                date(2026, 8, 2),
                date(2026, 12, 2),
                None,
                None,
                "on or after every cut-off",
            ),
            (
                "system/between",
                date(2026, 8, 2),
                "rule/legacy",
                "Law 111(2)",
                date(2025, 8, 2),
                date(2027, 12, 2),
                None,
                True,
                None,
                "between cut-offs",
            ),
            (
                "system/old",
                date(2025, 1, 15),
                "rule/grace",
                None,
                date(2026, 8, 2),
                date(2026, 8, 2),
                date(2026, 12, 2),
                None,
                False,
                "before every cut-off",
            ),
            (
                "system/old",
                date(2025, 1, 15),
                "rule/legacy",
                "Law 111(2)",
                date(2025, 8, 2),
                date(2027, 12, 2),
                None,
                True,
                False,
                "before every cut-off",
            ),
        ],
    ),
    "missing-facts": Case(
        {},
        ("subject", "fact", "question", "requirements"),
        [
            (
                "system/1",
                "ng:continuesToLearn",
                "Does it keep learning?",
                2,
            ),
            (
                "organisation",
                "ng:isLarge",
                "Is it large?",
                1,
            ),
        ],
    ),
    "most-used-controls": Case(
        {},
        ("controlCitation", "control", "title", "requirements", "frameworks"),
        [
            (
                "Std A.2",
                "std/A.2",
                "Two",
                2,
                2,
            ),
            (
                "Std A.1",
                "std/A.1",
                "One",
                1,
                1,
            ),
        ],
    ),
    "most-used-evidence": Case(
        {"asOf": "2026-11-20"},
        ("evidence", "title", "validUntil", "controls", "requirements", "frameworks"),
        [
            (
                "evidence/both",
                "Both",
                date(2027, 1, 10),
                2,
                2,
                1,
            ),
            (
                "evidence/weak",
                None,
                date(2027, 1, 10),
                1,
                0,
                0,
            ),
        ],
    ),
    "not-modelled": Case(
        {"framework": "law", "asOf": "2026-11-20"},
        ("citation", "provision", "title"),
        [
            (
                "Law 1(2)",
                "law/art_1/par_2",
                None,
            ),
            (
                "Law 3",
                "law/art_3",
                "Open",
            ),
            (
                "Law 5",
                "law/art_5",
                None,
            ),
        ],
    ),
    "obligations-by-role": Case(
        {"asOf": "2026-11-20"},
        (
            "party",
            "inRespectOf",
            "role",
            "ground",
            "citation",
            "requirement",
            "title",
            "appliesFrom",
            "underCondition",
            "inForce",
        ),
        [
            (
                "organisation",
                "organisation",
                "ng:Bank",
                None,
                "Law 2",
                "law/art_2/req_1",
                "Duty of the organisation",
                date(2026, 8, 2),
                None,
                True,
            ),
            (
                "organisation",
                "system/1",
                "ng:Provider",
                "Develops it.",
                "Law 1",
                "law/art_1/req_1",
                "Duty per system",
                date(2027, 12, 2),
                "Route A",
                False,
            ),
            (
                "organisation",
                "system/1",
                "ng:Provider",
                "Develops it.",
                "Law 1",
                "law/art_1/req_1",
                "Duty per system",
                date(2028, 8, 2),
                "Route B",
                False,
            ),
        ],
    ),
    "overlap-matrix": Case(
        {},
        ("sourceName", "source", "targetName", "target", "relationship", "reviewState", "pairs"),
        [
            (
                "Std",
                "std",
                "Law",
                "law",
                "intersects-with",
                "proposed",
                2,
            ),
            (
                "Std",
                "std",
                "Law",
                "law",
                "superset-of",
                "proposed",
                1,
            ),
        ],
    ),
    "penalties-at-stake": Case(
        {},
        ("run", "citation", "requirement", "title", "scope", "state", "tier", "formula"),
        [
            (
                "g/run/a",
                "Law 1",
                "law/art_1/req_1",
                "First duty",
                "system/1",
                "NotCovered",
                "Fines for operators",
                "The higher of EUR 15 million and 3 % of turnover.",
            ),
        ],
    ),
    "presumptions-of-conformity": Case(
        {},
        ("citation", "presumed", "instrument", "ground", "reference"),
        [
            (
                "Law 15",
                "law/art_15/req_1",
                "std",
                "Law 40(1)",
                "OJ C 1, 1.1.2030",
            ),
        ],
    ),
    "provenance-of-row": Case(
        {"row": "row/1"},
        (
            "control",
            "target",
            "relationship",
            "rationale",
            "residual",
            "author",
            "created",
            "reviewState",
            "reviewer",
            "reviewed",
            "set",
            "source",
            "sha256",
        ),
        [
            (
                "std/A.1",
                "law/art_1/req_1",
                "intersects-with",
                "Both ask for tests.",
                "Robustness.",
                "Ada",
                date(2026, 11, 1),
                "expert-reviewed",
                "person/ben",
                datetime(2026, 11, 10, 9, 0, tzinfo=UTC),
                "g/mapping/std--law",
                "mappings/std--law.sssom.tsv",
                "abc",
            ),
        ],
    ),
    "requirements-without-control": Case(
        {"framework": "law", "standard": "std", "asOf": "2026-11-20"},
        ("citation", "requirement", "title", "reason"),
        [
            (
                "Law 2",
                "law/art_2/req_1",
                "Unrelated to A.1",
                "looked, none",
            ),
            (
                "Law 3",
                "law/art_3/req_1",
                "Without counterpart",
                "looked, none",
            ),
            (
                "Law 4",
                "law/art_4/req_1",
                "Candidate only",
                "only a candidate",
            ),
            (
                "Law 5",
                "law/art_5/req_1",
                "Never looked at",
                "never mapped",
            ),
        ],
    ),
    "risks-without-control": Case(
        {"asOf": "2026-11-20"},
        ("risk", "title", "asset", "stage", "threat", "likelihood", "impact", "level"),
        [
            (
                "risk/planned",
                None,
                "system/1",
                None,
                None,
                5,
                5,
                25,
            ),
            (
                "risk/untreated",
                "Untreated",
                "system/1",
                "Deployment",
                "Tampering",
                3,
                4,
                12,
            ),
            (
                "risk/ended",
                None,
                None,
                None,
                None,
                None,
                None,
                None,
            ),
        ],
    ),
    "stale-rows": Case(
        {"asOf": "2026-11-20"},
        ("row", "controlCitation", "target", "citation", "end", "writtenFor", "now"),
        [
            (
                "row/changed-article",
                "Std A.1",
                "law/art_4",
                "Law 4",
                "target",
                "2024-07-12",
                "2026-07-27",
            ),
            (
                "row/changed",
                "Std A.1",
                "law/art_4/req_1",
                "Law 4",
                "target",
                "2024-07-12",
                "2026-07-27",
            ),
            (
                "row/old-edition",
                "Std A.1",
                "law/art_5/req_1",
                "Law 5",
                "source",
                "2022",
                "2025",
            ),
        ],
    ),
    "states-of-framework": Case(
        {"framework": "law"},
        ("run", "citation", "requirement", "title", "scope", "state", "rule", "reason", "effectiveFrom", "firstExpiry"),
        [
            (
                "g/run/a",
                "Law 1",
                "law/art_1/req_1",
                "First duty",
                "system/1",
                "Covered",
                "R7",
                "proven",
                None,
                date(2027, 1, 31),
            ),
            (
                "g/run/a",
                "Law 1",
                "law/art_1/req_1",
                "First duty",
                "system/2",
                "Covered",
                "R7",
                None,
                None,
                None,
            ),
            (
                "g/run/a",
                "Law 2",
                "law/art_2/req_1",
                "Second duty",
                "system/1",
                "NotYetApplicable",
                "R2",
                None,
                date(2027, 12, 2),
                None,
            ),
        ],
    ),
    "states-that-would-fall": Case(
        {"asOf": "2026-11-20", "until": "2027-11-20"},
        ("firstExpiry", "run", "citation", "requirement", "title", "scope", "state"),
        [
            (
                date(2026, 12, 31),
                "g/run/a",
                "Law 1",
                "law/art_1/req_1",
                "First duty",
                "system/1",
                "Covered",
            ),
        ],
    ),
    "upcoming-applications": Case(
        {"asOf": "2026-11-20", "until": "2027-11-20"},
        ("appliesFrom", "citation", "governed", "underCondition", "source", "requirements"),
        [
            (
                date(2027, 2, 2),
                "Law 1",
                "law/art_1",
                "Route A",
                None,
                1,
            ),
            (
                date(2027, 8, 2),
                "Law",
                "law",
                None,
                "Law 9(1)",
                1,
            ),
        ],
    ),
    "voluntary-controls": Case(
        {"standard": "std"},
        ("controlCitation", "control", "title"),
        [
            (
                "Std A.2",
                "std/A.2",
                "Two",
            ),
            (
                "Std A.4",
                "std/A.4",
                None,
            ),
        ],
    ),
    "what-an-amendment-changed": Case(
        {"amendingAct": "act"},
        (
            "citation",
            "provision",
            "changeType",
            "changedOn",
            "changedBy",
            "row",
            "controlCitation",
            "target",
            "writtenFor",
        ),
        [
            (
                "Law 4",
                "law/art_4",
                "replaced",
                date(2026, 7, 27),
                "Act 1(5)",
                "row/article",
                "Std A.1",
                "law/art_4",
                "2024-07-12",
            ),
            (
                "Law 4",
                "law/art_4",
                "replaced",
                date(2026, 7, 27),
                "Act 1(5)",
                "row/old",
                "Std A.1",
                "law/art_4/req_1",
                "2024-07-12",
            ),
            (
                "Law 5",
                "law/art_5",
                "deleted",
                date(2026, 7, 27),
                "Act 1(5)",
                None,
                None,
                None,
                None,
            ),
        ],
    ),
}
NARROWED = [
    ("controls-without-current-evidence", {"asOf": "2026-11-20", "ownedBy": "role/nobody"}, "owner", []),
    ("counts-by-article", {"framework": "law", "scope": "system/2"}, "results", [1]),
    ("counts-by-article", {"framework": "law", "run": "run/none"}, "results", []),
    ("displaced-or-deemed", {"framework": "sector"}, "norm", []),
    ("exclusions-that-law-needs", {"framework": "sector"}, "citation", []),
    ("legacy-of-systems", {"asOf": "2026-11-20", "system": "system/old"}, "system", ["system/old", "system/old"]),
    ("missing-facts", {"subject": "system/1"}, "subject", ["system/1"]),
    ("most-used-controls", {"standard": "other"}, "control", []),
    ("obligations-by-role", {"asOf": "2026-11-20", "inRespectOf": "organisation"}, "inRespectOf", ["organisation"]),
    ("obligations-by-role", {"asOf": "2026-11-20", "party": "organisation/other"}, "party", []),
    ("overlap-matrix", {"source": "std"}, "source", ["std", "std"]),
    ("overlap-matrix", {"target": "std"}, "target", []),
    ("penalties-at-stake", {"scope": "system/2"}, "scope", []),
    ("penalties-at-stake", {"run": "run/none"}, "scope", []),
    ("risks-without-control", {"asOf": "2026-11-20", "system": "system/1"}, "asset", ["system/1", "system/1"]),
    ("states-of-framework", {"framework": "law", "scope": "system/2"}, "scope", ["system/2"]),
    ("states-of-framework", {"framework": "law", "run": "run/none"}, "scope", []),
    ("states-that-would-fall", {"asOf": "2026-11-20", "until": "2027-11-20", "run": "run/none"}, "scope", []),
]


def stored(name: str) -> Store:
    (path,) = DATA.glob(f"{name}.t*")
    store = Store()
    store.extend(read_quads(path, graph("test")))
    return store


def short(value: object) -> object:
    if not isinstance(value, str):
        return value
    return value.removeprefix(ID).replace(NG.base, "ng:").replace(GRAPH, "g/")


def ask(name: str, given: dict[str, str]) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    query = find(name)
    answer = run(stored(name), query, bind(query, given, lambda citation: Iri(ID + citation)))
    return answer.columns, [tuple(map(short, row)) for row in answer.rows]


@pytest.mark.parametrize("name", sorted(CASES))
def test_answer(name: str) -> None:
    case = CASES[name]
    assert ask(name, case.given) == (case.columns, case.rows)


@pytest.mark.parametrize(("name", "given", "column", "expected"), NARROWED)
def test_optional_parameter_narrows(name: str, given: dict[str, str], column: str, expected: list[str]) -> None:
    columns, rows = ask(name, given)
    assert [row[columns.index(column)] for row in rows] == expected


def test_every_optional_parameter_is_tried() -> None:
    optional = {(query.name, p.name) for query in catalogue() for p in query.parameters if not p.required}
    assert optional == {(name, p) for name, given, _, _ in NARROWED for p in given} & optional


def test_every_query_has_a_case_and_every_case_a_query() -> None:
    assert sorted(CASES) == [query.name for query in catalogue()]


def test_every_fixture_belongs_to_a_query() -> None:
    assert sorted(path.stem for path in DATA.glob("*.t*")) == sorted(CASES)


@pytest.mark.parametrize("query", catalogue(), ids=lambda query: query.name)
def test_header_says_what_the_query_does(query: Query) -> None:
    columns, _ = ask(query.name, CASES[query.name].given)
    promised = query.returns.split(", one row")[0]
    assert promised.split() == [f"?{column}" for column in columns]
    assert query.competency
    assert query.asked_by
    assert set(query.asked_by) <= {"analyst", "GRC tool", "legal"}
    assert "ORDER BY" in query.text
    assert "SELECT *" not in query.text
    assert "NOW()" not in query.text


def test_header_names_the_parameters_that_the_text_uses() -> None:
    for query in catalogue():
        body = "\n".join(line for line in query.text.splitlines() if not line.startswith("#"))
        for parameter in query.parameters:
            assert f"?{parameter.name}" in body, (query.name, parameter.name)
