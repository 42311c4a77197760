"""The gap table as CSV, one line a requirement and scope, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from engine.report.wording import STATE_WORDS, UNREVIEWED
from engine.spreadsheet import neutral

if TYPE_CHECKING:
    from engine.report.values import EvidenceUse, GapRow, Reference, Report

__all__ = ["COLUMNS", "gap_table_csv", "state_words"]

COLUMNS = (
    "ref",
    "provision",
    "provision_iri",
    "official_text",
    "framework",
    "version",
    "addressee",
    "requirement",
    "summary",
    "scope",
    "applies_from",
    "state",
    "if_applicable",
    "computed_state",
    "assurance",
    "freshness",
    "first_expiry",
    "why",
    "elements_missing",
    "elements_unevidenced",
    "controls",
    "mappings",
    "evidence",
    "penalty_tier",
    "owner",
    "next_step",
    "due",
    "questions",
    "note",
    "proof",
)


def state_words(row: GapRow) -> str:
    """Return the state in words, with the warning where it rests on a mapping nobody has reviewed."""
    return f"{STATE_WORDS[row.state]} · {UNREVIEWED}" if row.unreviewed else STATE_WORDS[row.state]


def gap_table_csv(report: Report) -> str:
    """Return the gap table: UTF-8 with a byte order mark, as spreadsheets want it, several values apart by “; ”."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in report.gaps:
        for place, scope in enumerate(row.scopes, 1):
            cells = _cells(row, scope, place)
            writer.writerow([neutral(cells[column]) for column in COLUMNS])
    return f"\ufeff{text.getvalue()}"


def _cells(row: GapRow, scope: Reference, place: int) -> dict[str, str]:
    return {**_requirement(row), **_standing(row), **_basis(row), "scope": scope.label, "proof": _proof(row, place)}


def _requirement(row: GapRow) -> dict[str, str]:
    return {
        "ref": row.ref,
        "provision": row.requirement.label,
        "provision_iri": row.requirement.iri,
        "official_text": row.requirement.href,
        "framework": row.framework,
        "version": row.version,
        "addressee": "; ".join(row.addressees),
        "requirement": row.label,
        "summary": row.text,
        "penalty_tier": row.penalty,
        "note": row.note,
    }


def _standing(row: GapRow) -> dict[str, str]:
    return {
        "applies_from": _text(row.applies_from),
        "state": state_words(row),
        "if_applicable": STATE_WORDS[row.if_applicable] if row.if_applicable else "",
        "computed_state": STATE_WORDS[row.computed] if row.computed else "",
        "assurance": row.assurance,
        "freshness": row.freshness.value,
        "first_expiry": _text(row.first_expiry),
        "why": row.reason,
        "owner": "; ".join(row.owners),
        "next_step": row.next_step,
        "due": _text(row.due),
        "questions": " | ".join(row.questions),
    }


def _basis(row: GapRow) -> dict[str, str]:
    used = (use for control in row.controls for use in control.evidence)
    evidence = {use.iri: _evidence(use) for use in (*row.performance, *used)}
    return {
        "elements_missing": "; ".join(row.missing),
        "elements_unevidenced": "; ".join(row.unevidenced),
        "controls": "; ".join(f"{c.control.label} {c.title}".strip() for c in row.controls),
        "mappings": "; ".join(
            f"{c.control.label}: {c.relationship}, {c.rationale_type or 'own'}, {c.review_state}" for c in row.controls
        ),
        "evidence": "; ".join(evidence.values()),
    }


def _evidence(use: EvidenceUse) -> str:
    dates = f"issued {_text(use.issued) or 'undated'}, valid until {_text(use.valid_until) or 'not said'}"
    counted = "" if use.counts else f", not counted: {use.reason or 'not approved by another person'}"
    return f"{use.label} ({dates}, sha256 {use.sha256[:12] or 'none'}{counted})"


def _proof(row: GapRow, place: int) -> str:
    wanted = f"-{place}"
    return next((f"#{anchor}" for anchor in row.proofs if anchor.endswith(wanted)), "")


def _text(value: object) -> str:
    return "" if value is None else str(value)
